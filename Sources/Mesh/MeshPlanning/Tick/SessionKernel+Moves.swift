extension SessionKernel {
    /// The cost of the mesh at scarcity prices, without spares.
    var objective: Double {
        scale * state.figures.interaction + state.figures.further + state.figures.rent
            + unservedPrice * Double(state.figures.unserved)
    }

    @inline(__always)
    func serversNeeded(_ load: Int, at candidate: Int) -> Int {
        let one = loadPerServer[candidate]
        return load == 0 ? 0 : (load + one - 1) / one
    }

    /// What the interaction, the moves and the soft cap change by when a served member goes elsewhere; rent apart.
    @inline(__always)
    func latencyChange(_ member: Int, from source: Int, to target: Int) -> Double {
        let own = Int(kind[member])
        let row = own * candidateCount
        let places = member * candidateCount
        let self2 = weight[own * kindCount + own]
        let partners = isAlone ? 2 : state.partners[own] - 2 * self2
        let pair = forward[source * candidateCount + target] + backward[source * candidateCount + target]
        let interaction =
            partners * (latency[places + target] - latency[places + source])
            + state.pull[row + target] - state.pull[row + source] - self2 * pair
        return scale * interaction + further[places + target] - further[places + source]
    }

    /// What it costs to serve a member who is not served; rent apart.
    @inline(__always)
    func latencyCost(_ member: Int, at target: Int) -> Double {
        scale * serving(member, at: target) + further[member * candidateCount + target]
    }

    private func serving(_ member: Int, at target: Int) -> Double {
        let own = Int(kind[member])
        let there = latency[member * candidateCount + target]
        if isAlone { return 2 * there }
        var interaction = state.partners[own] * there + state.pull[own * candidateCount + target]
        for other in 0..<kindCount {
            interaction += bothWays[own * kindCount + other] * state.latencySum[other]
        }
        return interaction
    }

    /// What the rent changes by when load comes to one place and leaves another; `nil` when it may not come.
    @inline(__always)
    func rentChange(_ member: Int, from source: Int, to target: Int) -> Double? {
        let added = Int(load[member])
        let needed = serversNeeded(state.load[target] + added, at: target)
        guard needed <= available[target] else { return nil }
        let gained = needed - state.servers[target]
        var released = 0
        if source >= 0 {
            released = state.servers[source] - serversNeeded(state.load[source] - added, at: source)
        }
        if gained > released, state.figures.servers + gained - released > serverLimit { return nil }
        if state.members[target] == 0 {
            let closes = source >= 0 && state.members[source] == 1
            if state.figures.openSites - (closes ? 1 : 0) >= siteLimit { return nil }
        }
        return Double(gained) * price[target] - (source >= 0 ? Double(released) * price[source] : 0)
    }

    /// Whether a member may leave its place for another under budget and cool-down.
    @inline(__always)
    func mayMove(_ member: Int, from source: Int, to target: Int) -> Bool {
        guard latency[member * candidateCount + target] < Self.forbidden else { return false }
        if isPinned[member] { return false }
        let home = home[member]
        guard home >= 0, Int(home) == source else { return true }
        return state.figures.moves < moveBudget
    }

    /// The whole change of cost of taking a served member elsewhere; `nil` when that is not allowed.
    @inline(__always)
    func change(_ member: Int, from source: Int, to target: Int) -> Double? {
        guard mayMove(member, from: source, to: target), let rent = rentChange(member, from: source, to: target) else {
            return nil
        }
        return latencyChange(member, from: source, to: target) + rent
    }

    /// The whole cost of serving a member who is not; `nil` when that is not allowed.
    @inline(__always)
    func cost(_ member: Int, at target: Int) -> Double? {
        guard latency[member * candidateCount + target] < Self.forbidden,
            let rent = rentChange(member, from: -1, to: target)
        else { return nil }
        if home[member] != Self.none, Int(home[member]) != target, state.figures.moves >= moveBudget { return nil }
        return latencyCost(member, at: target) + rent
    }

    /// Takes a member to a place, or to -1, without asking whether that is allowed.
    ///
    /// - Complexity: O(kinds * candidates).
    mutating func apply(_ member: Int, to target: Int) {
        let source = Int(state.place[member])
        guard source != target else { return }
        let places = member * candidateCount
        let own = Int(kind[member])
        if source >= 0 && target >= 0 {
            let self2 = weight[own * kindCount + own]
            let partners = isAlone ? 2 : state.partners[own] - 2 * self2
            let row = own * candidateCount
            let pair = forward[source * candidateCount + target] + backward[source * candidateCount + target]
            state.figures.interaction +=
                partners * (latency[places + target] - latency[places + source])
                + state.pull[row + target] - state.pull[row + source] - self2 * pair
            state.latencySum[own] += latency[places + target] - latency[places + source]
        }
        if source >= 0 {
            state.figures.further -= further[places + source]
            changePull(own, at: source, by: -1)
            changeLoad(at: source, members: -1, load: -Int(load[member]))
            if target < 0 { changeServed(own, by: -1, latency: -latency[places + source]) }
        }
        if target < 0 {
            state.figures.interaction -= serving(member, at: source)
            state.figures.unserved += 1
        } else {
            if source < 0 {
                state.figures.interaction += serving(member, at: target)
                state.figures.unserved -= 1
                changeServed(own, by: 1, latency: latency[places + target])
            }
            state.figures.further += further[places + target]
            changePull(own, at: target, by: 1)
            changeLoad(at: target, members: 1, load: Int(load[member]))
        }
        let home = Int(home[member])
        if home != Int(Self.none) {
            if source >= 0 && source != home { state.figures.moves -= 1 }
            if target >= 0 && target != home { state.figures.moves += 1 }
        }
        state.place[member] = Int32(target)
    }

    private mutating func changeServed(_ own: Int, by step: Double, latency: Double) {
        state.served[own] += step
        state.latencySum[own] += latency
        for other in 0..<kindCount { state.partners[other] += step * bothWays[other * kindCount + own] }
    }

    mutating func changeLoad(at place: Int, members: Int, load: Int) {
        let wasOpen = state.members[place] > 0
        state.members[place] += members
        state.load[place] += load
        let needed = serversNeeded(state.load[place], at: place)
        let added = needed - state.servers[place]
        state.servers[place] = needed
        state.figures.servers += added
        state.figures.rent += Double(added) * price[place]
        if (state.members[place] > 0) != wasOpen { state.figures.openSites += wasOpen ? -1 : 1 }
    }

    /// Adds or takes away one member of a kind at a place from what the place pulls.
    private mutating func changePull(_ own: Int, at place: Int, by step: Double) {
        state.count[own * candidateCount + place] += step
        for other in 0..<kindCount { addPull(of: own, at: place, step, to: other) }
    }

    /// Adds what some members of a kind at a place pull of another.
    @inline(__always)
    func addPull(of own: Int, at place: Int, _ members: Double, to other: Int) {
        let (pull, forward, backward) = (state.pull, forward, backward)
        let towards = place * candidateCount
        let there = members * weight[other * kindCount + own]
        let back = members * weight[own * kindCount + other]
        let row = other * candidateCount
        for site in 0..<candidateCount {
            // d[site, place] is in the transpose's row of the place, d[place, site] in its own.
            pull[row + site] += there * backward[towards + site] + back * forward[towards + site]
        }
    }
}
