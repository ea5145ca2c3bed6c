public import MediaTransport

/// A server of the mesh as a value: datagrams and times in, datagrams out. No socket, no clock.
///
/// **What it does with media.** A datagram is looked at once: is its sender a neighbour or a participant here, may it send this, is
/// the tag right, is the sequence new? Then its bytes, unchanged, go once to each next hop of the route for (session, class, origin) and to each
/// active participant of the session but the sender. Copies share the room that the datagram arrived in; nothing is allocated for a datagram.
///
/// **Lines.** What is to be sent waits in one line a class, of fixed length: signs of life, audio, content, video, in this order. A
/// line that is full, and what has waited too long, is dropped. So when less can be sent than should be, video suffers first.
///
/// **Strangers.** Whatever is not understood, not genuine, not new or not expected is dropped without a reply and counted. The one thing that
/// is answered before its sender is known is a request to attach, by a challenge of less than half its length, at a bounded rate.
///
/// **Alone.** Tables come from a controller; the last one serves until there is another. A neighbour that falls silent is replaced by its spares, and
/// again by itself when it is heard. The keys of participants follow from the session's, so that a participant who comes from a server that died is
/// let in without asking anybody.
///
/// Times are nanoseconds of a clock that never goes back.
public struct Relay: Sendable {
    /// Limits and times.
    public let configuration: Configuration
    /// What came and went.
    public internal(set) var counters = RelayCounters()
    /// The version of the table in use; 0 before the first.
    public internal(set) var tableVersion: UInt64 = 0
    /// Whose table it is; `nil` before the first.
    public internal(set) var controller: String?
    /// The table's epoch.
    public internal(set) var epoch: UInt64 = 0
    /// Whether it lets nobody in and asks those that are here to go.
    public internal(set) var isDraining = false

    var rooms: DatagramRooms
    /// How many rooms a turn holds ready: as many as filled lately, and some.
    var roomsAtOnce = 8
    /// Signs of life, then audio, content, video.
    var lines: [DepartureLine]
    var peers: [PeerAddress: Peer] = [:]
    var neighbours: [NeighbourState] = []
    var neighbourIndex: [UInt16: Int] = [:]
    var sessions: [SessionState] = []
    var sessionIndex: [UInt32: Int] = [:]
    var attachments: [Attachment?] = []
    var freeAttachments: [Int] = []
    var attachmentIndex: [UInt64: Int] = [:]
    let cookies: AddressCookies
    /// Of all that it says itself.
    let salt: UInt64
    /// The sequence of the last of its own datagrams, whoever it was for: none is used twice under the salt.
    private var sequence: UInt64 = 0
    /// Where the relay's own datagrams are put together.
    var scratch = [UInt8](repeating: 0, count: 96)
    var requestTokens: Double
    var requestsAt: UInt64 = 0
    var byteTokens: Double = 0
    var bytesAt: UInt64 = 0
    var activeCount = 0
    var reserveCount = 0

    /// A relay without a table.
    ///
    /// - Parameters:
    ///   - secret: 32 random bytes or more; whoever knows them can forge cookies.
    ///   - salt: Random bits of this relay alone: what it says is sealed under them, so that no clock or file need tell it what it said in an earlier life.
    public init(configuration: Configuration, secret: [UInt8], salt: UInt64 = .random(in: .min ... .max)) {
        self.configuration = configuration
        self.salt = salt
        rooms = DatagramRooms(count: max(128, configuration.roomCount))
        lines = (0..<4).map { _ in DepartureLine(length: configuration.queueLength) }
        cookies = AddressCookies(secret: secret)
        requestTokens = configuration.requestsPerSecond
        attachments.reserveCapacity(configuration.participantCapacity)
    }

    /// The sequence of the next of its own datagrams.
    mutating func nextSequence() -> UInt64 {
        sequence += 1
        return sequence
    }

    /// Participants that are served.
    public var participantCount: Int { activeCount }
    /// Participants that are kept in reserve.
    public var reserves: Int { reserveCount }
    /// Datagrams in line.
    public var waiting: Int { lines.reduce(0) { $0 + $1.count } }

    /// Lets nobody in from now on, and asks those that are here to go; or goes back on that.
    public mutating func drain(_ drains: Bool = true) { isDraining = drains }

