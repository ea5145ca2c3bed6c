extension RoutingState {
    /// New figures of a link.
    public struct LinkChange: Sendable, Hashable {
        /// The link's number.
        public var number: Int
        /// What it is now; its ends stay.
        public var link: RoutingLink

        /// Creates a change.
        public init(number: Int, link: RoutingLink) {
            self.number = number
            self.link = link
        }
    }

    /// What an update did.
    public struct Update: Sendable, Hashable {
        /// The keys of sessions with a tree that was replaced, ascending.
        public var rerouted: [Int] = []
        /// The keys of sessions that a receiver cannot be reached in any more, or loses too much, ascending.
        public var impaired: [Int] = []
    }

    /// The present figures of a link by its number; `nil` when there is none.
    public func link(_ number: Int) -> RoutingLink? {
        guard network.places.indices.contains(number) else { return nil }
        let place = Int(network.places[number])
        let capacity = network.capacity[place]
        return RoutingLink(
            from: Int(network.from[place]), to: Int(network.to[place]), latency: network.latency[place],
            capacity: capacity == CongestionTable.unlimited ? nil : capacity, loss: network.loss[place],
            isUp: network.isUp[place])
    }

    /// Takes up new figures of links: degraded, cut, restored. Only trees that use one of them are rerouted, and
    /// trees that lack a receiver are tried again; that others could gain now is for ``rebalance(budget:monitor:)``.
    ///
    /// - Throws: ``PlanningError`` for a link that does not exist or figures out of range; then nothing changes.
    public mutating func updateLinks(_ changes: [LinkChange]) throws(PlanningError) -> Update {
        for change in changes {
            guard let known = link(change.number), known.from == change.link.from, known.to == change.link.to else {
                throw PlanningError(
                    .inconsistentSnapshot,
                    "link \(change.number) from \(change.link.from) to \(change.link.to); expected a link of the network"
                )
            }
            try RoutingNetwork.check(change.link, change.number)
        }
        let places = changes.map { Int(network.places[$0.number]) }
        let affected = slots(using: places)
        for (place, change) in zip(places, changes) {
            network.latency[place] = change.link.latency
            network.capacity[place] = change.link.capacity ?? CongestionTable.unlimited
            network.loss[place] = change.link.loss
            network.isUp[place] = change.link.isUp
        }
        return takeUp(places, affected: affected)
    }

    /// Takes a site out of the network or back in: all its links are down while it is. Sessions keep it as source and
    /// receiver until their demand is set anew.
    ///
    /// - Throws: ``PlanningError`` for a site that does not exist.
    public mutating func setSite(_ site: Int, isUp: Bool) throws(PlanningError) -> Update {
        guard network.isSiteUp.indices.contains(site) else {
            throw PlanningError(.inconsistentSnapshot, "site \(site); expected one of the \(siteCount) sites")
        }
        guard network.isSiteUp[site] != isUp else { return Update() }
        let places = (0..<network.linkCount).filter {
            Int(network.from[$0]) == site || Int(network.to[$0]) == site
        }
        let affected = slots(using: places)
        network.isSiteUp[site] = isUp
        return takeUp(places, affected: affected)
    }

    /// The sessions with a tree over one of the links, ascending.
    func slots(using places: [Int]) -> [Int] {
        let wanted = Set(places.map { Int32($0) })
        var found: Set<Int> = []
        for site in Set(places.map { Int(network.from[$0]) }) {
            for slot in users[site] where !found.contains(Int(slot)) {
                if sessions[Int(slot)].links.contains(where: { wanted.contains($0) }) { found.insert(Int(slot)) }
            }
        }
        return found.sorted()
    }

    private mutating func takeUp(_ places: [Int], affected: [Int]) -> Update {
        for place in places where !isPending[place] {
            isPending[place] = true
            pendingLinks.append(Int32(place))
        }
        post()
        var update = Update()
        var slots = affected
        let impaired = sessions.indices.filter { slot in sessions[slot].trees.contains { !$0.defects.isNone } }
        slots = Set(slots).union(impaired).sorted()
        let wanted = Set(places.map { Int32($0) })
        dropDetours(over: wanted)
        for slot in slots {
            var session = RoutingSession()
            swap(&session, &sessions[slot])
            // Latencies changed under the trees: what they cost is recomputed before anything is compared.
            latencyCost -= session.latencyCost
            carriageCost -= session.carriageCost
            settleCost(&session)
            latencyCost += session.latencyCost
            carriageCost += session.carriageCost
            var isBetter = false
            for tree in session.trees.indices {
                let isTouched = session.links[session.range(tree)].contains { wanted.contains($0) }
                guard isTouched || !session.trees[tree].defects.isNone else { continue }
                let stream = session.stream(of: tree)
                scratch.begin(at: session.source(of: tree).site)
                for place in session.range(tree) { scratch.append(Int(session.links[place]), network: network) }
                session.trees[tree].defects = scratch.defects(
                    receivers: stream.receivers, tolerance: stream.lossTolerance)
                if improve(tree, of: &session) { isBetter = true }
            }
            if isBetter {
                session.version += 1
                register(&session, slot: slot)
                update.rerouted.append(session.key)
            }
            if session.trees.contains(where: { !$0.defects.isNone }) { update.impaired.append(session.key) }
            swap(&session, &sessions[slot])
        }
        update.rerouted.sort()
        update.impaired.sort()
        return update
    }
}
