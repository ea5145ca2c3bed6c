internal import MediaTransport
public import MeshAPI

/// Why a table is not taken: one line.
public struct TableRefusal: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong and what was expected.
    public let description: String
}

extension Relay {
    /// Goes over to another table, if it is newer. Who is attached stays, and what the old table forwarded goes on for the overlap.
    ///
    /// Newer is a greater version of the same epoch, or any of a greater epoch. A lower epoch of the same controller is refused for good: that one was
    /// followed by another. A controller with another folder has forgotten whom the present one serves, so its tables would empty the relay: they are refused
    /// while anybody is attached, and taken once nobody is.
    ///
    /// - Returns: Whether it was newer.
    /// - Throws: ``TableRefusal`` for a table that contradicts itself, or is not to be followed; the present one stays. O(table + participants).
    @discardableResult
    public mutating func adopt(_ table: RelayTable, at now: UInt64) throws(TableRefusal) -> Bool {
        guard try isNewer(table) else { return false }
        guard table.site == configuration.site else {
            throw TableRefusal(description: "the table is for site \(table.site); expected \(configuration.site)")
        }
        let (next, index) = try neighbours(of: table, at: now)
        let states = try table.sessions.map { routes throws(TableRefusal) in
            try session(routes, numbering: index, at: now)
        }
        var numbers: [UInt32: Int] = [:]
        for (place, state) in states.enumerated() where numbers.updateValue(place, forKey: state.number) != nil {
            throw TableRefusal(description: "session \(state.number) is in the table twice")
        }
        // Nothing below fails.
        for neighbour in neighbours { peers[neighbour.address] = nil }
        for (place, neighbour) in next.enumerated() { peers[neighbour.address] = .neighbour(place) }
        (neighbours, neighbourIndex) = (next, index)
        for place in attachments.indices {
            guard let attachment = attachments[place], numbers[attachment.session] == nil else { continue }
            // It need not find out by silence.
            attachments[place]?.mode = .detached
            sayBeat(to: place, at: now)
            attachments[place]?.mode = attachment.mode
            remove(place)
        }
        (sessions, sessionIndex, tableVersion) = (states, numbers, table.version)
        (controller, epoch) = (table.controller, table.epoch)
        return true
    }

    private func isNewer(_ table: RelayTable) throws(TableRefusal) -> Bool {
        guard let controller else { return true }
        guard table.controller == controller else {
            guard activeCount + reserveCount == 0 else {
                throw TableRefusal(
                    description:
                        "the table is of a controller with another data folder, \(table.controller.prefix(8)), while "
                        + "\(activeCount + reserveCount) are attached by the word of \(controller.prefix(8)); taken when nobody is"
                )
            }
            return true
        }
        guard table.epoch >= epoch else {
            throw TableRefusal(
                description: "the table is of epoch \(table.epoch); expected \(epoch), which was seen, or a later one")
        }
        return table.epoch > epoch || table.version > tableVersion
    }

    private func neighbours(
        of table: RelayTable, at now: UInt64
    ) throws(TableRefusal) -> ([NeighbourState], [UInt16: Int]) {
        var (states, index) = ([NeighbourState](), [UInt16: Int]())
        for entry in table.neighbours {
            guard entry.site <= MediaWire.greatestSite, entry.site != configuration.site, index[entry.site] == nil
            else {
                throw TableRefusal(
                    description: "neighbour \(entry.site): expected another site, 0 to 4095, once each")
            }
            guard let address = PeerAddress(entry.address) else {
                throw TableRefusal(
                    description: "neighbour \(entry.site): '\(entry.address)' is no address; expected 192.0.2.1:4480")
            }
            guard entry.secret.bytes.count == 32 else {
                throw TableRefusal(
                    description: "neighbour \(entry.site): \(entry.secret.bytes.count) bytes of secret; expected 32")
            }
            index[entry.site] = states.count
            if let known = neighbourIndex[entry.site], neighbours[known].secret == entry.secret.bytes {
                var state = neighbours[known]
                state.address = address
                states.append(state)
            } else {
                states.append(
                    NeighbourState(
                        site: entry.site, address: address, secret: entry.secret.bytes, own: configuration.site,
                        now: now))
            }
        }
        return (states, index)
    }

