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
        let current = known.flatMap { attachments[$0] }
        // Who is attached at this address need not show again that it receives there.
        let isHere =
            current.map { $0.address == address && $0.epoch == header.epoch && $0.salt == header.salt } ?? false
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
        let keys = current?.epoch == header.epoch ? current?.keys : nil
        let attachmentKeys = keys ?? secret.attachmentKeys(stream: header.stream)
        guard verifies(bytes, key: attachmentKeys.up) else { throw .forged }
        var attachment =
            current
            ?? Attachment(
                session: header.session, stream: header.stream, salt: header.salt, epoch: header.epoch,
                keys: attachmentKeys, address: address, mode: .detached, classes: 7, lastHeard: now)
        if attachment.salt == header.salt {
            // Whatever the epoch: an attachment's sequences never go back.
            guard attachment.window.admits(header.sequence) else { throw .replayed }
        } else {
            // An attachment has one salt for life. Only one that is not heard any more makes room for another of its stream.
            guard now > attachment.lastHeard + configuration.silentAfter else { throw .misplaced }
            (attachment.salt, attachment.window) = (header.salt, ReplayWindow())
        }
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
            if request.mode != .detached { insert(attachment, at: now) }
        } else {
            counters.full += 1
            if let known, attachments[known]?.salt == header.salt {
                attachments[known]?.window.record(header.sequence)
            }
        }
        let reply = MediaHeader(
            kind: .attached, epoch: header.epoch, session: header.session, stream: header.stream, salt: salt,
            origin: configuration.site, sequence: nextSequence())
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
            $0.setBigEndian(cookie.high, at: 28, bytes: 8)
            $0.setBigEndian(cookie.low, at: 36, bytes: 8)
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
            attachment.salt == header.salt, header.origin == configuration.site
        else { throw .misplaced }
        guard attachment.epoch == header.epoch else { throw .unknownKey }
        guard attachment.window.admits(header.sequence) else { throw .replayed }
        guard verifies(bytes, key: attachment.keys.up) else { throw .forged }
        let beat = try Beat(decoding: rooms.bytes.span.extracting(bytes))
        attachments[index]?.window.record(header.sequence)
        attachments[index]?.lastHeard = now
        attachments[index]?.heard = (beat.sentAt, now)
        if let sample = beat.roundTrip(at: now) {
            attachments[index]?.roundTrip = attachment.roundTrip.map { $0 + (sample - $0) / 8 } ?? sample
        }
    }

    private mutating func takeLinkBeat(
        _ header: MediaHeader, _ bytes: Range<Int>, from address: PeerAddress, at now: UInt64
    ) throws(DatagramRefusal) {
        guard case .neighbour(let index)? = peers[address] else { throw .stranger }
        guard header.origin == neighbours[index].site else { throw .misplaced }
        let isKnown = neighbours[index].salt == header.salt
        if isKnown, !neighbours[index].window.admits(header.sequence) { throw .replayed }
        guard verifies(bytes, key: neighbours[index].incoming) else { throw .forged }
        let beat = LinkBeat(decoding: rooms.bytes.span.extracting(bytes))
        if !isKnown {
            // Another life of the neighbour, or an old one that somebody recorded: it must answer what was said to it a moment ago. So that it can,
            // what it says is echoed as long as nobody else is heard in its place.
            guard neighbours[index].answers(beat) else {
                guard neighbours[index].salt == nil || neighbours[index].isSilent else { throw .replayed }
                neighbours[index].heard = (beat.sentAt, now)
                return
            }
            (neighbours[index].salt, neighbours[index].window) = (header.salt, ReplayWindow())
            neighbours[index].mark = nil
        }
        neighbours[index].window.record(header.sequence)
        neighbours[index].lastHeard = now
        neighbours[index].take(beat, at: now)
    }
}
