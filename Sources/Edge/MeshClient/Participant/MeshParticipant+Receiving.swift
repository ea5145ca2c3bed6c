public import MediaTransport

extension MeshParticipant {
    /// Takes one datagram.
    ///
    /// - Returns: A piece of a stream that came for the first time, if that is what it was.
    public mutating func receive(_ datagram: [UInt8], from address: PeerAddress, at now: UInt64) -> Delivery? {
        do throws(DatagramRefusal) {
            return try take(datagram, from: address, at: now)
        } catch {
            counters.refused[error, default: 0] += 1
            return nil
        }
    }

    private mutating func take(
        _ datagram: [UInt8], from address: PeerAddress, at now: UInt64
    ) throws(DatagramRefusal) -> Delivery? {
        let header = try MediaHeader(decoding: datagram.span)
        guard header.session == session else { throw .unknownSession }
        guard let place = servers.first(where: { $0.value.address == address })?.key else { throw .stranger }
        guard let key = keys.first(where: { $0.epoch == header.epoch }) else { throw .unknownKey }
        switch header.kind {
        case .media: return try takeMedia(header, datagram, key, from: place, at: now)
        case .challenge: try takeChallenge(header, datagram, from: place, at: now)
        case .attached, .beat:
            guard header.stream == stream, header.origin == place, let server = servers[place] else { throw .misplaced }
            if server.salt == header.salt, !server.window.admits(header.sequence) { throw .replayed }
            let open = datagram.count - MediaWire.tagLength
            guard DatagramTag.verifies(datagram.span, authenticated: open, key: key.attachment.down) else {
                throw .forged
            }
            let reply = header.kind == .attached ? try AttachReply(decoding: datagram.span) : nil
            let beat = header.kind == .beat ? try Beat(decoding: datagram.span) : nil
            if server.salt != header.salt {
                // Another life of the server, or an old one that somebody recorded: it must answer a request that is newer than the one by which the
                // present life is known.
                guard let reply, reply.request > server.saltedBy, reply.request <= controlSequence else {
                    throw .replayed
                }
                servers[place]?.salt = header.salt
                servers[place]?.saltedBy = reply.request
                servers[place]?.window = ReplayWindow()
                servers[place]?.heard = (0, 0)
            }
            servers[place]?.window.record(header.sequence)
            servers[place]?.lastHeard = now
            if let beat { takeBeat(beat, from: place, at: now) }
            if let reply { takeReply(reply, header.epoch, from: place, at: now) }
        case .attach, .link: throw .kind
        }
        return nil
    }

    private mutating func takeMedia(
        _ header: MediaHeader, _ datagram: [UInt8], _ key: ParticipantKeySet, from place: UInt16, at now: UInt64
    ) throws(DatagramRefusal) -> Delivery? {
        guard header.stream != stream else { throw .misplaced }
        let id = UInt64(header.stream) << 2 | UInt64(header.trafficClass.rawValue)
        let windowKey = StreamKey(stream: id, salt: header.salt)
        let isNew = windows[windowKey]?.window.admits(header.sequence) ?? true
        // One that came by the other server is opened too, or a forger could make a silent server seem alive.
        guard let payload = SealedMedia.open(datagram, key: key.media) else { throw .forged }
        servers[place]?.lastHeard = now
        guard isNew else {
            counters.duplicates += 1
            return nil
        }
        guard windows[windowKey] != nil || hasRoomForStream(at: now) else { throw .rate }
        windows[windowKey, default: (ReplayWindow(), now)].window.record(header.sequence)
        windows[windowKey]?.used = now
        var record = streams[id] ?? StreamRecord(first: header.sequence, last: header.sequence)
        record.first = min(record.first, header.sequence)
        record.last = max(record.last, header.sequence)
        record.received += 1
        streams[id] = record
        counters.delivered += 1
        return Delivery(
            stream: header.stream, trafficClass: header.trafficClass, sequence: header.sequence, origin: header.origin,
            payload: payload)
    }

    private mutating func takeChallenge(
        _ header: MediaHeader, _ datagram: [UInt8], from place: UInt16, at now: UInt64
    ) throws(DatagramRefusal) {
        // Only whoever saw the request knows its sequence.
        guard header.stream == stream, header.salt == salt, let server = servers[place],
            header.sequence == server.request.sequence,
            server.wanted != server.granted || server.epoch != header.epoch
        else { throw .misplaced }
        servers[place]?.cookie = ControlDatagram.cookie(of: datagram.span)
        ask(place, at: now)
    }

    private mutating func takeBeat(_ beat: Beat, from place: UInt16, at now: UInt64) {
        servers[place]?.heard = (beat.sentAt, now)
        if let sample = beat.roundTrip(at: now) {
            let smoothed = servers[place]?.roundTrip.map { $0 + (sample - $0) / 8 } ?? sample
            servers[place]?.roundTrip = smoothed
        }
        servers[place]?.isDraining = beat.isDraining
        // What the server believes is what counts; a reply may have been lost.
        if let server = servers[place], server.granted != beat.mode,
            server.request.sequence == 0 || now > server.request.repeatAt
        {
            servers[place]?.granted = beat.mode
        }
    }

    private mutating func takeReply(_ reply: AttachReply, _ epoch: UInt8, from place: UInt16, at now: UInt64) {
        guard let server = servers[place] else { return }
        servers[place]?.granted = reply.mode
        guard reply.status == .granted else {
            events.append(.refused(site: place, status: reply.status))
            servers[place]?.blockedUntil = now + 2_000_000_000
            if reply.status == .draining { servers[place]?.isDraining = true }
            if goal == place { goal = site ?? otherGoal(than: place) }
            if spare == place { spare = nil }
            steer(at: now)
            return
        }
        servers[place]?.request.wait = 0
        servers[place]?.epoch = epoch
        if reply.mode == .active, server.wanted == .active, goal == place, site != place { arrive(at: place, now: now) }
        if reply.mode != server.wanted { servers[place]?.request.repeatAt = now }
    }

    /// Whether another stream can be followed; streams that rested for a minute make room. Whoever has the session's key can name as many as it likes.
    private mutating func hasRoomForStream(at now: UInt64) -> Bool {
        if windows.count >= Self.streamLimit, now >= windowsSweptAt + 1_000_000_000 || windowsSweptAt == 0 {
            windowsSweptAt = now
            windows = windows.filter { now - min(now, $0.value.used) < 60_000_000_000 }
            let live = Set(windows.keys.map(\.stream))
            streams = streams.filter { live.contains($0.key) }
        }
        return windows.count < Self.streamLimit
    }

    /// The most streams, each of one class, that are followed at once.
    static let streamLimit = 8_192

    private func otherGoal(than place: UInt16) -> UInt16? {
        spare.flatMap { $0 == place ? nil : $0 } ?? servers.keys.sorted().first { $0 != place }
    }

    mutating func arrive(at place: UInt16, now: UInt64) {
        if let old = site {
            counters.moves += 1
            events.append(
                isFallback ? .fellBack(from: old, to: place, silence: now - silenceBegan) : .moved(from: old, to: place)
            )
            servers[old]?.leavingAt = now + configuration.overlap
            servers[old]?.wanted = .active
        } else {
            events.append(.attached(site: place))
        }
        site = place
        if spare == place { spare = nil }
        steer(at: now)
    }
}
