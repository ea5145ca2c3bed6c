import MeshTypes

extension LocalSearch {
    /// The most groups among which exchanges are looked for: the pairs are many.
    static let exchangeLimit = 400

    /// Lets two groups at different sites change places where that costs less, when servers are too full or moves too
    /// scarce for one to go alone. Says whether anybody did.
    ///
    /// - Complexity: O(groups^2) for the scan, O(sites) an exchange tried.
    mutating func exchange(_ state: inout MeshState) -> Bool {
        let space = state.space
        guard state.site.count <= Self.exchangeLimit, state.open.count > 1 else { return false }
        let isFull = state.open.contains { state.load[$0] == state.serverCap[$0] * space.loadPerServer[$0] }
        let isTight = space.groups.load.contains { $0 > 1 } || isFull
        guard isTight || space.groups.hasBudgeted || space.serverLimit < SearchSpace.unlimited else { return false }
        let rentAtStake = state.open.map { space.price[$0] }.max() ?? 0
        effort -= state.site.count * state.site.count / 8
        var improved = false
        for one in state.site.indices where state.site[one] >= 0 {
            checkTime()
            guard mayGoOn else { return improved }
            for other in (one + 1)..<max(one + 1, state.site.count) where state.site[other] >= 0 {
                let (here, there) = (state.site[one], state.site[other])
                guard here != there else { continue }
                let linear = linearChange(one, to: there, state) + linearChange(other, to: here, state)
                // Among equals of one class the crowds at the sites stay as they are, and so do rent and pull.
                let slack = space.groups.load[one] == space.groups.load[other] ? 0 : rentAtStake
                guard linear < slack + 2 * space.policy.movePrice else { continue }
                if exchange(one, other, &state) { improved = true }
            }
        }
        return improved
    }

    /// What a group's own access latency changes the cost by when it goes to a site.
    private func linearChange(_ group: Int, to site: Int, _ state: MeshState) -> Double {
        let (space, row) = (state.space, group * state.space.siteCount)
        let own = space.groups.interactionClass[group]
        guard space.groups.latency[row + site] < .infinity else { return .infinity }
        let change = space.groups.latency[row + site] - space.groups.latency[row + state.site[group]]
        let excess =
            space.groups.excess.isEmpty
            ? 0 : space.groups.excess[row + site] - space.groups.excess[row + state.site[group]]
        return state.multiplier(own, state.partners[own]) * space.scale * change + excess
    }

    private func exchange(_ one: Int, _ other: Int, _ state: inout MeshState) -> Bool {
        let (here, there) = (state.site[one], state.site[other])
        let before = state.objective
        state.apply(one, to: -1)
        if state.change(other, to: here) < .infinity {
            state.apply(other, to: here)
            if state.change(one, to: there) < .infinity {
                state.apply(one, to: there)
                if state.objective < before - Self.tolerance { return true }
            }
            state.apply(other, to: there)
        }
        state.apply(one, to: here)
        return false
    }
}
