extension SessionKernel {
    /// How thoroughly a mesh is searched.
    struct Depth {
        /// Changes of sites tried in full between two improvements.
        var trials: Int
        /// Improvements by changes of sites.
        var rounds: Int

        /// For a mesh that was good a tick ago.
        static let repair = Depth(trials: 3, rounds: 4)
        /// For a new one.
        static let full = Depth(trials: 8, rounds: 60)
    }

    /// Improves the mesh until no neighbour that is looked at is better, the depth is reached, or work must end.
    ///
    /// Whoever can be served is served first, whatever the gauge says; so the mesh can be published at any time.
    mutating func search(_ depth: Depth, _ gauge: inout WorkGauge) {
        if state.figures.openSites == 0 { serveAtOnePlace() }
        serveTheUnserved()
        guard descend(passes: 12, &gauge) else { return }
        for _ in 0..<depth.rounds {
            guard gauge.spend(memberCount * candidateCount + 50), improveSites(depth.trials, &gauge) else { return }
        }
    }

    /// Builds the mesh once more, from nobody served, and keeps it where it costs less, moves included.
    ///
    /// Finds what no change of one or two sites leads to: that many should move together. Not for sessions of which somebody may not move.
    mutating func searchAfresh(_ gauge: inout WorkGauge) {
        guard !gauge.isOver, state.figures.unserved == 0, moveBudget > memberCount,
            !(0..<memberCount).contains(where: { isPinned[$0] })
        else { return }
        let before = objective
        standing.copy(state, members: memberCount, candidates: candidateCount, kinds: kindCount)
        clear()
        search(.full, &gauge)
        guard state.figures.unserved > 0 || objective >= before - Self.tolerance else { return }
        swap(&state, &standing)
    }

    /// Serves as many as possible at the one place where that costs least.
    private mutating func serveAtOnePlace() {
        guard siteLimit > 0 else { return }
        let whole = (0..<kindCount).map { own in
            (0..<memberCount).reduce(0.0) { $0 + bothWays[own * kindCount + Int(kind[$1])] }
        }
        var best: (cost: Double, place: Int)?
        for place in 0..<candidateCount where available[place] > 0 {
            var (cost, carried) = (0.0, 0)
            let room = min(available[place], serverLimit) * loadPerServer[place]
            for member in 0..<memberCount {
                let value = latency[member * candidateCount + place]
                let own = Int(kind[member])
                guard value < Self.forbidden, carried + Int(load[member]) <= room else {
                    cost += unservedPrice
                    continue
                }
                carried += Int(load[member])
                let partners = isAlone ? 2 : whole[own] - bothWays[own * kindCount + own]
                cost += scale * partners * value + further[member * candidateCount + place]
            }
            guard carried > 0 else { continue }
            cost += Double(serversNeeded(carried, at: place)) * price[place]
            if best.map({ cost < $0.cost }) ?? true { best = (cost, place) }
        }
        guard let best else { return }
        for member in 0..<memberCount where cost(member, at: best.place) != nil { apply(member, to: best.place) }
    }

    /// Serves whoever can be served, in order, each where it costs least; says whether anybody is left.
    @discardableResult
    mutating func serveTheUnserved() -> Bool {
        guard state.figures.unserved > 0 else { return false }
        for member in 0..<memberCount where state.place[member] < 0 {
            var best: (cost: Double, place: Int)?
            for place in 0..<candidateCount {
                guard let cost = cost(member, at: place) else { continue }
                if best.map({ cost < $0.cost }) ?? true { best = (cost, place) }
            }
            if let best { apply(member, to: best.place) }
        }
        return state.figures.unserved > 0
    }

