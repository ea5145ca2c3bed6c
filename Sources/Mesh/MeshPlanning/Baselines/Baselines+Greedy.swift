import MeshTypes
import Optimization

extension Baselines {
    /// Sites opened one by one, each the one that lowers the cost most when all who gain by it go there.
    ///
    /// After Zhang and Tang, "The client assignment problem for continuous distributed interactive applications"
    /// (ICDCS 2011), with their objective replaced by ours.
    func greedy() -> MeshState {
        var state = single()
        state.settle()
        if state.open.isEmpty { return state }
        while state.open.count < mostSites {
            var estimates: [(cost: Double, site: Int)] = []
            for site in space.candidates where state.count[site] == 0 {
                if monitor?.stopReason != nil { break }
                estimates.append((costEstimate(opening: site, state), site))
            }
            if monitor?.stopReason != nil { break }
            // The estimate is exact in interaction with one class of participants, else it only ranks.
            let promising = estimates.sorted { ($0.cost, $0.site) < ($1.cost, $1.site) }
            let trials = promising.prefix(space.interaction.count == 1 ? 1 : 4).filter { $0.cost < 0 }
            let meshes = trials.map { trial in
                var next = state
                next.attract(to: trial.site)
                next.serveTheUnserved()
                return next
            }
            guard let next = meshes.min(by: { $0.objective < $1.objective }), next.objective < state.objective
            else { break }
            state = next
        }
        state.settle()
        return state
    }

    /// What the cost changes by when all who gain by a new site go there together: interaction exactly, rent of the
    /// new site, and the released rent of the others.
    private func costEstimate(opening site: Int, _ state: MeshState) -> Double {
        var leaving = [Double](repeating: 0, count: state.open.count)
        var leavingLoad = [Int](repeating: 0, count: state.open.count)
        var places = [Int](repeating: -1, count: space.siteCount)
        for (place, open) in state.open.enumerated() { places[open] = place }
        var (arriving, arrivingLoad, change, pairChange) = (0.0, 0, 0.0, 0.0)
        let room = space.available[site] * space.loadPerServer[site]
        for group in 0..<space.groups.count {
            let source = state.site[group]
            guard arrivingLoad + space.groups.load[group] <= room else { continue }
            let gain = state.latencyChange(group, to: site)
            guard gain < 0 else { continue }
            let weight = space.groups.weight[group]
            change += gain
            arriving += weight
            arrivingLoad += space.groups.load[group]
            if state.isMove(group, to: site) { change += space.policy.movePrice * weight }
            guard source >= 0 else { continue }
            if state.isMove(group, to: source) { change -= space.policy.movePrice * weight }
            // The pair terms are quadratic: take this group's own correction out, put the whole crowd's in below.
            pairChange += weight * weight * space.coupling[source * space.siteCount + site]
            leaving[places[source]] += weight
            leavingLoad[places[source]] += space.groups.load[group]
        }
        guard arriving > 0 else { return 0 }
        for (place, source) in state.open.enumerated() where leaving[place] > 0 {
            pairChange -= arriving * leaving[place] * space.coupling[source * space.siteCount + site]
            for (other, target) in state.open.enumerated() where other > place {
                pairChange += leaving[place] * leaving[other] * space.coupling[source * space.siteCount + target]
            }
            let after = state.serversNeeded(state.load[source] - leavingLoad[place], at: source)
            change -= space.price[source] * Double(state.servers[source] - after)
        }
        change += space.price[site] * Double(state.serversNeeded(arrivingLoad, at: site))
        return space.interaction.count == 1 ? change + space.scale * pairChange : change
    }
}

extension MeshState {
    /// Brings everyone to a site for whom it shortens pair latency, as far as the constraints allow; best gain first
    /// where moves are budgeted.
    mutating func attract(to target: Int) {
        var gains: [(gain: Double, group: Int)] = []
        for group in site.indices where site[group] != target {
            let gain = latencyChange(group, to: target)
            if gain < 0 { gains.append((gain, group)) }
        }
        if space.groups.hasBudgeted && space.moveBudget < SearchSpace.unlimited {
            gains.sort { ($0.gain, $0.group) < ($1.gain, $1.group) }
        }
        for (_, group) in gains where latencyChange(group, to: target) < 0 {
            // Whoever would take the last spare stays away.
            if change(group, to: target) < SearchSpace.missingSparePenalty / 2 { apply(group, to: target) }
        }
    }
}
