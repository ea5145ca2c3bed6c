internal import MediaTransport

extension Relay {
    /// Takes a datagram that is no media.
    mutating func takeControl(
        _ header: MediaHeader, room: Int, length: Int, from address: PeerAddress, at now: UInt64
    ) throws(DatagramRefusal) {
        let bytes = room * DatagramRooms.size..<room * DatagramRooms.size + length
        switch header.kind {
        case .attach: try takeRequest(header, bytes, from: address, at: now)
        case .beat: try takeBeat(header, bytes, from: address, at: now)
        case .link: try takeLinkBeat(header, bytes, from: address, at: now)
        // Only servers say these.
        case .challenge, .attached, .media: throw .kind
        }
    }

    /// Whether the datagram in some bytes ends with the right tag. All of a control datagram is open.
    private func verifies(_ bytes: Range<Int>, key: DatagramKey) -> Bool {
        DatagramTag.verifies(
            rooms.bytes.span.extracting(bytes), authenticated: bytes.count - MediaWire.tagLength, key: key)
    }

    // MARK: Requests

    private mutating func takeRequest(
        _ header: MediaHeader, _ bytes: Range<Int>, from address: PeerAddress, at now: UInt64
    ) throws(DatagramRefusal) {
        guard let session = sessionIndex[header.session] else { throw .unknownSession }
        guard header.origin == configuration.site else { throw .misplaced }
        guard let secret = sessions[session].secrets.first(where: { $0.secret.epoch == header.epoch })?.secret
        else { throw .unknownKey }
        let request = try AttachRequest(decoding: rooms.bytes.span.extracting(bytes))
        let id = Self.attachmentKey(header.session, header.stream)
        let known = attachmentIndex[id]
        // Who is attached at this address need not show again that it receives there.
        let isHere =
            known.map { attachments[$0]?.address == address && attachments[$0]?.epoch == header.epoch } ?? false
        if !isHere {
            guard admitsRequest(at: now) else { throw .rate }
            guard request.cookie != (0, 0) else {
                challenge(header, from: address, at: now)
                return
            }
            guard
                cookies.recognises(
                    request.cookie, from: address, session: header.session, stream: header.stream, at: now)
            else {
                // It may have expired, or be of a server that restarted here: the participant gets a new one.
                challenge(header, from: address, at: now)
                throw .cookie
            }
        }
        let current = known.flatMap { attachments[$0] }
        let keys = current?.epoch == header.epoch ? current?.keys : nil
        let attachmentKeys = keys ?? secret.attachmentKeys(stream: header.stream)
        guard verifies(bytes, key: attachmentKeys.up) else { throw .forged }
        if let current, current.epoch == header.epoch, !current.window.admits(header.sequence) { throw .replayed }
        var attachment =
            current
            ?? Attachment(
                session: header.session, stream: header.stream, epoch: header.epoch, keys: attachmentKeys,
                address: address, mode: .detached, classes: 7, sequence: freshSequence(at: now), lastHeard: now)
        if attachment.epoch != header.epoch { attachment.window = ReplayWindow() }
        attachment.epoch = header.epoch
        attachment.keys = attachmentKeys
        attachment.window.record(header.sequence)
        attachment.lastHeard = now
        attachment.classes = request.classes
        grant(request, header, to: attachment, at: address, known: known, now: now)
    }

    private mutating func grant(
        _ request: AttachRequest, _ header: MediaHeader, to attachment: Attachment, at address: PeerAddress,
        known: Int?,
        now: UInt64
    ) {
        var attachment = attachment
        let before = known == nil ? .detached : attachment.mode
        let status: AttachReply.Status
        switch request.mode {
        case .active where before != .active && isDraining: status = .draining
        case .reserve where before == .detached && isDraining: status = .draining
        case .active where before != .active && activeCount >= configuration.participantCapacity: status = .full
        case .reserve where before != .reserve && reserveCount >= configuration.reserveCapacity: status = .full
        default: status = .granted
        }
        counters.replies += 1
        if status == .granted {
            counters.granted += 1
            if known != nil { remove(known) }
            attachment.mode = request.mode
            attachment.address = address
            attachment.sequence += 1
            if request.mode != .detached { insert(attachment, at: now) }
        } else {
            counters.full += 1
            if let known { attachments[known]?.window.record(header.sequence) }
        }
        let reply = MediaHeader(
            kind: .attached, epoch: header.epoch, session: header.session, stream: header.stream,
            origin: configuration.site, sequence: max(attachment.sequence, freshSequence(at: now)))
        if let index = attachmentIndex[Self.attachmentKey(header.session, header.stream)] {
            attachments[index]?.sequence = reply.sequence + 1
        }
        let body = AttachReply(
            request: header.sequence, status: status, mode: status == .granted ? request.mode : before)
        say(reply, to: address, key: attachment.keys.down, at: now) { body.encode(into: &$0) }
    }

