public import MediaTransport
public import MeshAPI

/// A participant of a session as a value: datagrams, views of the mesh and times in, datagrams and what was said out. No socket, no clock.
///
/// **Moves** are made before the old is broken: the next server is asked first; once it grants, both carry the participant's streams for the overlap, what comes
/// twice is dropped by its sequence, then the old server is told goodbye.
///
/// **The spare** is a server at which the participant is kept in reserve. When nothing has come from its own server for ``Configuration/silentAfter``, it asks the spare
/// to serve it, and sends it media at once, without the controller. If its own server was only slow, the spare goes on all the same until the controller says
/// otherwise: to go back and forth would help nobody.
///
/// Times are nanoseconds of a clock that never goes back.
public struct MeshParticipant: Sendable {
    /// Times of a participant.
    public struct Configuration: Sendable, Hashable {
        /// A server from which nothing came for so long is silent.
        public var silentAfter: UInt64 = 150_000_000
        /// For so long both servers of a move carry media.
        public var overlap: UInt64 = 400_000_000
        /// How often a server that serves is told that one is there.
        public var beatEvery: UInt64 = 200_000_000
        /// When a request is repeated the first time; doubles up to a second.
        public var retryAfter: UInt64 = 50_000_000
        /// For so long after new keys the own stream goes on under the old ones.
        public var keyOverlap: UInt64 = 2_000_000_000
        /// The classes that it wants to be sent.
        public var classes: Set<TrafficClass> = Set(TrafficClass.allCases)

        /// The usual times.
        public init() {}
    }

    /// What happened, besides media.
    public enum Event: Sendable, Hashable {
        /// A server serves the participant, the first.
        case attached(site: UInt16)
        /// Another server does, because the mesh changed or the old one empties itself.
        case moved(from: UInt16, to: UInt16)
        /// The spare does, because its server was silent for so many nanoseconds when the spare granted.
        case fellBack(from: UInt16, to: UInt16, silence: UInt64)
        /// A server said no.
        case refused(site: UInt16, status: AttachReply.Status)
        /// Its server is silent and nobody else is known to be there.
        case stranded(site: UInt16)
    }

    /// A piece of somebody's stream, for the first time.
    public struct Delivery: Sendable, Hashable {
        /// Whose.
        public var stream: UInt32
        /// Of what class.
        public var trafficClass: TrafficClass
        /// Its number in the stream.
        public var sequence: UInt64
        /// The site at which it entered the mesh.
        public var origin: UInt16
        /// What was sent.
        public var payload: [UInt8]
    }

    /// What came and went.
    public struct Counters: Sendable, Hashable {
        /// Media sent, once however many servers carried it.
        public var sent = 0
        /// Media delivered.
        public var delivered = 0
        /// Media that came again.
        public var duplicates = 0
        /// Datagrams that were none of ours, by reason.
        public var refused: [DatagramRefusal: Int] = [:]
        /// Changes of server.
        public var moves = 0
    }

    /// A datagram to be sent.
    public struct Outgoing: Sendable, Hashable {
        /// Where.
        public var to: PeerAddress
        /// The whole of it.
        public var bytes: [UInt8]
    }

    /// The session's number.
    public let session: UInt32
    /// The participant's number in it.
    public let stream: UInt32
    /// What came and went.
    public internal(set) var counters = Counters()
    /// The site whose server serves it now.
    public internal(set) var site: UInt16?
    /// The site whose server keeps it in reserve.
    public internal(set) var spare: UInt16?
    /// The version of the mesh that it follows.
    public internal(set) var version: UInt64 = 0
    /// Whose view that is, and its epoch.
    var controller: String?
    var viewEpoch: UInt64 = 0

    let configuration: Configuration
    /// Of all that it says: drawn for this attachment alone.
    let salt: UInt64
    var keys: [ParticipantKeySet] = []
    var newKeysAt: UInt64 = 0
    var servers: [UInt16: ServerState] = [:]
    /// The server that the mesh, or a silence, wants to serve it.
    var goal: UInt16?
    /// When it began to.
    var goalSince: UInt64 = 0
    var isFallback = false
    var silenceBegan: UInt64 = 0
    var wantedSpare: UInt16?
    var outbox: [Outgoing] = []
    var events: [Event] = []
    var windows: [StreamKey: (window: ReplayWindow, used: UInt64)] = [:]
    var windowsSweptAt: UInt64 = 0
    var streams: [UInt64: StreamRecord] = [:]
    var mediaSequences: [TrafficClass: UInt64] = [:]
    var controlSequence: UInt64 = 1
    var strandedTold = false

    /// A participant that has joined.
    ///
    /// - Parameter salt: Random bits of this participant alone, which no other life of it has.
    /// - Throws: ``ParticipantError`` for keys or addresses that are none.
    public init(
        _ grant: Attachment, configuration: Configuration = Configuration(),
        salt: UInt64 = .random(in: .min ... .max), at now: UInt64
    ) throws(ParticipantError) {
        self.salt = salt
        session = grant.session
        stream = grant.stream
        self.configuration = configuration
        try adopt(grant.keys, at: now)
        try adopt(grant.mesh, at: now)
    }