    /// Moves single members among open sites while that lowers the cost; says whether work may go on.
    @discardableResult
    mutating func descend(passes: Int, _ gauge: inout WorkGauge) -> Bool {
        for _ in 0..<passes {
            guard gauge.spend(memberCount * (state.figures.openSites + 1)) else { return false }
            var improved = false
            for member in 0..<memberCount {
                let source = Int(state.place[member])
                guard source >= 0 else { continue }
                var best: (change: Double, place: Int)?
                for place in 0..<candidateCount where place != source && state.members[place] > 0 {
                    // The latencies decide most moves before the rent is asked.
                    guard latency[member * candidateCount + place] < Self.forbidden,
                        let change = change(member, from: source, to: place), change < -Self.tolerance
                    else { continue }
                    if best.map({ change < $0.change }) ?? true { best = (change, place) }
                }
                if let best {
                    apply(member, to: best.place)
                    improved = true
                }
            }
            if state.figures.unserved > 0, serveTheUnserved() == false { improved = true }
            if !improved { return true }
        }
        return true
    }

    /// A change in the set of open sites.
    private enum SiteStep {
        case open(Int)
        case close(Int)
        case swap(Int, Int)
        /// Gives a server back where others remain.
        case release(Int)
        /// Takes a server more.
        case extend(Int)
    }

    /// Tries the most promising changes of sites in full, and keeps the first that lowers the cost.
    private mutating func improveSites(_ trials: Int, _ gauge: inout WorkGauge) -> Bool {
        let before = objective
        saved.copy(state, members: memberCount, candidates: candidateCount, kinds: kindCount)
        for step in ranked(trials) {
            guard gauge.spend(memberCount * (state.figures.openSites + 2) * 2) else { return false }
            carryOut(step)
            descend(passes: 2, &gauge)
            // A swap may overstep a limit on its way, and must not have stopped there.
            let isAllowed = state.figures.openSites <= siteLimit && state.figures.servers <= serverLimit
            if isAllowed, state.figures.unserved <= saved.figures.unserved, objective < before - Self.tolerance {
                descend(passes: 10, &gauge)
                return true
            }
            swap(&state, &saved)
            saved.copy(state, members: memberCount, candidates: candidateCount, kinds: kindCount)
        }
        return false
    }

    private mutating func carryOut(_ step: SiteStep) {
        switch step {
        case .open(let site): attract(to: site)
        case .close(let site): evict(from: site, towards: -1)
        case .swap(let old, let new):
            evict(from: old, towards: new)
            attract(to: new)
        case .release(let site): release(from: site)
        case .extend(let site):
            let servers = available[site]
            available[site] = min(servers, state.servers[site] + 1)
            attract(to: site)
            available[site] = servers
        }
    }

    /// Takes as many away from a site as its last server carries, those first to whom it matters least.
    private mutating func release(from source: Int) {
        let wanted = state.servers[source] - 1
        let leaving = (0..<memberCount).filter { Int(state.place[$0]) == source && alternatives[$0] < unservedPrice }
            .sorted { (alternatives[$0], $0) < (alternatives[$1], $1) }
        for member in leaving where state.servers[source] > wanted { evict(member, from: source, towards: -1) }
    }

    /// Brings everyone to a site whose latencies gain by it, as far as the constraints allow.
    private mutating func attract(to target: Int) {
        for member in 0..<memberCount {
            let source = Int(state.place[member])
            guard source >= 0, source != target, latencyChange(member, from: source, to: target) < 0,
                mayMove(member, from: source, to: target), rentChange(member, from: source, to: target) != nil
            else { continue }
            apply(member, to: target)
        }
    }

    /// Takes everyone away from a site: to the target where that is better than any other place, else to the best one.
    private mutating func evict(from source: Int, towards target: Int) {
        for member in 0..<memberCount where Int(state.place[member]) == source {
            evict(member, from: source, towards: target)
        }
    }

    private mutating func evict(_ member: Int, from source: Int, towards target: Int) {
        var best: (change: Double, place: Int)?
        for place in 0..<candidateCount where place != source && (state.members[place] > 0 || place == target) {
            guard mayMove(member, from: source, to: place) else { continue }
            let rent: Double
            if let change = rentChange(member, from: source, to: place) {
                rent = change
            } else if place == target, state.members[place] == 0, available[place] > 0 {
                rent = 0  // The target takes the source's place among the sites.
            } else {
                continue
            }
            let change = latencyChange(member, from: source, to: place) + rent
            if best.map({ change < $0.change }) ?? true { best = (change, place) }
        }
        if let best { apply(member, to: best.place) }
    }