    private func session(
        _ entry: RelayTable.SessionRoutes, numbering index: [UInt16: Int], at now: UInt64
    ) throws(TableRefusal) -> SessionState {
        guard (1...2).contains(entry.keys.count) else {
            throw TableRefusal(description: "session \(entry.number) has \(entry.keys.count) keys; expected 1 or 2")
        }
        let old = sessionIndex[entry.number].map { sessions[$0] }
        var state = SessionState(number: entry.number, secrets: [])
        for key in entry.keys {
            if let same = old?.secrets.first(where: {
                $0.secret.epoch == key.epoch && $0.secret.bytes == key.secret.bytes
            }) {
                state.secrets.append(same)
                continue
            }
            guard let secret = SessionSecret(session: entry.number, epoch: key.epoch, bytes: key.secret.bytes) else {
                throw TableRefusal(
                    description: "session \(entry.number): \(key.secret.bytes.count) bytes of secret; expected 32")
            }
            state.secrets.append((secret, secret.mediaKey))
        }
        if let old { state.inherit(old) }
        for isOfOneClass in [true, false] {
            for route in entry.routes where (route.trafficClass != nil) == isOfOneClass {
                let branches = try compile(route, of: entry.number, numbering: index)
                for trafficClass in try classes(of: route, in: entry.number) {
                    let key = SessionState.routeKey(origin: route.origin, trafficClass: trafficClass)
                    if isOfOneClass || state.routes[key] == nil {
                        state.routes[key] = CompiledRoute(branches: branches)
                    }
                }
            }
        }
        for (key, route) in old?.routes ?? [:] {
            retire(route, key: key, in: &state, numbering: index, at: now)
        }
        return state
    }

    private func classes(
        of route: RelayTable.Route, in session: UInt32
    ) throws(TableRefusal) -> [TrafficClass] {
        guard let number = route.trafficClass else { return TrafficClass.allCases }
        guard let trafficClass = TrafficClass(rawValue: number) else {
            throw TableRefusal(description: "session \(session): there is no class \(number); expected 0, 1 or 2")
        }
        return [trafficClass]
    }

    private func compile(
        _ route: RelayTable.Route, of session: UInt32, numbering index: [UInt16: Int]
    ) throws(TableRefusal) -> [CompiledBranch] {
        guard route.origin <= MediaWire.greatestSite else {
            throw TableRefusal(description: "session \(session): origin \(route.origin); expected 0 to 4095")
        }
        var branches: [CompiledBranch] = []
        for branch in route.branches {
            var places: [Int] = []
            for site in [branch.to] + branch.spares {
                guard let place = index[site] else {
                    throw TableRefusal(
                        description: "session \(session), origin \(route.origin): site \(site) is no neighbour")
                }
                places.append(place)
            }
            guard !branches.contains(where: { $0.neighbour == places[0] }) else {
                throw TableRefusal(
                    description: "session \(session), origin \(route.origin): site \(branch.to) is there twice")
            }
            branches.append(CompiledBranch(neighbour: places[0], spares: Array(places[1...])))
        }
        return branches
    }

    /// Lets what an old route did beyond the new one go on for the overlap.
    private func retire(
        _ old: CompiledRoute, key: UInt32, in state: inout SessionState, numbering index: [UInt16: Int], at now: UInt64
    ) {
        var route = state.routes[key] ?? CompiledRoute(branches: [])
        let sites = old.branches.map { neighbours[$0.neighbour].site }
        let gone = sites.compactMap { index[$0] }.filter { place in !route.branches.contains { $0.neighbour == place } }
        guard !gone.isEmpty else { return }
        route.retiring = gone
        route.retiredAt = now + configuration.overlap
        state.routes[key] = route
    }
}