    /// Takes the keys of another epoch. What comes under those of the one before is still taken; the own stream goes on under them for
    /// ``Configuration/keyOverlap``, so that everybody has the new ones by then.
    public mutating func adopt(_ grant: ParticipantKeys, at now: UInt64) throws(ParticipantError) {
        guard let media = DatagramKey(grant.media.bytes), let up = DatagramKey(grant.up.bytes),
            let down = DatagramKey(grant.down.bytes)
        else { throw ParticipantError(description: "epoch \(grant.epoch): expected three keys of 32 bytes") }
        guard keys.first?.epoch != grant.epoch else { return }
        keys.removeAll { $0.epoch == grant.epoch }
        keys.insert(ParticipantKeySet(epoch: grant.epoch, media: media, attachment: .init(up: up, down: down)), at: 0)
        if keys.count > 1 { newKeysAt = now + configuration.keyOverlap }
        keys = Array(keys.prefix(2))
    }

    /// What is to be sent, once.
    public mutating func takeOutbox() -> [Outgoing] {
        defer { outbox.removeAll(keepingCapacity: true) }
        return outbox
    }

    /// What happened since the last call.
    public mutating func takeEvents() -> [Event] {
        defer { events.removeAll() }
        return events
    }

    /// Sends a piece of one's own stream by every server that serves: one, or two for the time of a move.
    ///
    /// - Returns: Its sequence; `nil` if it is longer than ``MediaWire/greatestPayload`` or nobody serves.
    @discardableResult
    public mutating func send(_ payload: [UInt8], as trafficClass: TrafficClass, at now: UInt64) -> UInt64? {
        guard let key = now < newKeysAt ? keys.last : keys.first, payload.count <= MediaWire.greatestPayload
        else { return nil }
        let carriers = servers.values.filter(\.carriesMedia)
        guard !carriers.isEmpty else { return nil }
        let sequence = mediaSequences[trafficClass] ?? 0
        guard sequence <= MediaWire.greatestSequence else { return nil }
        mediaSequences[trafficClass] = sequence + 1
        for server in carriers {
            let header = MediaHeader(
                kind: .media, epoch: key.epoch, session: session, stream: stream, salt: salt,
                trafficClass: trafficClass, origin: server.site, sequence: sequence)
            if let bytes = SealedMedia.seal(payload, header: header, key: key.media) {
                outbox.append(Outgoing(to: server.address, bytes: bytes))
            }
        }
        counters.sent += 1
        return sequence
    }

    /// What of each stream came and what did not: (stream, received, lost). Lost is what lies between the first and the last that came.
    public var streamReports: [(stream: UInt32, trafficClass: TrafficClass, received: Int, lost: Int)] {
        streams.sorted { $0.key < $1.key }.compactMap { key, record in
            guard let trafficClass = TrafficClass(rawValue: UInt8(key & 3)) else { return nil }
            let span = Int(clamping: record.last - record.first) + 1
            return (UInt32(truncatingIfNeeded: key >> 2), trafficClass, record.received, max(0, span - record.received))
        }
    }

    /// Round trips to the servers that one is attached to, ms.
    public var roundTrips: [UInt16: Double] { servers.compactMapValues(\.roundTrip) }
}

/// Why a participant cannot be: one line.
public struct ParticipantError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong and what was expected.
    public let description: String
}

struct ParticipantKeySet: Sendable {
    var epoch: UInt8
    var media: DatagramKey
    var attachment: AttachmentKeys
}

/// A stream's datagrams of one class in one life of its sender.
struct StreamKey: Sendable, Hashable {
    var stream: UInt64
    var salt: UInt64
}

struct StreamRecord: Sendable {
    var first: UInt64
    var last: UInt64
    var received = 0
}

/// What a participant knows of a server.
struct ServerState: Sendable {
    let site: UInt16
    var address: PeerAddress
    var wanted: AttachRequest.Mode = .detached
    var granted: AttachRequest.Mode = .detached
    var cookie: (high: UInt64, low: UInt64) = (0, 0)
    /// The salt of the server's present life, and the sequence of the request by whose answer it is known.
    var salt: UInt64?
    var saltedBy: UInt64 = 0
    var window = ReplayWindow()
    /// The last request's sequence, when it is repeated, and how long to wait then.
    var request: (sequence: UInt64, repeatAt: UInt64, wait: UInt64) = (0, 0, 0)
    var lastHeard: UInt64 = 0
    var lastBeat: UInt64 = 0
    var heard: (sentAt: UInt64, at: UInt64) = (0, 0)
    var roundTrip: Double?
    /// Until when a server that was left still carries media.
    var leavingAt: UInt64?
    /// Until when it is not asked again, after it said no.
    var blockedUntil: UInt64 = 0
    var isDraining = false
    var isListed = true
    /// When it was last turned to in need.
    var triedAt: UInt64 = 0
    /// The epoch under which it granted.
    var epoch: UInt8 = 0

    /// Whether media go to it: it serves, or has been asked to on the strength of a reserve.
    var carriesMedia: Bool {
        granted == .active && wanted == .active || granted == .reserve && wanted == .active && leavingAt == nil
    }

    func isSilent(at now: UInt64, after limit: UInt64) -> Bool { granted != .detached && now > lastHeard + limit }
}
