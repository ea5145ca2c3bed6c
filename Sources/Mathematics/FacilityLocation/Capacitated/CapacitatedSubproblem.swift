import Optimization

/// The service side with capacities: one group of all customers, prices from a transport problem at the openings.
///
/// The cut of any prices is `theta >= sum of v[j] - sum over i of profit[i](v) * y[i]` with knapsack profits: a
/// Lagrangian cut, valid everywhere, whose strength alone depends on the transport problem.
struct CapacitatedSubproblem: BendersSubproblem {
    private var oracle: CapacitatedOracle
    private(set) var transport: TransportKernel
    private let limits: SearchLimits
    private let worstCost: Double
    private let idle: [Int]
    private let lists: ServiceLists
    let groups: [[Int]]

    var fixings: Fixings {
        get { oracle.fixings }
        set { oracle.fixings = newValue }
    }
    var bound: LagrangianBound { oracle.bound }
    var isChosen: [Bool] { oracle.isChosen }

    init(oracle: CapacitatedOracle, transport: TransportKernel, lists: ServiceLists, limits: SearchLimits) {
        self.oracle = oracle
        self.transport = transport
        self.limits = limits
        self.lists = lists
        worstCost = lists.worstCost
        groups = [Array(0..<lists.customerCount)]
        idle = (0..<lists.customerCount).filter { oracle.problem.demands[$0] == 0 }
    }

    mutating func evaluate(_ prices: [Double]) -> Double { oracle.evaluate(prices) }
    mutating func unserved(_ prices: [Double], into gradient: inout [Double]) {
        oracle.unserved(prices, into: &gradient)
    }

    mutating func separate(
        at openness: [Double], prices: inout [Double], values: inout [Double], monitor: StopMonitor
    ) throws(SolverError) -> Termination? {
        let isIntegral = openness.allSatisfy { min($0, 1 - $0) < 1e-9 }
        let outcome = try transport.solve(
            openness: isIntegral ? openness.map { $0.rounded() } : openness, isIntegral: isIntegral,
            criteria: limits.linearCriteria, interrupter: limits.interrupter)
        guard let outcome else { return monitor.stopReason ?? .limitReached(.time) }
        prices = outcome.prices
        for customer in idle { prices[customer] = fillPrice(of: customer, at: openness) }
        if isIntegral, !outcome.stranded.isEmpty { escalate(&prices, stranded: outcome.stranded) }
        var kept = Fixings(free: openness.count)
        swap(&kept, &oracle.fixings)
        _ = oracle.evaluate(prices)
        swap(&kept, &oracle.fixings)
        values[0] = oracle.bound.priceSum
        for facility in openness.indices { values[0] -= openness[facility] * oracle.profits[facility] }
        return nil
    }

    /// The price of a customer without demand, which fills the openings from the cheapest up.
    private func fillPrice(of customer: Int, at openness: [Double]) -> Double {
        var left = 1.0
        for entry in lists.starts[customer]..<lists.starts[customer + 1] {
            left -= openness[oracle.slots.starts[Int(lists.facilities[entry])]]
            if left <= 1e-12 { return lists.costs[entry] }
        }
        return lists.ceilings[customer]
    }

    /// Raises the prices of customers whom the open facilities cannot hold until the bound says that nothing does.
    private mutating func escalate(_ prices: inout [Double], stranded: [Int]) {
        var step = max(1, worstCost) / max(1, oracle.problem.demands.reduce(0, +))
        for _ in 0..<60 where oracle.evaluate(prices) < worstCost {
            for customer in stranded { prices[customer] += step * oracle.problem.demands[customer] }
            step *= 2
        }
    }

    mutating func profits(of group: Int, prices: [Double], into profits: inout [Double]) {
        if prices == oracle.evaluatedPrices, oracle.evaluatedFree {
            profits = oracle.profits
            return
        }
        var kept = Fixings(free: profits.count)
        swap(&kept, &oracle.fixings)
        _ = oracle.evaluate(prices)
        swap(&kept, &oracle.fixings)
        profits = oracle.profits
    }
}
