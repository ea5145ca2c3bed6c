import Optimization

/// The oracle with capacities: each facility fills a fractional knapsack with the customers who pay it best a unit.
///
/// - Complexity: O(m n) expected for an evaluation; the critical ratio of each knapsack is found by selection.
struct CapacitatedOracle: PriceOracle {
    let problem: FacilityProblem
    var fixings: Fixings
    private(set) var bound: LagrangianBound
    /// What each facility earns at the last prices.
    private(set) var profits: [Double]
    /// The last prices, and whether every facility was evaluated at them.
    private(set) var evaluatedPrices: [Double] = []
    private(set) var evaluatedFree = false
    /// Costs facility-major: of a unit of demand, or of the customer where it has none. Infinity forbids.
    private let unitCosts: [Double]
    /// The demand of each customer.
    private let demands: [Double]
    private let capacities: [Double]
    /// Price a unit of demand, at the last prices.
    private var unitPrices: [Double]
    /// The ratio at which each facility's knapsack was full.
    private var criticals: [Double]
    private var knapsack = FractionalKnapsack()
    private(set) var isChosen: [Bool]

    init(problem: FacilityProblem, fixings: Fixings) {
        self.problem = problem
        self.fixings = fixings
        let (facilities, customers) = (problem.facilityCount, problem.customerCount)
        demands = problem.demands
        capacities = problem.capacities ?? Array(repeating: .infinity, count: facilities)
        var costs = Array(repeating: 0.0, count: facilities * customers)
        for customer in 0..<customers {
            let unit = demands[customer] > 0 ? demands[customer] : 1
            for facility in 0..<facilities {
                costs[facility * customers + customer] =
                    problem.assignmentCosts[customer * facilities + facility] / unit
            }
        }
        unitCosts = costs
        bound = LagrangianBound(worth: problem.openingCosts, priceSum: 0)
        let limits = capacities
        bound.byCapacity = limits.indices.sorted { (limits[$0], $1) > (limits[$1], $0) }
        profits = Array(repeating: 0, count: facilities)
        unitPrices = Array(repeating: 0, count: customers)
        criticals = Array(repeating: 0, count: facilities)
        isChosen = Array(repeating: false, count: facilities)
    }

    mutating func evaluate(_ prices: [Double]) -> Double {
        bound.priceSum = 0
        evaluatedPrices = prices
        evaluatedFree = fixings.fixedCount == 0
        for customer in prices.indices {
            bound.priceSum += prices[customer]
            unitPrices[customer] = demands[customer] > 0 ? prices[customer] / demands[customer] : prices[customer]
        }
        for facility in capacities.indices {
            profits[facility] = fixings.states[facility] == .closed ? 0 : profit(of: facility)
            bound.worth[facility] = problem.openingCosts[facility] - profits[facility]
        }
        return bound.value(fixings: fixings, problem: problem)
    }

    /// What a facility earns at the last prices; notes where its knapsack is full.
    private mutating func profit(of facility: Int) -> Double {
        let count = demands.count
        let row = facility * count
        var total = 0.0
        var load = 0.0
        knapsack.clear()
        for customer in 0..<count {
            let ratio = unitPrices[customer] - unitCosts[row + customer]
            guard ratio > 0 else { continue }
            let demand = demands[customer]
            if demand > 0 {
                total += ratio * demand
                load += demand
                knapsack.append(ratio: ratio, weight: demand)
            } else {
                total += ratio
            }
        }
        criticals[facility] = 0
        guard load > capacities[facility] else { return total }
        let (loss, critical) = knapsack.excess(load - capacities[facility])
        criticals[facility] = critical
        return total - loss
    }

    mutating func unserved(_ prices: [Double], into gradient: inout [Double]) {
        bound.chosen(fixings: fixings, problem: problem, into: &isChosen)
        let count = demands.count
        for customer in 0..<count { gradient[customer] = 1 }
        for facility in capacities.indices where isChosen[facility] {
            let row = facility * count
            let critical = criticals[facility]
            var load = 0.0
            var tied = 0.0
            for customer in 0..<count {
                let ratio = unitPrices[customer] - unitCosts[row + customer]
                guard ratio > 0 else { continue }
                if ratio > critical || demands[customer] == 0 {
                    gradient[customer] -= 1
                    load += demands[customer]
                } else if ratio == critical {
                    tied += demands[customer]
                }
            }
            guard tied > 0 else { continue }
            let part = min(1, max(0, capacities[facility] - load) / tied)
            for customer in 0..<count where demands[customer] > 0 {
                if unitPrices[customer] - unitCosts[row + customer] == critical { gradient[customer] -= part }
            }
        }
    }
}

/// Finds what a knapsack loses by its capacity: the worst items, by weighted selection.
struct FractionalKnapsack {
    private var items: [(ratio: Double, weight: Double)] = []

    mutating func clear() { items.removeAll(keepingCapacity: true) }
    mutating func append(ratio: Double, weight: Double) { items.append((ratio, weight)) }

    /// The profit lost when `excess` of the weight must go, worst ratios first, and the ratio of the last to go.
    mutating func excess(_ excess: Double) -> (loss: Double, critical: Double) {
        var low = 0
        var high = items.count
        var left = excess
        var loss = 0.0
        while high - low > 1 {
            let pivot = median(items[low].ratio, items[(low + high) / 2].ratio, items[high - 1].ratio)
            // Three parts: below, equal to and above the pivot.
            var below = low
            var above = high
            var index = low
            var belowWeight = 0.0
            var belowValue = 0.0
            var equalWeight = 0.0
            while index < above {
                let item = items[index]
                if item.ratio < pivot {
                    belowWeight += item.weight
                    belowValue += item.weight * item.ratio
                    items.swapAt(index, below)
                    below += 1
                    index += 1
                } else if item.ratio > pivot {
                    above -= 1
                    items.swapAt(index, above)
                } else {
                    equalWeight += item.weight
                    index += 1
                }
            }
            if left <= belowWeight {
                high = below
            } else if left <= belowWeight + equalWeight {
                return (loss + belowValue + (left - belowWeight) * pivot, pivot)
            } else {
                left -= belowWeight + equalWeight
                loss += belowValue + equalWeight * pivot
                low = above
            }
        }
        guard low < high else { return (loss, items.last?.ratio ?? 0) }
        return (loss + left * items[low].ratio, items[low].ratio)
    }

    private func median(_ first: Double, _ second: Double, _ third: Double) -> Double {
        max(min(first, second), min(max(first, second), third))
    }
}
