extension RoutingState {
    /// Routes a session, in the place of its routes so far.
    ///
    /// Trees come from cached shortest paths under the posted prices; only those over links that they overload are
    /// rerouted at once. ``rebalance(budget:monitor:)`` does the rest.
    /// - Complexity: O(streams * sources * receivers * (receivers + hops)), and a search a source for sources whose
    ///   paths are not cached.
    /// - Throws: ``PlanningError`` for sites that do not exist and figures out of range; the routes so far then stay.
    public mutating func setSession(_ key: Int, _ streams: [RoutingStream]) throws(PlanningError) {
        var media = -1
        for stream in streams {
            guard stream.media > media, stream.media < 3 else {
                throw PlanningError(
                    .inconsistentSnapshot,
                    "session \(key) has a stream of media \(stream.media) after \(media); expected 0, 1, 2, ascending")
            }
            media = stream.media
            try check(stream, session: key)
        }
        let slot = slot(of: key)
        var session = RoutingSession()
        swap(&session, &sessions[slot])
        let before = session
        charge(session, sign: -1)
        session.key = key
        session.streams = streams
        session.trees.removeAll(keepingCapacity: true)
        session.links.removeAll(keepingCapacity: true)
        session.latencyCost = 0
        session.carriageCost = 0
        for stream in streams.indices {
            for source in streams[stream].sources.indices {
                appendTree(&session, stream: stream, source: source)
            }
        }
        charge(session, sign: 1)
        relieve(&session)
        if !session.hasSameRoutes(as: before) {
            session.version += 1
            register(&session, slot: slot)
        }
        swap(&session, &sessions[slot])
        postIfDue()
    }

    /// Forgets a session; a key without one changes nothing.
    ///
    /// - Complexity: O(size of its routes + sessions at its sites).
    public mutating func removeSession(_ key: Int) {
        guard let number = slots.removeValue(forKey: key) else { return }
        let slot = Int(number)
        charge(sessions[slot], sign: -1)
        var session = RoutingSession()
        swap(&session, &sessions[slot])
        for site in session.sites { leave(Int(site), slot: number) }
        dropDetours(&session, slot: slot)
        freeSlots.append(number)
        postIfDue()
    }

    private func check(_ stream: RoutingStream, session: Int) throws(PlanningError) {
        func refuse(_ what: String) -> PlanningError {
            PlanningError(.inconsistentSnapshot, "session \(session), media \(stream.media): \(what)")
        }
        guard (0...RoutingStream.largestWeight).contains(stream.latencyWeight) else {
            throw refuse("latency weight \(stream.latencyWeight); expected 0 to \(RoutingStream.largestWeight)")
        }
        guard stream.sources.count < 1 << 16, stream.receivers.count < 1 << 16 else {
            throw refuse("\(stream.sources.count) sources; expected fewer than 65536 of each kind")
        }
        var before = -1
        for site in stream.receivers {
            guard site > before, site < siteCount else {
                throw refuse("receiver \(site) after \(before); expected some of the \(siteCount) sites, ascending")
            }
            before = site
        }
        before = -1
        for source in stream.sources {
            guard source.site > before, source.site < siteCount else {
                throw refuse(
                    "source \(source.site) after \(before); expected some of the \(siteCount) sites, ascending")
            }
            before = source.site
            guard (1...RoutingLink.largestRate).contains(source.rate) else {
                throw refuse("rate \(source.rate) kbit/s; expected 1 to \(RoutingLink.largestRate)")
            }
        }
    }

    private mutating func slot(of key: Int) -> Int {
        if let known = slots[key] { return Int(known) }
        let slot = freeSlots.popLast() ?? Int32(sessions.count)
        if Int(slot) == sessions.count { sessions.append(RoutingSession()) }
        slots[key] = slot
        return Int(slot)
    }

