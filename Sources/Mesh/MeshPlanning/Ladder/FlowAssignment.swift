import MeshTypes
import Optimization

/// Who is served where when the open sites are given: a minimum-cost flow.
///
/// Groups send their load through the sites, which pass on what their servers carry, to one sink. The pair objective is
/// linearised at the loads in hand: a participant at a site costs its access latency to all partners plus the pull of
/// the others there. Staying at the previous site saves the price of a move. Load that no site can take goes to the sink
/// directly, at a cost above all others.
struct FlowAssignment {
    let solver: any FlowSolver
    let monitor: StopMonitor

    /// Cost units a flow unit of cost: money in thousandths.
    private static let resolution = 1000.0

    /// The mesh in which everyone is where the flow takes most of them, given a mesh whose open sites and pull count;
    /// `nil` when the flow was stopped.
    ///
    /// - Parameter sites: the sites that may be used.
    /// - Complexity: one flow of `groups + sites + 1` nodes and about `groups * sites` arcs.
    func mesh(_ sites: [Int], pull state: MeshState) throws(PlanningError) -> MeshState? {
        let space = state.space
        let groups = space.groups
        var arcs: [FlowProblem.Arc] = []
        var ends: [(group: Int, site: Int)] = []
        var largest = 1.0
        let sink = groups.count + sites.count
        for group in 0..<groups.count {
            let load = Double(groups.load[group])
            let own = groups.interactionClass[group]
            for (place, site) in sites.enumerated() {
                let latency = groups.latency[group * space.siteCount + site]
                guard latency < .infinity else { continue }
                let pull = groups.weight[group] * state.pull[own * space.siteCount + site]
                let excess = groups.excess.isEmpty ? 0 : groups.excess[group * space.siteCount + site]
                let pairs = space.scale * (space.fullMultipliers[own] * latency + pull) + excess
                let moves = state.isMove(group, to: site) ? space.policy.movePrice * groups.weight[group] : 0
                let cost = (pairs + moves) / load + space.price[site] / Double(space.loadPerServer[site])
                largest = max(largest, cost)
                arcs.append(
                    .init(
                        tail: group, head: groups.count + place, upper: Int64(groups.load[group]),
                        cost: Int64((cost * Self.resolution).rounded())))
                ends.append((group, site))
            }
            arcs.append(.init(tail: group, head: sink, cost: 0))
            ends.append((group, -1))
        }
        let overflow = Int64((largest * Self.resolution * 10).rounded())
        for index in arcs.indices where ends[index].site < 0 { arcs[index].cost = overflow }
        for (place, site) in sites.enumerated() {
            let room = space.available[site] * space.loadPerServer[site]
            arcs.append(.init(tail: groups.count + place, head: sink, upper: Int64(room), cost: 0))
        }
        let total = groups.load.reduce(0, +)
        let supplies =
            groups.load.map { Int64($0) } + Array(repeating: 0, count: sites.count) + [-Int64(total)]
        guard let flows = try solve(supplies: supplies, arcs: arcs) else { return nil }
        return mesh(space, flows: flows, ends: ends)
    }

    private func solve(supplies: [Int64], arcs: [FlowProblem.Arc]) throws(PlanningError) -> [Int64]? {
        do {
            let problem = try FlowProblem(supplies: supplies, arcs: arcs)
            let criteria = StoppingCriteria(timeLimit: monitor.timeLeft)
            return try solver.solve(problem, criteria: criteria, interrupter: nil).flows
        } catch let error as SolverError {
            throw PlanningError(.solverFailure, "assigning participants: \(error.message)", cause: error)
        } catch {
            throw PlanningError(.solverFailure, "assigning participants: \(error)", cause: error)
        }
    }

    /// Largest shares first; whoever does not fit as a whole goes to the best place left.
    private func mesh(_ space: SearchSpace, flows: [Int64], ends: [(group: Int, site: Int)]) -> MeshState {
        var choice = [(flow: Int64, site: Int)](repeating: (0, -1), count: space.groups.count)
        for (index, end) in ends.enumerated() where flows[index] > choice[end.group].flow {
            choice[end.group] = (flows[index], end.site)
        }
        var state = MeshState(space)
        for (group, choice) in choice.enumerated() where choice.site >= 0 {
            if state.change(group, to: choice.site) < .infinity { state.apply(group, to: choice.site) }
        }
        state.serveTheUnserved()
        return state
    }
}
