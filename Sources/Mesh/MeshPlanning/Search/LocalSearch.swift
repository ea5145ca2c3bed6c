import MeshTypes
import Optimization

/// Local search over the exact cost of a session's mesh.
///
/// Neighbours are the mesh with one group elsewhere, with a site opened, closed or swapped for another, and with one
/// server less at a site. Changes of sites are ranked by a linear estimate, and the most promising are tried in full:
/// the change is made, everyone settles anew, and the result stays if it costs less.
struct LocalSearch {
    let monitor: StopMonitor
    /// Evaluations of moves that are left; what bounds the search where no deadline does.
    var effort: Int
    /// Whether the deadline, not the effort, ended the search.
    private(set) var wasStopped = false

    /// Gains below this are rounding.
    static let tolerance = 1e-7
    /// Evaluations that the trials between two improvements may take.
    static let scanEffort = 4_000_000
    private let scanEffort: Int

    init(monitor: StopMonitor, effort: Int, scanEffort: Int = Self.scanEffort) {
        self.monitor = monitor
        self.effort = effort
        self.scanEffort = scanEffort
    }

    var mayGoOn: Bool { effort > 0 && !wasStopped }

    /// Asks the clock.
    mutating func checkTime() {
        if !wasStopped, monitor.stopReason != nil { wasStopped = true }
    }

    /// Improves a mesh until no neighbour that the search looks at is better, or until it must stop.
    mutating func improve(_ state: inout MeshState) {
        descend(&state, passes: 30)
        while mayGoOn {
            if let better = betterNeighbour(of: state) {
                state = better
            } else if !exchange(&state) {
                break
            }
            descend(&state, passes: 30)
        }
    }

    /// Moves single groups among open sites while that lowers the cost; serves whoever can be served.
    mutating func descend(_ state: inout MeshState, passes: Int) {
        let isBudgeted = state.space.groups.hasBudgeted && state.space.moveBudget < SearchSpace.unlimited
        for _ in 0..<passes {
            checkTime()
            guard !wasStopped else { return }
            let improved = isBudgeted ? passByGain(&state) : pass(&state)
            if !improved { return }
        }
    }

    private mutating func pass(_ state: inout MeshState) -> Bool {
        var improved = false
        for group in state.site.indices where relocate(group, &state) { improved = true }
        effort -= state.site.count * (state.open.count + 1)
        return improved
    }

    /// A pass in which the largest gain comes first, as moves are scarce.
    private mutating func passByGain(_ state: inout MeshState) -> Bool {
        var gains: [(change: Double, group: Int)] = []
        for group in state.site.indices {
            let sites = state.site[group] < 0 ? state.space.candidates : state.open
            if let best = state.best(group, among: sites) { gains.append((best.change, group)) }
        }
        effort -= state.site.count * (state.open.count + 1)
        var improved = false
        for (_, group) in gains.sorted(by: { ($0.change, $0.group) < ($1.change, $1.group) })
        where relocate(group, &state) {
            improved = true
        }
        return improved
    }

    private func relocate(_ group: Int, _ state: inout MeshState) -> Bool {
        if state.site[group] < 0 {
            let place = state.best(group, among: state.open) ?? state.best(group, among: state.space.candidates)
            guard let place else { return false }
            state.apply(group, to: place.site)
            return true
        }
        guard let place = state.best(group, among: state.open), place.change < -Self.tolerance else { return false }
        state.apply(group, to: place.site)
        return true
    }

    /// The first of the ranked changes of sites that lowers the cost, carried out; `nil` when none does.
    private mutating func betterNeighbour(of state: MeshState) -> MeshState? {
        let changes = SiteChange.ranked(for: state)
        effort -= state.site.count * state.space.candidates.count
        let trialCost = max(1, state.site.count * (state.open.count + 2) * 3)
        let trials = max(24, scanEffort / trialCost)
        for change in changes.prefix(trials) {
            checkTime()
            guard mayGoOn else { return nil }
            var trial = change.applied(to: state)
            descend(&trial, passes: 2)
            if trial.objective < state.objective - Self.tolerance { return trial }
        }
        return nil
    }
}