    /// Adds the tree of a source from the cached paths.
    private mutating func appendTree(_ session: inout RoutingSession, stream: Int, source: Int) {
        let demand = session.streams[stream]
        let defects = buildCachedTree(demand, from: demand.sources[source].site)
        let cost = scratch.cost(
            receivers: demand.receivers, weight: demand.latencyWeight, carriage: options.carriage, network: network)
        session.latencyCost += Int128(demand.sources[source].rate) * cost.latency
        session.carriageCost += Int128(demand.sources[source].rate) * cost.carriage
        let first = Int32(session.links.count)
        session.links.append(contentsOf: scratch.links)
        session.trees.append(
            RoutingSession.Tree(
                stream: Int32(stream), source: Int32(source), first: first, count: Int32(scratch.links.count),
                defects: defects))
    }

    /// Recomputes what the session's trees cost apart from congestion.
    mutating func settleCost(_ session: inout RoutingSession) {
        session.latencyCost = 0
        session.carriageCost = 0
        for tree in session.trees.indices {
            let cost = cost(of: tree, in: session)
            let rate = Int128(session.source(of: tree).rate)
            session.latencyCost += rate * cost.latency
            session.carriageCost += rate * cost.carriage
        }
    }

    /// What a tree costs each unit of its rate, apart from congestion.
    mutating func cost(of tree: Int, in session: RoutingSession) -> TreeCost {
        let stream = session.stream(of: tree)
        scratch.begin(at: session.source(of: tree).site)
        for place in session.range(tree) { scratch.append(Int(session.links[place]), network: network) }
        return scratch.cost(
            receivers: stream.receivers, weight: stream.latencyWeight, carriage: options.carriage, network: network)
    }

    /// Adds the session's loads and costs to the sums, or takes them off.
    mutating func charge(_ session: RoutingSession, sign: Int64) {
        for tree in session.trees.indices {
            let rate = sign * session.source(of: tree).rate
            for place in session.range(tree) { addLoad(rate, to: Int(session.links[place])) }
        }
        latencyCost += Int128(sign) * session.latencyCost
        carriageCost += Int128(sign) * session.carriageCost
    }

    mutating func addLoad(_ rate: Int64, to link: Int) {
        loads[link] += rate
        guard !priceRanges[link].contains(loads[link]), !isPending[link] else { return }
        isPending[link] = true
        pendingLinks.append(Int32(link))
    }

    /// Reroutes those of the session's trees that use overloaded links.
    mutating func relieve(_ session: inout RoutingSession) {
        for tree in session.trees.indices {
            let isOverloaded = session.range(tree).contains { place in
                let link = Int(session.links[place])
                return loads[link] > network.capacity[link]
            }
            if isOverloaded { _ = improve(tree, of: &session) }
        }
    }

    /// Keeps the sites' lists of sessions and the versions of their tables.
    mutating func register(_ session: inout RoutingSession, slot: Int) {
        dropDetours(&session, slot: slot)
        pendingDetours.append(Int32(slot))
        candidate.beginEmpty()
        var now: [Int32] = []
        func note(_ site: Int32) {
            if candidate.mark(Int(site)) { now.append(site) }
        }
        for stream in session.streams {
            for source in stream.sources { note(Int32(source.site)) }
            for receiver in stream.receivers { note(Int32(receiver)) }
        }
        for link in session.links { note(network.to[Int(link)]) }
        for site in session.sites where !candidate.reaches(Int(site)) { leave(Int(site), slot: Int32(slot)) }
        candidate.beginEmpty()
        for site in session.sites { _ = candidate.mark(Int(site)) }
        for site in now {
            if candidate.mark(Int(site)) { users[Int(site)].append(Int32(slot)) }
            tableVersions[Int(site)] += 1
        }
        session.sites = now
    }

    private mutating func leave(_ site: Int, slot: Int32) {
        if let place = users[site].firstIndex(of: slot) { users[site].swapRemove(place) }
        tableVersions[site] += 1
    }
}

extension Array {
    /// Removes an element and puts the last one in its place.
    mutating func swapRemove(_ place: Int) {
        swapAt(place, count - 1)
        removeLast()
    }
}
