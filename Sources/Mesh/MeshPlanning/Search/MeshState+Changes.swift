import MeshTypes

extension MeshState {
    /// What the cost of pair latency changes by when a group goes to a site: rent, moves and room left out.
    @inline(__always)
    func latencyChange(_ group: Int, to target: Int) -> Double {
        let source = site[group]
        let weight = space.groups.weight[group]
        let row = group * space.siteCount
        let own = space.groups.interactionClass[group]
        let pullRow = own * space.siteCount
        let diagonal = space.interaction.weight[own * (space.interaction.count + 1)]
        var excess = 0.0
        if !space.groups.excess.isEmpty {
            excess = space.groups.excess[row + target] - (source >= 0 ? space.groups.excess[row + source] : 0)
        }
        let arrival = space.groups.latency[row + target]
        guard arrival < .infinity else { return .infinity }
        if source >= 0 {
            let linear = multiplier(own, partners[own]) * (arrival - space.groups.latency[row + source])
            let quadratic =
                weight * (pull[pullRow + target] - pull[pullRow + source])
                - weight * weight * diagonal * space.coupling[source * space.siteCount + target]
            // Where latency is worth nothing, a site without a way to the others is as far as ever.
            guard linear + quadratic < .infinity else { return .infinity }
            return space.scale * (linear + quadratic) + excess
        }
        let after = multiplier(own, partners[own] + 2 * weight * diagonal)
        let linear = (space.participantCount == 1 ? 0 : weight * partnerLatency[own]) + after * arrival
        guard pull[pullRow + target] < .infinity else { return .infinity }
        return space.scale * (linear + weight * pull[pullRow + target]) + excess - space.policy.unservedPrice * weight
    }

    /// What the whole cost changes by when a group goes to a site; infinity where a constraint forbids it.
    func change(_ group: Int, to target: Int) -> Double {
        let source = site[group]
        if source == target { return 0 }
        let latency = latencyChange(group, to: target)
        guard latency < .infinity else { return .infinity }
        let groupLoad = space.groups.load[group]
        let arriving = serversNeeded(load[target] + groupLoad, at: target)
        guard arriving <= serverCap[target] else { return .infinity }
        let moves = moveChange(group, to: target)
        guard moves < .infinity else { return .infinity }

        let added = arriving - servers[target]
        var released = 0
        if source >= 0 { released = servers[source] - serversNeeded(load[source] - groupLoad, at: source) }
        if count[target] == 0 {
            let closes = source >= 0 && count[source] == space.groups.weight[group]
            guard open.count + 1 - (closes ? 1 : 0) <= siteLimit else { return .infinity }
        }
        guard added != 0 || released != 0 else { return latency + moves }
        if added > released && serverTotal + added - released + space.policy.redundancy > space.serverLimit {
            return .infinity
        }
        var rentChange = space.price[target] * Double(added)
        if source >= 0 { rentChange -= space.price[source] * Double(released) }
        if space.policy.redundancy > 0 {
            var after = servers
            after[target] += added
            if source >= 0 { after[source] -= released }
            rentChange += spareCost(after) - spareCost
        }
        return latency + moves + rentChange
    }

    /// What moving costs; infinity where it would break the budget.
    private func moveChange(_ group: Int, to target: Int) -> Double {
        guard space.groups.previous[group] != SessionProblem.nowhere else { return 0 }
        let weight = space.groups.weight[group]
        let change = (isMove(group, to: target) ? weight : 0) - (isMove(group, to: site[group]) ? weight : 0)
        if change > 0, space.groups.isBudgeted[group], budgetedMoves + change > Double(space.moveBudget) {
            return .infinity
        }
        return change * space.policy.movePrice
    }

    /// The site among some to which a group goes best, and what that changes; `nil` when it may go to none.
    func best(_ group: Int, among sites: [Int]) -> (site: Int, change: Double)? {
        var best: (site: Int, change: Double)?
        for target in sites where target != site[group] {
            let change = change(group, to: target)
            guard change < .infinity else { continue }
            if let known = best, known.change <= change { continue }
            best = (target, change)
        }
        return best
    }
}
