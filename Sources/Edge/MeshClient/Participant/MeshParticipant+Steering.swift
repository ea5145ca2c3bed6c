internal import MediaTransport
public import MeshAPI

extension MeshParticipant {
    /// Follows the mesh as the controller sees it, if that is newer than what it follows.
    public mutating func adopt(_ view: MeshView, at now: UInt64) throws(ParticipantError) {
        guard view.version > version else { return }
        var addresses: [UInt16: PeerAddress] = [:]
        for server in view.servers {
            guard let address = PeerAddress(server.address) else {
                throw ParticipantError(
                    description: "server \(server.site): '\(server.address)' is no address; expected 192.0.2.1:4480")
            }
            addresses[server.site] = address
        }
        for site in [view.site, view.spare] {
            guard let site, addresses[site] == nil else { continue }
            throw ParticipantError(description: "site \(site) is not among the view's servers")
        }
        version = view.version
        for site in servers.keys { servers[site]?.isListed = addresses[site] != nil }
        for (site, address) in addresses {
            if servers[site]?.address == address {
                servers[site]?.isListed = true
            } else {
                servers[site] = ServerState(site: site, address: address, lastHeard: now)
            }
        }
        wantedSpare = view.spare
        // Silent servers are not gone to, whatever the controller thinks: it may not know yet.
        if let next = view.site, !isDead(next, at: now) {
            goal = next
            isFallback = false
        }
        steer(at: now)
    }

    /// Says goodbye to all servers.
    public mutating func leave(at now: UInt64) {
        goal = nil
        wantedSpare = nil
        site = nil
        for place in servers.keys where servers[place]?.granted != .detached {
            servers[place]?.wanted = .detached
            ask(place, at: now)
        }
    }

    /// Time has passed: repeats requests, says that it is there, finds out who is silent.
    ///
    /// - Returns: When to be woken next.
    @discardableResult
    public mutating func wake(at now: UInt64) -> UInt64 {
        steer(at: now)
        for place in servers.keys.sorted() {
            guard let server = servers[place], server.granted != .detached else { continue }
            let every = configuration.beatEvery
            if now >= server.lastBeat + every { sayBeat(place, at: now) }
        }
        return now + 10_000_000
    }

    private func isDead(_ place: UInt16, at now: UInt64) -> Bool {
        servers[place]?.isSilent(at: now, after: max(configuration.silentAfter, 500_000_000)) ?? false
    }

    /// Brings what is wanted of each server in line with goal, spare and silence, and asks for it.
    mutating func steer(at now: UInt64) {
        watchOwnServer(at: now)
        chooseSpare(at: now)
        for place in servers.keys.sorted() {
            guard var server = servers[place] else { continue }
            if place == goal || place == site {
                if server.leavingAt == nil || place == goal { (server.wanted, server.leavingAt) = (.active, nil) }
            } else if let until = server.leavingAt {
                if now >= until { (server.wanted, server.leavingAt) = (place == spare ? .reserve : .detached, nil) }
            } else {
                server.wanted = place == spare ? .reserve : .detached
            }
            servers[place] = server
            if server.wanted != server.granted, now >= server.request.repeatAt, now >= server.blockedUntil {
                ask(place, at: now)
            }
            if server.wanted == .detached, server.granted == .detached, !server.isListed { servers[place] = nil }
        }
    }

    private mutating func watchOwnServer(at now: UInt64) {
        guard let site, let own = servers[site], goal == site || goal == nil else { return }
        let isSilent = own.isSilent(at: now, after: configuration.silentAfter)
        guard isSilent || own.isDraining else {
            strandedTold = false
            return
        }
        guard let next = bestReplacement(besides: site, at: now) else {
            if isSilent, !strandedTold {
                events.append(.stranded(site: site))
                strandedTold = true
            }
            if isSilent, now >= own.request.repeatAt {
                // Perhaps the own address has changed: it attaches anew, at the same server and at all others.
                servers[site]?.granted = .detached
                servers[site]?.cookie = (0, 0)
            }
            return
        }
        goal = next
        isFallback = isSilent
        silenceBegan = own.lastHeard
        servers[next]?.request = (0, 0, 0)
    }

    /// Who can take over: the spare if it is heard, else whoever is in reserve, else, in need, anybody that is listed.
    private func bestReplacement(besides own: UInt16, at now: UInt64) -> UInt16? {
        let others = servers.values.filter { $0.site != own && !$0.isDraining && now >= $0.blockedUntil }
        // A spare's beats come less often than an own server's.
        let heard = others.filter { $0.granted != .detached && !$0.isSilent(at: now, after: 700_000_000) }
        if let spare, heard.contains(where: { $0.site == spare }) { return spare }
        func isNearer(_ left: ServerState, _ right: ServerState) -> Bool {
            (left.roundTrip ?? .infinity, left.site) < (right.roundTrip ?? .infinity, right.site)
        }
        if let best = heard.min(by: isNearer) { return best.site }
        return others.filter { $0.isListed && $0.granted == .detached }.min(by: isNearer)?.site
    }

    private mutating func chooseSpare(at now: UInt64) {
        func suits(_ place: UInt16?) -> Bool {
            guard let place, place != site, place != goal, let server = servers[place] else { return false }
            return server.isListed && !server.isDraining && now >= server.blockedUntil && !isDead(place, at: now)
        }
        if suits(wantedSpare) {
            spare = wantedSpare
        } else if !suits(spare) {
            spare =
                servers.values.filter { suits($0.site) }
                .min { ($0.roundTrip ?? .infinity, $0.site) < ($1.roundTrip ?? .infinity, $1.site) }?.site
        }
    }

    mutating func ask(_ place: UInt16, at now: UInt64) {
        guard let key = keys.first, let server = servers[place] else { return }
        let header = MediaHeader(
            kind: .attach, epoch: key.epoch, session: session, stream: stream, origin: place, sequence: nextControl())
        let wait = server.request.wait == 0 ? configuration.retryAfter : min(1_000_000_000, server.request.wait * 2)
        servers[place]?.request = (header.sequence, now + wait, wait)
        let classes = configuration.classes.reduce(UInt8(0)) { $0 | 1 << $1.rawValue }
        let request = AttachRequest(cookie: server.cookie, mode: server.wanted, classes: classes)
        let bytes = ControlDatagram.signed(header, key: key.attachment.up) { request.encode(into: &$0) }
        outbox.append(Outgoing(to: server.address, bytes: bytes))
    }

    private mutating func sayBeat(_ place: UInt16, at now: UInt64) {
        guard let key = keys.first, let server = servers[place] else { return }
        servers[place]?.lastBeat = now
        let header = MediaHeader(
            kind: .beat, epoch: key.epoch, session: session, stream: stream, origin: place, sequence: nextControl())
        let echo = server.heard.at == 0 ? 0 : server.heard.sentAt &+ (now - server.heard.at)
        let beat = Beat(sentAt: now, echo: echo, mode: server.granted)
        let bytes = ControlDatagram.signed(header, key: key.attachment.up) { beat.encode(into: &$0) }
        outbox.append(Outgoing(to: server.address, bytes: bytes))
    }

    private mutating func nextControl() -> UInt64 {
        controlSequence += 1
        return controlSequence
    }
}
