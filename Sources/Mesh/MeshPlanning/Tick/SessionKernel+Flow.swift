import MeshTypes
import Optimization

/// Who sits where when sites of the mesh are full: a minimum-cost flow.
///
/// Single moves end where a full site keeps two people apart who should change places, or a chain of them. At the mesh in hand the
/// interaction is replaced by its tangent: a member of kind `k` at site `j` costs
///
///     scale (r l[j] + pull[k, j]) + further cost,
///
/// and members flow through the open sites, as many as the servers there carry, to a sink. Real latencies are nearly of negative
/// type, so the tangent lies above the cost and a flow that is cheaper by it is cheaper in truth; it is kept only if that is so.
/// After Frank, Wolfe (1956), with whole people for a step of length 1.
extension SessionKernel {
    /// Flows solved for one mesh at most.
    private static let flowRounds = 4
    /// Members above whom flows take too long for a tick.
    private static let flowMemberLimit = 600
    /// Cost units of the flow for a unit of cost.
    private static let flowResolution = 4096.0

    /// Assigns members to the open sites by flows, repeated while the exact cost falls.
    ///
    /// - Returns: how many flows were solved; 0 where no site is full.
    /// - Complexity: a flow of `members + sites + 1` nodes and `members * sites` arcs each.
    mutating func assignByFlow(_ solver: any FlowSolver) -> Int {
        guard memberCount > 1, memberCount <= Self.flowMemberLimit, state.figures.openSites > 1, !isAlone else {
            return 0
        }
        var rounds = 0
        while rounds < Self.flowRounds, hasFullSite {
            rounds += 1
            guard improveByFlow(solver) else { break }
        }
        return rounds
    }

    /// Whether a site of the mesh has no room for one more on the servers that it has.
    private var hasFullSite: Bool {
        (0..<candidateCount).contains {
            state.members[$0] > 0 && state.load[$0] + 1 > state.servers[$0] * loadPerServer[$0]
        }
    }

    private mutating func improveByFlow(_ solver: any FlowSolver) -> Bool {
        let open = (0..<candidateCount).filter { state.members[$0] > 0 }
        guard let target = flowTarget(solver, open) else { return false }
        let before = (objective: objective, unserved: state.figures.unserved)
        saved.copy(state, members: memberCount, candidates: candidateCount, kinds: kindCount)
        var isChanged = false
        // Those who leave first, so that no load is over what is carried for good.
        for member in 0..<memberCount where Int(state.place[member]) != target[member] {
            apply(member, to: target[member])
            isChanged = true
        }
        let fits = open.allSatisfy { state.servers[$0] <= saved.servers[$0] }
        if isChanged, fits, state.figures.moves <= max(moveBudget, saved.figures.moves),
            state.figures.unserved <= before.unserved, objective < before.objective - Self.tolerance
        {
            return true
        }
        if isChanged { swap(&state, &saved) }
        return false
    }

    /// The place of each member in the cheapest flow; `nil` where there is none.
    private func flowTarget(_ solver: any FlowSolver, _ open: [Int]) -> [Int]? {
        let one = Int(load[0])
        let isUniform = (0..<memberCount).allSatisfy { Int(load[$0]) == one }
        guard one > 0 else { return nil }
        let sink = memberCount + open.count
        var arcs: [FlowProblem.Arc] = []
        var ends: [(member: Int, place: Int)] = []
        arcs.reserveCapacity(memberCount * open.count + open.count)
        for member in 0..<memberCount {
            let (own, source) = (Int(kind[member]), Int(state.place[member]))
            guard source >= 0 else { continue }
            let (partners, units) = (partners(own), isUniform ? 1 : Int64(load[member]))
            for (number, place) in open.enumerated() {
                guard latency[member * candidateCount + place] < Self.forbidden, place == source || !isPinned[member]
                else { continue }
                let there = latency[member * candidateCount + place]
                let cost =
                    scale * (partners * there + state.pull[own * candidateCount + place])
                    + further[member * candidateCount + place]
                let scaled = (cost * Self.flowResolution / Double(units)).rounded()
                guard scaled.magnitude < 0x1p44 else { continue }
                arcs.append(.init(tail: member, head: memberCount + number, upper: units, cost: Int64(scaled)))
                ends.append((member, place))
            }
        }
        for (number, place) in open.enumerated() {
            let room = state.servers[place] * loadPerServer[place]
            arcs.append(
                .init(tail: memberCount + number, head: sink, upper: Int64(isUniform ? room / one : room), cost: 0))
        }
        var supplies = Array(repeating: Int64(0), count: sink + 1)
        for member in 0..<memberCount where state.place[member] >= 0 {
            supplies[member] = isUniform ? 1 : Int64(load[member])
            supplies[sink] -= supplies[member]
        }
        guard let problem = try? FlowProblem(supplies: supplies, arcs: arcs),
            let flows = (try? solver.solve(problem, criteria: .none, interrupter: nil))?.flows
        else { return nil }
        var target = (0..<memberCount).map { Int(state.place[$0]) }
        var most = Array(repeating: Int64(0), count: memberCount)
        for (index, end) in ends.enumerated() where flows[index] > most[end.member] {
            most[end.member] = flows[index]
            target[end.member] = end.place
        }
        return target
    }
}
