import MeshTypes
import Optimization

/// What others do, over one session: starting points of the search and yardsticks for it.
///
/// Every baseline obeys the constraints of the policy. Where a move budget binds, the previous plan is repaired and the
/// moves towards the baseline that gain most are made.
struct Baselines {
    let space: SearchSpace
    let world: PlanningWorld
    /// What may end the construction of the greedy mesh early.
    var monitor: StopMonitor?

    /// The mesh that a strategy makes; ``MeshTypes/Strategy/best`` has none of its own and gives the greedy one.
    func mesh(_ strategy: Strategy) -> MeshState {
        let isBound = space.groups.hasBudgeted && space.moveBudget < SearchSpace.unlimited
        guard isBound else { return unbound(strategy) }
        let free = Baselines(
            space: SearchSpace(space, moveBudget: SearchSpace.unlimited), world: world, monitor: monitor)
        return approach(free.unbound(strategy).site)
    }

    private func unbound(_ strategy: Strategy) -> MeshState {
        switch strategy {
        case .single: single()
        case .nearest: fill(kept(), byRegion: false)
        case .region: fill(kept(), byRegion: true)
        case .greedy, .best: greedy()
        }
    }

    /// The most sites that a mesh may have: each needs a server.
    var mostSites: Int { max(0, min(space.siteLimit, space.serverLimit - space.policy.redundancy)) }

    /// The previous mesh as far as it still stands, the others served where that costs least.
    func repaired() -> MeshState {
        var state = MeshState(space)
        var usage = [Double](repeating: 0, count: space.siteCount)
        for group in 0..<space.groups.count where space.groups.isBudgeted[group] {
            usage[space.groups.previous[group]] += space.groups.weight[group]
        }
        let kept = mostUsed(usage)
        for group in 0..<space.groups.count where space.groups.isBudgeted[group] {
            let site = space.groups.previous[group]
            if kept.contains(site), state.change(group, to: site) < .infinity { state.apply(group, to: site) }
        }
        for group in 0..<space.groups.count where state.site[group] < 0 {
            if let place = state.best(group, among: state.open) ?? state.best(group, among: space.candidates) {
                state.apply(group, to: place.site)
            }
        }
        state.settle()
        return state
    }

    /// The repaired previous mesh, changed towards a target by the moves that gain most, as far as the budget goes.
    private func approach(_ target: [Int]) -> MeshState {
        var state = repaired()
        let wishes = target.indices.filter { target[$0] >= 0 && target[$0] != state.site[$0] }
        let gains = wishes.map { (change: state.change($0, to: target[$0]), group: $0) }
        for wish in gains.sorted(by: { ($0.change, $0.group) < ($1.change, $1.group) }) {
            let change = state.change(wish.group, to: target[wish.group])
            if change < 0 { state.apply(wish.group, to: target[wish.group]) }
        }
        state.settle()
        return state
    }

    /// The candidate sites, or, where there may be fewer sites than people are nearest to, those nearest to most.
    private func kept() -> [Int] {
        var usage = [Double](repeating: 0, count: space.siteCount)
        for group in 0..<space.groups.count {
            if let site = nearest(group, among: space.candidates) { usage[site] += space.groups.weight[group] }
        }
        return usage.count(where: { $0 > 0 }) > mostSites ? mostUsed(usage) : space.candidates
    }

    private func mostUsed(_ usage: [Double]) -> [Int] {
        let used = space.candidates.filter { usage[$0] > 0 }.sorted { (usage[$1], $0) < (usage[$0], $1) }
        return used.prefix(mostSites).sorted()
    }

    func nearest(_ group: Int, among sites: [Int]) -> Int? {
        let row = group * space.siteCount
        var best: Int?
        for site in sites where space.groups.latency[row + site] < .infinity {
            if let known = best, space.groups.latency[row + known] <= space.groups.latency[row + site] { continue }
            best = site
        }
        return best
    }
}