    /// The changes of sites worth a trial, the most promising first by a linear estimate.
    ///
    /// The estimate takes the pulls as they are and lets everyone choose alone. One scan gives all swaps at once: a swap is an
    /// opening, but for those at the closed site, who choose between their second best and the new site.
    ///
    /// - Complexity: O(members * candidates + open * candidates).
    private mutating func ranked(_ limit: Int) -> [SiteStep] {
        let count = candidateCount
        gains.fill(count, with: 0)
        losses.fill(count, with: 0)
        corrections.fill(count * count, with: 0)
        alternatives.reserve(memberCount)
        blocked.removeAll(keepingCapacity: true)
        for member in 0..<memberCount {
            let source = Int(state.place[member])
            guard source >= 0 else { continue }
            var second = unservedPrice
            for site in 0..<count where site != source && state.members[site] > 0 {
                guard latency[member * count + site] < Self.forbidden else { continue }
                let change = latencyChange(member, from: source, to: site)
                second = min(second, change)
                if change < 0, !isPinned[member] { blocked.append((site, change)) }
            }
            // A site with somebody who may not be moved yet is not closed.
            if isPinned[member] { second = .infinity }
            alternatives[member] = second
            losses[source] += second
            for site in 0..<count where state.members[site] == 0 {
                var change = isPinned[member] ? .infinity : unservedPrice
                if latency[member * count + site] < Self.forbidden, !isPinned[member] {
                    change = latencyChange(member, from: source, to: site)
                }
                if change < 0 { gains[site] += change }
                corrections[source * count + site] += min(second, change) - min(0, change)
            }
        }
        var steps: [(estimate: Double, step: SiteStep)] = []
        let threshold = -1e-6
        func consider(_ estimate: Double, _ step: SiteStep) {
            guard estimate < threshold else { return }
            if steps.count == limit, let last = steps.last, estimate >= last.estimate { return }
            var place = steps.count
            while place > 0, steps[place - 1].estimate > estimate { place -= 1 }
            steps.insert((estimate, step), at: place)
            if steps.count > limit { steps.removeLast() }
        }
        for site in 0..<count where state.members[site] > 0 {
            let rent = price[site] * Double(state.servers[site])
            if state.figures.openSites > 1 { consider(losses[site] - rent, .close(site)) }
            serverSteps(at: site, consider)
            for other in 0..<count where state.members[other] == 0 && available[other] > 0 {
                consider(
                    gains[other] + corrections[site * count + other] - rent + price[other], .swap(site, other))
            }
        }
        if state.figures.openSites < siteLimit {
            for site in 0..<count where state.members[site] == 0 && available[site] > 0 {
                consider(gains[site] + price[site], .open(site))
            }
        }
        return steps.map(\.step)
    }

    /// What a server less, and one more, would be worth at a site that stays open.
    ///
    /// - Complexity: O(members log members).
    private func serverSteps(at site: Int, _ consider: (Double, SiteStep) -> Void) {
        if state.servers[site] > 1 {
            let excess = state.load[site] - (state.servers[site] - 1) * loadPerServer[site]
            let leaving = (0..<memberCount).filter { Int(state.place[$0]) == site }.map { (alternatives[$0], load[$0]) }
                .sorted { $0.0 < $1.0 }
            var (left, loss) = (excess, 0.0)
            for (change, load) in leaving where left > 0 {
                left -= Int(load)
                loss += change
            }
            consider(loss - price[site], .release(site))
        }
        guard state.servers[site] < available[site], state.figures.servers < serverLimit else { return }
        var room = (state.servers[site] + 1) * loadPerServer[site] - state.load[site]
        var gain = 0.0
        for change in blocked.filter({ $0.site == site }).map(\.change).sorted() where room > 0 {
            gain += change
            room -= Int(load[0])
        }
        consider(gain + price[site], .extend(site))
    }
}
