import Optimization

/// Incumbents for whole customers: an assignment is completed by regret, then improved by moving single customers,
/// exchanging two, and closing facilities.
struct SingleSourceIncumbent: IncumbentSource {
    let problem: FacilityProblem
    private let slots: SlotLayout
    private(set) var solution: FacilitySolution?
    private(set) var cost = Double.infinity

    init(problem: FacilityProblem, slots: SlotLayout) {
        self.problem = problem
        self.slots = slots
    }

    /// Without a draft there is nothing to round: drafts come by ``complete(_:isOpen:monitor:)``.
    mutating func improve(openness: [Double], isIntegral: Bool, monitor: StopMonitor) {
        complete(
            Array(repeating: -1, count: problem.customerCount), isOpen: openness.map { $0 > 0.5 }, monitor: monitor)
    }

    /// Completes a draft (facility by customer, -1 for none) over the open slots, improves it and keeps the best.
    mutating func complete(_ draft: [Int], isOpen: [Bool], monitor: StopMonitor) {
        guard solution == nil || monitor.stopReason == nil else { return }
        var plan = AssignmentPlan(problem: problem, slots: slots, servers: slots.servers(isOpen: isOpen))
        guard plan.fill(draft) else { return }
        var rounds = 0
        while plan.improve(monitor: monitor), rounds < 200, monitor.stopReason == nil { rounds += 1 }
        plan.closeIdle()
        let open = plan.servers.indices.filter { plan.servers[$0] > 0 }
        guard (problem.minimumOpen...problem.maximumOpen).contains(open.count),
            zip(plan.servers, problem.siteRules).allSatisfy({ $0 > 0 ? $1 != .forbidden : $1 != .required })
        else { return }
        let candidate = FacilitySolution(
            open: open, servers: open.map { plan.servers[$0] }, assignment: plan.assignment)
        let value = problem.cost(of: candidate)
        guard value < cost else { return }
        cost = value
        solution = candidate
    }
}
