import Optimization

/// What ``FacilityHeuristic`` keeps of a problem whose costs, demands, or opening costs change from call to call: the
/// open set, the prices, and the facilities of each customer in order of cost.
///
/// A value: a copy remembers on its own. It fits any problem; one of another size is started afresh.
public struct FacilityMemory: Sendable {
    var start = FacilityWarmStart()
    private var lists: ServiceLists?
    private var assignmentCosts: [Double] = []

    /// Remembers nothing yet.
    public init() {}

    /// The lists of this problem, from those of the last where they fit, and the prices scaled with the costs.
    mutating func recall(_ problem: FacilityProblem) -> ServiceLists {
        var prices = start.prices
        if var known = lists, prices.count == problem.customerCount {
            lists = nil
            if let factors = known.update(to: problem, from: assignmentCosts, prices: prices) {
                for customer in prices.indices { prices[customer] *= factors[customer] }
                start.prices = prices
                assignmentCosts = problem.assignmentCosts
                lists = known
                return known
            }
        }
        let fresh = ServiceLists(problem)
        if start.open.contains(where: { $0 >= problem.facilityCount }) || prices.count != problem.customerCount {
            start = FacilityWarmStart()
        }
        lists = fresh
        assignmentCosts = problem.assignmentCosts
        return fresh
    }

    /// Keeps what a call found.
    mutating func keep(_ result: FacilityResult) {
        if let solution = result.solution { start.open = solution.open }
        if case .dual(let prices) = result.certificate { start.prices = prices }
    }
}