    private mutating func challenge(_ header: MediaHeader, from address: PeerAddress, at now: UInt64) {
        var header = header
        header.kind = .challenge
        let cookie = cookies.cookie(for: address, session: header.session, stream: header.stream, at: now)
        counters.replies += 1
        say(header, to: address, key: nil, at: now) {
            $0.setBigEndian(cookie.high, at: 20, bytes: 8)
            $0.setBigEndian(cookie.low, at: 28, bytes: 8)
        }
    }

    private mutating func admitsRequest(at now: UInt64) -> Bool {
        let rate = configuration.requestsPerSecond
        requestTokens = min(rate, requestTokens + Double(now - min(now, requestsAt)) * rate / 1e9)
        requestsAt = now
        guard requestTokens >= 1 else { return false }
        requestTokens -= 1
        return true
    }

    // MARK: Who is here

    static func attachmentKey(_ session: UInt32, _ stream: UInt32) -> UInt64 { UInt64(session) << 32 | UInt64(stream) }

    /// A sequence that this relay has never used, nor one before a restart: units of 2^14 ns of the wall clock.
    func freshSequence(at now: UInt64) -> UInt64 {
        (configuration.wallClockOffset &+ now) >> 14 & MediaWire.greatestSequence
    }

    mutating func insert(_ attachment: Attachment, at now: UInt64) {
        // An address has one participant: whoever showed last that it receives there.
        if case .participant(let other)? = peers[attachment.address] { remove(other) }
        let index = freeAttachments.popLast() ?? attachments.count
        if index == attachments.count { attachments.append(attachment) } else { attachments[index] = attachment }
        attachmentIndex[Self.attachmentKey(attachment.session, attachment.stream)] = index
        peers[attachment.address] = .participant(index)
        guard attachment.mode == .active else {
            reserveCount += 1
            return
        }
        activeCount += 1
        guard let session = sessionIndex[attachment.session] else { return }
        sessions[session].listeners.append(
            Listener(
                address: attachment.address, stream: attachment.stream, attachment: Int32(index),
                classes: attachment.classes, lastSent: now))
    }

    mutating func remove(_ index: Int?) {
        guard let index, let attachment = attachments[index] else { return }
        attachments[index] = nil
        freeAttachments.append(index)
        attachmentIndex[Self.attachmentKey(attachment.session, attachment.stream)] = nil
        if peers[attachment.address] == .participant(index) { peers[attachment.address] = nil }
        guard attachment.mode == .active else {
            reserveCount -= 1
            return
        }
        activeCount -= 1
        guard let session = sessionIndex[attachment.session] else { return }
        sessions[session].listeners.removeAll { $0.attachment == Int32(index) }
    }

    // MARK: Signs of life

    private mutating func takeBeat(
        _ header: MediaHeader, _ bytes: Range<Int>, from address: PeerAddress, at now: UInt64
    ) throws(DatagramRefusal) {
        guard case .participant(let index)? = peers[address], let attachment = attachments[index] else {
            throw .stranger
        }
        guard attachment.session == header.session, attachment.stream == header.stream,
            header.origin == configuration.site
        else { throw .misplaced }
        guard attachment.epoch == header.epoch else { throw .unknownKey }
        guard attachment.window.admits(header.sequence) else { throw .replayed }
        guard verifies(bytes, key: attachment.keys.up) else { throw .forged }
        let beat = try Beat(decoding: rooms.bytes.span.extracting(bytes))
        attachments[index]?.window.record(header.sequence)
        attachments[index]?.lastHeard = now
        attachments[index]?.heard = (beat.sentAt, now)
        if beat.echo > 0, now > beat.echo {
            let sample = Double(now - beat.echo) / 1e6
            attachments[index]?.roundTrip = attachment.roundTrip.map { $0 + (sample - $0) / 8 } ?? sample
        }
    }

    private mutating func takeLinkBeat(
        _ header: MediaHeader, _ bytes: Range<Int>, from address: PeerAddress, at now: UInt64
    ) throws(DatagramRefusal) {
        guard case .neighbour(let index)? = peers[address] else { throw .stranger }
        guard header.origin == neighbours[index].site else { throw .misplaced }
        guard neighbours[index].window.admits(header.sequence) else { throw .replayed }
        guard verifies(bytes, key: neighbours[index].incoming) else { throw .forged }
        let beat = LinkBeat(decoding: rooms.bytes.span.extracting(bytes))
        neighbours[index].window.record(header.sequence)
        neighbours[index].lastHeard = now
        neighbours[index].take(beat, at: now)
    }
}
