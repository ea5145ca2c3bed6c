import Optimization

/// The oracle with capacities: each facility fills a fractional knapsack with the customers who pay it best a unit.
///
/// Worths and profits are of slots (``SlotLayout``): what a server earns beyond those before it. With congestion, a
/// customer enters as long as it pays more than the load costs there.
/// - Complexity: O(m n) expected for an evaluation; the critical ratio of each knapsack is found by selection. Facilities
///   with several servers or congestion sort: O(n log n) each.
struct CapacitatedOracle: PriceOracle {
    let problem: FacilityProblem
    var fixings: Fixings
    private(set) var bound: LagrangianBound
    let slots: SlotLayout
    /// What each slot earns at the last prices, beyond those before it.
    private(set) var profits: [Double]
    /// The last prices, and whether every facility was evaluated at them.
    private(set) var evaluatedPrices: [Double] = []
    private(set) var evaluatedFree = false
    /// Costs facility-major: of a unit of demand, or of the customer where it has none. Infinity forbids.
    private let unitCosts: [Double]
    /// The demand of each customer.
    private let demands: [Double]
    /// What each slot and those before it hold.
    private let capacities: [Double]
    /// How much each facility carries at the last prices when its servers end at the slot.
    private var loads: [Double]
    /// Price a unit of demand, at the last prices.
    private var unitPrices: [Double]
    /// The ratio at which the knapsack that ends at each slot was full.
    private var criticals: [Double]
    private var knapsack = FractionalKnapsack()
    private var walk = CongestedKnapsack()
    private(set) var isChosen: [Bool]

    init(problem: FacilityProblem, slots: SlotLayout) {
        self.problem = problem
        self.slots = slots
        fixings = Fixings(problem, slots: slots)
        let (facilities, customers) = (problem.facilityCount, problem.customerCount)
        demands = problem.demands
        capacities = slots.capacities
        loads = capacities
        var costs = Array(repeating: 0.0, count: facilities * customers)
        for customer in 0..<customers {
            let unit = demands[customer] > 0 ? demands[customer] : 1
            for facility in 0..<facilities {
                costs[facility * customers + customer] =
                    problem.assignmentCosts[customer * facilities + facility] / unit
            }
        }
        unitCosts = costs
        bound = LagrangianBound(worth: slots.costs, priceSum: 0)
        if slots.isPlain, problem.isCapacitated {
            let limits = capacities
            bound.byCapacity = limits.indices.sorted { (limits[$0], $1) > (limits[$1], $0) }
        } else if !slots.isPlain {
            bound.slots = slots
        }
        profits = Array(repeating: 0, count: slots.count)
        unitPrices = Array(repeating: 0, count: customers)
        criticals = Array(repeating: 0, count: slots.count)
        isChosen = Array(repeating: false, count: slots.count)
    }

    mutating func evaluate(_ prices: [Double]) -> Double {
        bound.priceSum = 0
        evaluatedPrices = prices
        evaluatedFree = fixings.fixedCount == 0
        for customer in prices.indices {
            bound.priceSum += prices[customer]
            unitPrices[customer] = demands[customer] > 0 ? prices[customer] / demands[customer] : prices[customer]
        }
        for facility in 0..<problem.facilityCount {
            let own = slots.slots(of: facility)
            let first = own.lowerBound
            if fixings.states[first] == .closed {
                for slot in own { profits[slot] = 0 }
            } else if own.count == 1, problem.congestion[facility].isEmpty {
                profits[first] = profit(of: facility, slot: first)
            } else {
                walkProfits(of: facility, slots: own)
            }
            for slot in own { bound.worth[slot] = slots.costs[slot] - profits[slot] }
        }
        return bound.value(fixings: fixings, problem: problem)
    }

    /// What a facility earns at the last prices; notes where its knapsack is full.
    private mutating func profit(of facility: Int, slot: Int) -> Double {
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
        criticals[slot] = 0
        guard load > capacities[slot] else { return total }
        let (loss, critical) = knapsack.excess(load - capacities[slot])
        criticals[slot] = critical
        return total - loss
    }

    /// What each server of a facility adds to its profit, by one walk over its customers, best first.
    private mutating func walkProfits(of facility: Int, slots own: Range<Int>) {
        let count = demands.count
        let row = facility * count
        var idle = 0.0
        walk.clear()
        for customer in 0..<count {
            let ratio = unitPrices[customer] - unitCosts[row + customer]
            guard ratio > 0 else { continue }
            if demands[customer] > 0 { walk.append(ratio: ratio, weight: demands[customer]) } else { idle += ratio }
        }
        walk.fill(capacities: capacities[own], steps: problem.congestion[facility])
        for (index, slot) in own.enumerated() {
            let stop = walk.stops[index]
            profits[slot] = stop.profit - (index > 0 ? walk.stops[index - 1].profit : -idle)
            criticals[slot] = stop.critical
            loads[slot] = stop.load
        }
    }

    mutating func unserved(_ prices: [Double], into gradient: inout [Double]) {
        bound.chosen(fixings: fixings, problem: problem, into: &isChosen)
        let count = demands.count
        for customer in 0..<count { gradient[customer] = 1 }
        for slot in capacities.indices where isChosen[slot] {
            let facility = slots.facilities[slot]
            guard slot + 1 == slots.starts[facility + 1] || !isChosen[slot + 1] else { continue }
            let row = facility * count
            let critical = criticals[slot]
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
            let part = min(1, max(0, loads[slot] - load) / tied)
            for customer in 0..<count where demands[customer] > 0 {
                if unitPrices[customer] - unitCosts[row + customer] == critical { gradient[customer] -= part }
            }
        }
    }
}