    /// Takes one datagram from bytes elsewhere, as tests and probes on a shared socket have them. See ``receive(room:length:from:at:)``.
    public mutating func receive(_ datagram: [UInt8], from address: PeerAddress, at now: UInt64) {
        guard let room = takeRoom() else {
            counters.noRoom += 1
            return
        }
        for (index, byte) in datagram.prefix(DatagramRooms.size).enumerated() {
            rooms.bytes[room * DatagramRooms.size + index] = byte
        }
        receive(room: room, length: datagram.count, from: address, at: now)
    }

    /// A room for a datagram that comes; the oldest of what may go is dropped for it if need be.
    mutating func takeRoom() -> Int? {
        if let room = rooms.take() { return room }
        for rank in [3, 2, 1] {
            while lines[rank].count > 0 {
                rooms.release(Int(lines[rank].removeFirst().offset) / DatagramRooms.size)
                counters.overflow[rank - 1] += 1
                if let room = rooms.take() { return room }
            }
        }
        return nil
    }

    /// Takes one datagram that lies in a room, and lets go of the room. O(copies), nothing allocated for media.
    @inline(__always)
    mutating func receive(room: Int, length: Int, from address: PeerAddress, at now: UInt64) {
        counters.received += 1
        counters.receivedBytes += length
        if let reason = take(room: room, length: length, from: address, at: now) { counters.count(reason) }
        rooms.release(room)
    }

    /// Why a datagram was not taken, if it was not. Returned, not thrown: whoever watches errors could make a flood of them expensive.
    @inline(__always)
    private mutating func take(room: Int, length: Int, from address: PeerAddress, at now: UInt64) -> DatagramRefusal? {
        guard length <= MediaWire.greatestLength else { return .oversized }
        let start = room * DatagramRooms.size
        do throws(DatagramRefusal) {
            let header = try MediaHeader(decoding: rooms.bytes.span.extracting(start..<start + length))
            if header.kind == .media { return takeMedia(header, room: room, length: length, from: address, at: now) }
            try takeControl(header, room: room, length: length, from: address, at: now)
            return nil
        } catch {
            return error
        }
    }

    @inline(__always)
    private mutating func takeMedia(
        _ header: MediaHeader, room: Int, length: Int, from address: PeerAddress, at now: UInt64
    ) -> DatagramRefusal? {
        guard let session = sessionIndex[header.session] else { return .unknownSession }
        guard let peer = peers[address] else { return .stranger }
        guard let key = sessions[session].key(epoch: header.epoch) else { return .unknownKey }
        switch peer {
        case .neighbour: guard header.origin != configuration.site else { return .misplaced }
        case .participant(let index):
            guard let attachment = attachments[index], attachment.stream == header.stream,
                attachment.salt == header.salt, attachment.session == header.session,
                header.origin == configuration.site, attachment.mode == .active
            else { return .misplaced }
        }
        let windowKey = WindowKey(header)
        let known = sessions[session].windowIndex[windowKey]
        if let known, !sessions[session].windows[known].window.admits(header.sequence) {
            // It did cross the link, though by another way it was here before: the link has not lost it.
            if case .neighbour(let index) = peer { neighbours[index].received += 1 }
            return .replayed
        }
        let bytes = room * DatagramRooms.size..<room * DatagramRooms.size + length
        let salted =
            if let known, sessions[session].windows[known].epoch == header.epoch {
                sessions[session].windows[known].key
            } else {
                SaltedKey(key, of: rooms.bytes.span.extracting(bytes))
            }
        guard
            DatagramTag.verifies(
                rooms.bytes.span.extracting(bytes), authenticated: MediaWire.headerLength, key: salted)
        else { return .forged }
        guard
            let window = known
                ?? sessions[session].makeWindow(windowKey, salted, epoch: header.epoch, at: now)
        else { return .rate }
        if sessions[session].windows[window].epoch != header.epoch {
            (sessions[session].windows[window].key, sessions[session].windows[window].epoch) = (salted, header.epoch)
        }
        sessions[session].windows[window].window.record(header.sequence)
        sessions[session].windows[window].used = now
        counters.accepted += 1
        var source = -1
        switch peer {
        case .neighbour(let index):
            neighbours[index].lastHeard = now
            neighbours[index].received += 1
            source = index
        case .participant(let index):
            attachments[index]?.lastHeard = now
            attachments[index]?.received += 1
        }
        forward(header, session: session, room: room, length: UInt32(length), source: source, at: now)
        return nil
    }
}
