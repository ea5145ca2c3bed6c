internal import MediaTransport
public import MeshAPI

extension MeshParticipant {
    /// Follows the mesh as the controller sees it, if that is newer than what it follows: a greater version of the same epoch, or any of a later one.
    ///
    /// - Throws: ``ParticipantError`` for a view that makes no sense, of an earlier epoch, or of a controller with another data folder, whose keys and numbers mean
    ///   nothing here: whoever is to follow that one attaches there.
    public mutating func adopt(_ view: ParticipantMesh, at now: UInt64) throws(ParticipantError) {
        if let controller {
            guard view.controller == controller else {
                throw ParticipantError(
                    description:
                        "the view is of a controller with another data folder, \(view.controller.prefix(8)); expected \(controller.prefix(8))"
                )
            }
            guard view.epoch >= viewEpoch else {
                throw ParticipantError(
                    description:
                        "the view is of epoch \(view.epoch); expected \(viewEpoch), which was seen, or a later one")
            }
            guard view.epoch > viewEpoch || view.version > version else { return }
        }
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
        if let keys = view.keys { try adopt(keys, at: now) }
        (version, controller, viewEpoch) = (view.version, view.controller, view.epoch)
        for site in servers.keys { servers[site]?.isListed = addresses[site] != nil }
        for (site, address) in addresses {
            if servers[site]?.address == address {
                servers[site]?.isListed = true
            } else {
                servers[site] = ServerState(site: site, address: address, lastHeard: now)
            }
        }
        wantedSpare = view.spare
        // Asking costs nothing: until the next server grants, the present one serves.
        if let next = view.site, next != goal || isFallback {
            (goal, goalSince, isFallback) = (next, now, false)
            servers[next]?.request.repeatAt = 0
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
        return nextWake(at: now)
    }

    /// When something is due: a beat, a repeated request, the end of a move, the moment from which the own server is silent. Within 50 ms, so that nothing that is
    /// watched besides is missed for long.
    private func nextWake(at now: UInt64) -> UInt64 {
        var next = now + 50_000_000
        func due(_ time: UInt64) { next = min(next, time > now ? time : now + 10_000_000) }
        for server in servers.values {
            if server.granted != .detached { due(server.lastBeat + configuration.beatEvery) }
            if server.wanted != server.granted || server.epoch != keys.first?.epoch {
                due(max(server.request.repeatAt, server.blockedUntil))
            }
            if let until = server.leavingAt { due(until) }
            if server.site == site { due(server.lastHeard + configuration.silentAfter + 1) }
        }
        if goal != site { due(goalSince + 7 * configuration.retryAfter) }
        return next
    }

    private func isDead(_ place: UInt16, at now: UInt64) -> Bool {
        servers[place]?.isSilent(at: now, after: max(configuration.silentAfter, 500_000_000)) ?? false
    }

    /// A server that has said nothing for two seconds has forgotten us, or is gone: it has to be asked anew.
    private mutating func forgetTheSilent(at now: UInt64) {
        for place in servers.keys where servers[place]?.isSilent(at: now, after: 2_000_000_000) ?? false {
            servers[place]?.granted = .detached
        }
    }

    /// Brings what is wanted of each server in line with goal, spare and silence, and asks for it.
    mutating func steer(at now: UInt64) {
        watchOwnServer(at: now)
        forgetTheSilent(at: now)
        chooseSpare(at: now)
        if let goal, goal != site, let next = servers[goal], next.granted == .active,
            !next.isSilent(at: now, after: configuration.silentAfter)
        {
            // It serves already: left a moment ago, and wanted again.
            arrive(at: goal, now: now)
            return
        }
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
            // Under other keys it is asked anew, and serves under the old ones until it has granted.
            let isOld = server.granted != .detached && server.epoch != keys.first?.epoch
            if server.wanted != server.granted || isOld, now >= server.request.repeatAt, now >= server.blockedUntil {
                ask(place, at: now)
            }
            if server.wanted == .detached, server.granted == .detached, !server.isListed { servers[place] = nil }
        }
    }

    private mutating func watchOwnServer(at now: UInt64) {
        guard let site, let own = servers[site] else { return }
        let isSilent = own.granted == .detached || own.isSilent(at: now, after: configuration.silentAfter)
        guard isSilent || own.isDraining else {
            strandedTold = false
            return
        }
        // Somebody has been asked: give it as long as three requests take.
        if let goal, goal != site, now < goalSince + 7 * configuration.retryAfter { return }
        // Who only empties itself goes on until the other grants.
        if !isSilent, goal != nil, goal != site { return }
        guard let next = bestReplacement(besides: site, at: now) else {
            if isSilent, !strandedTold {
                events.append(.stranded(site: site))
                strandedTold = true
            }
            return
        }
        (goal, goalSince) = (next, now)
        servers[next]?.triedAt = now
        isFallback = isSilent
        silenceBegan = own.lastHeard
        servers[next]?.request = (0, 0, 0)
    }

    /// Who can take over: the spare if it is heard, else whoever is in reserve, else, in need, anybody that is listed.
    private func bestReplacement(besides own: UInt16, at now: UInt64) -> UInt16? {
        let others = servers.values.filter { $0.site != own && !$0.isDraining && now >= $0.blockedUntil }
        // A spare's beats come less often than an own server's.
        let heard = others.filter { $0.granted != .detached && !$0.isSilent(at: now, after: 700_000_000) }
        if let spare, spare != goal, heard.contains(where: { $0.site == spare }) { return spare }
        // Those that were not asked lately first, then the nearest; its own server too, whose address may have been changed under way.
        func isBetter(_ left: ServerState, _ right: ServerState) -> Bool {
            (left.triedAt, left.roundTrip ?? .infinity, left.site) < (
                right.triedAt, right.roundTrip ?? .infinity, right.site
            )
        }
        if let best = heard.filter({ $0.site != goal }).min(by: isBetter) { return best.site }
        return others.filter { $0.isListed && $0.site != goal }.min(by: isBetter)?.site
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
            kind: .attach, epoch: key.epoch, session: session, stream: stream, salt: salt, origin: place,
            sequence: nextControl())
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
            kind: .beat, epoch: key.epoch, session: session, stream: stream, salt: salt, origin: place,
            sequence: nextControl())
        let echo = server.heard.at == 0 ? 0 : server.heard.sentAt &+ (now &- server.heard.at)
        let beat = Beat(sentAt: now, echo: echo, mode: server.granted)
        let bytes = ControlDatagram.signed(header, key: key.attachment.up) { beat.encode(into: &$0) }
        outbox.append(Outgoing(to: server.address, bytes: bytes))
    }

    private mutating func nextControl() -> UInt64 {
        controlSequence += 1
        return controlSequence
    }
}
