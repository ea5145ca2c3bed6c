/// One datagram of the probe protocol: whose run it belongs to, and what it says.
///
/// The wire format, with test vectors, is in `Documentation/Protocols/Probing.md`. All integers are big-endian. Every datagram starts
/// with 16 bytes: magic, version, kind, its whole length, and the run that the prober drew.
public struct ProbeDatagram: Sendable, Hashable {
    /// 64 random bits that the prober drew for this run. Nobody off the path can answer without seeing them.
    public var run: UInt64
    /// What it says.
    public var message: ProbeMessage

    /// Creates a datagram.
    public init(run: UInt64, message: ProbeMessage) {
        self.run = run
        self.message = message
    }
}

/// What a datagram of the probe protocol says. A request states the length it is padded to: no reply is longer than its request.
public enum ProbeMessage: Sendable, Hashable {
    /// Prober: asks for a cookie.
    case hello(length: Int)
    /// Responder: here is one.
    case challenge(ProbeCookie)
    /// Prober: please echo.
    case probe(ProbeCookie, ProbePacket, length: Int)
    /// Responder: the echo.
    case echo(ProbeEcho)
    /// Prober: one packet of a train sent back to back; asks to have it reflected, or only counted.
    case train(ProbeCookie, TrainPacket, length: Int)
    /// Responder: a packet of a train sent back, at the same length.
    case reflection(TrainPacket, length: Int)
    /// Prober: what arrived of that train?
    case query(ProbeCookie, train: UInt16, length: Int)
    /// Responder: this did.
    case report(TrainReport)
}

/// 16 bytes with which a responder recognises an address that it has answered before, without having kept anything.
public struct ProbeCookie: Sendable, Hashable {
    /// The first eight bytes.
    public var high: UInt64
    /// The last eight bytes.
    public var low: UInt64

    /// Creates a cookie.
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Whether two cookies are the same, in a time that does not depend on where they differ.
    public func matches(_ other: ProbeCookie) -> Bool { (high ^ other.high) | (low ^ other.low) == 0 }
}

/// A probe, as the prober numbers it.
public struct ProbePacket: Sendable, Hashable {
    /// Counts the probes of a run from 0.
    public var sequence: UInt32
    /// When it was sent, nanoseconds of the prober's own clock. Means nothing to the responder, which echoes it.
    public var sentAt: UInt64

    /// Creates a probe.
    public init(sequence: UInt32, sentAt: UInt64) {
        self.sequence = sequence
        self.sentAt = sentAt
    }
}

/// The answer to one probe.
public struct ProbeEcho: Sendable, Hashable {
    /// The probe that it answers.
    public var probe: ProbePacket
    /// How many different probes of this run the responder has had so far. Tells loss on the way there from loss on the way back.
    public var receivedCount: UInt32
    /// When the probe arrived, nanoseconds of the responder's clock.
    public var receivedAt: UInt64
    /// When the echo was sent, nanoseconds of the responder's clock.
    public var repliedAt: UInt64

    /// Creates an echo.
    public init(probe: ProbePacket, receivedCount: UInt32, receivedAt: UInt64, repliedAt: UInt64) {
        self.probe = probe
        self.receivedCount = receivedCount
        self.receivedAt = receivedAt
        self.repliedAt = repliedAt
    }
}

/// One packet of a train.
public struct TrainPacket: Sendable, Hashable {
    /// Counts the trains of a run from 0.
    public var train: UInt16
    /// Its place in the train, from 0.
    public var index: UInt16
    /// How many packets the train has.
    public var count: UInt16
    /// Whether the responder is to send it back.
    public var isReflected: Bool

    /// Creates a packet of a train.
    public init(train: UInt16, index: UInt16, count: UInt16, isReflected: Bool) {
        self.train = train
        self.index = index
        self.count = count
        self.isReflected = isReflected
    }
}

/// What arrived of a train.
public struct TrainReport: Sendable, Hashable {
    /// Which train.
    public var train: UInt16
    /// How many of its packets arrived.
    public var received: UInt16
    /// How they were spaced.
    public var spacing: TrainSpacing

    /// Creates a report.
    public init(train: UInt16, received: UInt16, spacing: TrainSpacing) {
        self.train = train
        self.received = received
        self.spacing = spacing
    }
}

/// Why a datagram is not one of the protocol. Nobody is answered; the reason is counted.
public enum ProbeRefusal: String, Error, Sendable, Hashable, CaseIterable {
    /// Shorter than its kind.
    case truncated
    /// Does not start with the protocol's magic.
    case foreign
    /// Of another version.
    case version
    /// Of a kind that the version does not know.
    case kind
    /// States another length than it has.
    case length
    /// A request too short for the reply to be no longer.
    case unpadded
    /// Sizes or numbers that cannot be (an index beyond the train's count, a train of no packets).
    case contents
}

extension ProbeDatagram {
    /// "RMCP".
    public static let magic: UInt32 = 0x524D_4350
    /// The version of the protocol that this code speaks.
    public static let version: UInt8 = 1
    /// Bytes of the part that all datagrams start with.
    public static let headerLength = 16
    /// The least length of a request: the longest reply to anything but a train packet has 48 bytes.
    public static let leastRequestLength = 64
    /// The greatest length of a datagram: fits in one packet over every usual tunnel.
    public static let greatestLength = 1_400
}
