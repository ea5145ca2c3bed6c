import Optimization

/// For each customer the facilities that may serve it, cheapest first, in flat arrays: what every kernel here walks.
///
/// Forbidden pairs are left out. Building takes O(m n) for the radix passes and an insertion pass that repairs what
/// the radix key, the upper bits of a `Float`, could not tell apart.
struct ServiceLists: Sendable {
    /// How many facilities there are.
    let facilityCount: Int
    /// How many customers there are.
    let customerCount: Int
    /// The list of customer `j` is `starts[j]..<starts[j + 1]`.
    private(set) var starts: [Int]
    /// Facilities, by customer and ascending cost.
    var facilities: [Int32]
    /// The costs that go with `facilities`.
    var costs: [Double]
    /// A price above which no customer goes: who pays that much makes a solution cost more than ``worstCost``.
    private(set) var ceilings: [Double] = []
    /// More than the cost of any solution: the opening costs and the largest cost of each customer, together and 1 more.
    private(set) var worstCost = 0.0

    init(_ problem: FacilityProblem) {
        let width = problem.facilityCount
        var starts = [0]
        starts.reserveCapacity(problem.customerCount + 1)
        var facilities: [Int32] = []
        var costs: [Double] = []
        facilities.reserveCapacity(problem.assignmentCosts.count)
        costs.reserveCapacity(problem.assignmentCosts.count)
        var sorter = CostSorter(capacity: width)
        for customer in 0..<problem.customerCount {
            let row = customer * width
            unsafe problem.assignmentCosts.withUnsafeBufferPointer { all in
                unsafe sorter.sort(UnsafeBufferPointer(rebasing: all[row..<(row + width)]))
            }
            facilities.append(contentsOf: sorter.order[0..<sorter.count])
            costs.append(contentsOf: sorter.sorted[0..<sorter.count])
            starts.append(facilities.count)
        }
        self.facilityCount = width
        self.customerCount = problem.customerCount
        self.starts = starts
        self.facilities = facilities
        self.costs = costs
        setLimits(problem)
    }

    /// Computes the ceilings and the worst cost.
    mutating func setLimits(_ problem: FacilityProblem) {
        var openingTotal = 1.0
        for facility in 0..<facilityCount {
            let servers = Double(problem.serverLimits[facility]) * abs(problem.serverCosts[facility])
            openingTotal += abs(problem.openingCosts[facility]) + servers
        }
        if problem.isCongested {
            let dearest = problem.congestion.reduce(0) { max($0, $1.last?.unitCost ?? 0) }
            openingTotal += dearest * problem.demands.reduce(0, +)
        }
        var spread = 2 * openingTotal
        var total = openingTotal
        var largest = 0.0
        for customer in 0..<customerCount where starts[customer] < starts[customer + 1] {
            let (least, most) = (costs[starts[customer]], costs[starts[customer + 1] - 1])
            spread += most - least
            total += most
            largest = max(largest, abs(least), abs(most))
        }
        worstCost = total + 1e-6 * (openingTotal + largest * Double(customerCount))
        ceilings = (0..<customerCount).map { customer in
            (starts[customer] < starts[customer + 1] ? costs[starts[customer + 1] - 1] : 0) + spread
        }
    }

    /// A customer that no facility may serve, if there is one.
    var unreachableCustomer: Int? {
        (0..<customerCount).first { starts[$0] == starts[$0 + 1] }
    }
}

/// Sorts the numbers of finite costs by cost, ties by number: two radix passes over the upper 16 bits of the
/// distance from the least cost as a `Float`, then insertion by the exact costs.
struct CostSorter {
    private(set) var order: [Int32]
    /// The costs in that order.
    private(set) var sorted: [Double]
    private(set) var count = 0
    private var keys: [UInt32]
    private var spareOrder: [Int32]
    private var spareKeys: [UInt32]

    init(capacity: Int) {
        order = Array(repeating: 0, count: capacity)
        sorted = Array(repeating: 0, count: capacity)
        keys = Array(repeating: 0, count: capacity)
        spareOrder = order
        spareKeys = keys
    }

    mutating func sort(_ costs: UnsafeBufferPointer<Double>) {
        count = 0
        var least = Double.infinity
        for index in costs.indices { least = unsafe min(least, costs[index]) }
        for index in costs.indices where unsafe costs[index] < .infinity {
            keys[count] = unsafe Float(min(costs[index] - least, 1e38)).bitPattern
            order[count] = Int32(truncatingIfNeeded: index)
            count += 1
        }
        pass(shift: 15)
        pass(shift: 23)
        for rank in 0..<count {
            let moved = order[rank]
            let cost = unsafe costs[Int(moved)]
            var hole = rank
            while hole > 0 {
                let other = sorted[hole - 1]
                guard other > cost || (other == cost && order[hole - 1] > moved) else { break }
                order[hole] = order[hole - 1]
                sorted[hole] = other
                hole -= 1
            }
            order[hole] = moved
            sorted[hole] = cost
        }
    }

    /// One counting pass over eight bits; afterwards `order` and `keys` hold its outcome, in the spare arrays' storage.
    private mutating func pass(shift: UInt32) {
        var offsets = InlineArray<257, Int32>(repeating: 0)
        for index in 0..<count { offsets[Int((keys[index] >> shift) & 255) + 1] += 1 }
        for digit in 1..<257 { offsets[digit] += offsets[digit - 1] }
        for index in 0..<count {
            let digit = Int((keys[index] >> shift) & 255)
            let place = Int(offsets[digit])
            offsets[digit] += 1
            spareKeys[place] = keys[index]
            spareOrder[place] = order[index]
        }
        swap(&order, &spareOrder)
        swap(&keys, &spareKeys)
    }
}

extension ServiceLists {
    /// The cheapest open facility of each customer; -1 where there is none.
    func assignment(isOpen: [Bool]) -> [Int] {
        (0..<customerCount).map { customer in
            facilities[starts[customer]..<starts[customer + 1]].first { isOpen[Int($0)] }.map { Int($0) } ?? -1
        }
    }
}

extension ServiceLists {
    /// The arrays without their bounds checks, for the loops that take most of the time.
    @unsafe struct UnsafeLists {
        let starts: UnsafePointer<Int>
        let facilities: UnsafePointer<Int32>
        let costs: UnsafePointer<Double>
    }

    /// Calls `body` with the arrays. Entries are in bounds by construction: `starts` ascends to the lists' length, and
    /// `facilities` holds numbers below ``facilityCount``.
    func withUnsafeLists<Value>(_ body: (UnsafeLists) -> Value) -> Value? {
        unsafe starts.withUnsafeBufferPointer { starts in
            unsafe facilities.withUnsafeBufferPointer { facilities in
                unsafe costs.withUnsafeBufferPointer { costs in
                    guard let starts = starts.baseAddress, let facilities = facilities.baseAddress,
                        let costs = costs.baseAddress
                    else { return nil }
                    return unsafe body(
                        UnsafeLists(
                            starts: starts, facilities: facilities, costs: costs))
                }
            }
        }
    }
}
