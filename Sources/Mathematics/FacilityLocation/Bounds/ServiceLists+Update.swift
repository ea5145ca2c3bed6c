import Optimization

extension ServiceLists {
    /// Takes over the costs of a problem of the same size, row by row: rows that did not change cost a comparison, rows
    /// that did keep their order as a start. Returns the factor by which each customer's costs changed, 1 where they
    /// did not; `nil`, with the lists unchanged, where a list would change its length.
    ///
    /// The factor is that of the facilities cheaper than the customer's price, which is what prices are made of.
    /// - Complexity: O(m n) to compare; a changed row costs O(m) where its order is kept.
    mutating func update(to problem: FacilityProblem, from old: [Double], prices: [Double]) -> [Double]? {
        let width = facilityCount
        guard problem.facilityCount == width, problem.customerCount == customerCount,
            old.count == problem.assignmentCosts.count
        else { return nil }
        var changed: [Int] = []
        for customer in 0..<customerCount {
            guard !Self.agree(old, problem.assignmentCosts, in: (customer * width)..<((customer + 1) * width)) else {
                continue
            }
            let row = problem.assignmentCosts[(customer * width)..<((customer + 1) * width)]
            guard row.count(where: { $0 < .infinity }) == starts[customer + 1] - starts[customer],
                (starts[customer]..<starts[customer + 1]).allSatisfy({
                    row[customer * width + Int(facilities[$0])] < .infinity
                })
            else { return nil }
            changed.append(customer)
        }
        var factors = Array(repeating: 1.0, count: customerCount)
        for customer in changed {
            factors[customer] = renew(
                customer, row: customer * width, of: problem.assignmentCosts, price: prices[customer])
        }
        setLimits(problem)
        return factors
    }

    private static func agree(_ left: [Double], _ right: [Double], in range: Range<Int>) -> Bool {
        for index in range where left[index] != right[index] { return false }
        return true
    }

    /// Puts a row's new costs in order, from the order that it had.
    private mutating func renew(_ customer: Int, row: Int, of all: [Double], price: Double) -> Double {
        let range = starts[customer]..<starts[customer + 1]
        var before = 0.0
        var after = 0.0
        for entry in range {
            let cost = all[row + Int(facilities[entry])]
            if entry == range.lowerBound || costs[entry] < price {
                before += costs[entry]
                after += cost
            }
            costs[entry] = cost
        }
        let descents = range.dropFirst().count { costs[$0] < costs[$0 - 1] }
        if descents > range.count / 16 {
            sort(range, row: row, of: all)
        } else {
            insert(range)
        }
        return before > 0 && after > 0 ? after / before : 1
    }

    private mutating func sort(_ range: Range<Int>, row: Int, of all: [Double]) {
        var sorter = CostSorter(capacity: facilityCount)
        unsafe all.withUnsafeBufferPointer { all in
            unsafe sorter.sort(UnsafeBufferPointer(rebasing: all[row..<(row + facilityCount)]))
        }
        facilities.replaceSubrange(range, with: sorter.order[0..<sorter.count])
        costs.replaceSubrange(range, with: sorter.sorted[0..<sorter.count])
    }

    private mutating func insert(_ range: Range<Int>) {
        for entry in range.dropFirst() {
            let (facility, cost) = (facilities[entry], costs[entry])
            var hole = entry
            while hole > range.lowerBound {
                let other = costs[hole - 1]
                guard other > cost || (other == cost && facilities[hole - 1] > facility) else { break }
                costs[hole] = other
                facilities[hole] = facilities[hole - 1]
                hole -= 1
            }
            costs[hole] = cost
            facilities[hole] = facility
        }
    }
}
