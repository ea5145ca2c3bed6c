/// What a participant asks of a server: to be served, to be kept in reserve, or to be let go.
public struct AttachRequest: Sendable, Hashable {
    /// How a participant is attached.
    public enum Mode: UInt8, Sendable, Hashable {
        /// Its streams are forwarded, and it is sent the session's.
        case active = 1
        /// Known and watched, so that it can be active at once; nothing is forwarded.
        case reserve = 2
        /// Not any more.
        case detached = 3
    }

    /// The cookie that the server gave, as two words; zeros if there is none yet.
    public var cookie: (high: UInt64, low: UInt64)
    /// What is asked for.
    public var mode: Mode
    /// A bit for each ``TrafficClass`` that the participant wants to be sent.
    public var classes: UInt8

    /// Creates a request.
    public init(cookie: (high: UInt64, low: UInt64), mode: Mode, classes: UInt8 = 7) {
        self.cookie = cookie
        self.mode = mode
        self.classes = classes
    }

    /// Reads the body of a datagram of this kind and the right length.
    public init(decoding datagram: Span<UInt8>) throws(DatagramRefusal) {
        cookie = (datagram.bigEndian(at: 28, bytes: 8), datagram.bigEndian(at: 36, bytes: 8))
        guard let mode = Mode(rawValue: datagram[44]) else { throw .contents }
        self.mode = mode
        classes = datagram[45]
    }

    /// Writes the body behind a header.
    public func encode(into datagram: inout MutableSpan<UInt8>) {
        datagram.setBigEndian(cookie.high, at: 28, bytes: 8)
        datagram.setBigEndian(cookie.low, at: 36, bytes: 8)
        datagram[44] = mode.rawValue
        datagram[45] = classes
        for index in 46..<80 { datagram[index] = 0 }
    }

    /// Equal in every field.
    public static func == (left: Self, right: Self) -> Bool {
        left.cookie == right.cookie && left.mode == right.mode && left.classes == right.classes
    }

    /// Feeds every field.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(cookie.high)
        hasher.combine(cookie.low)
        hasher.combine(mode)
        hasher.combine(classes)
    }
}

/// A server's answer to an ``AttachRequest``.
public struct AttachReply: Sendable, Hashable {
    /// How a request went.
    public enum Status: UInt8, Sendable, Hashable {
        /// As asked.
        case granted = 1
        /// No: the server carries as much as it may.
        case full = 2
        /// No: the server is being emptied.
        case draining = 3
    }

    /// The sequence of the request that is answered.
    public var request: UInt64
    /// How it went.
    public var status: Status
    /// How the participant is attached now.
    public var mode: AttachRequest.Mode

    /// Creates a reply.
    public init(request: UInt64, status: Status, mode: AttachRequest.Mode) {
        self.request = request
        self.status = status
        self.mode = mode
    }

    /// Reads the body of a datagram of this kind and the right length.
    public init(decoding datagram: Span<UInt8>) throws(DatagramRefusal) {
        request = datagram.bigEndian(at: 28, bytes: 8)
        guard let status = Status(rawValue: datagram[36]), let mode = AttachRequest.Mode(rawValue: datagram[37])
        else { throw .contents }
        self.status = status
        self.mode = mode
    }

    /// Writes the body behind a header.
    public func encode(into datagram: inout MutableSpan<UInt8>) {
        datagram.setBigEndian(request, at: 28, bytes: 8)
        datagram[36] = status.rawValue
        datagram[37] = mode.rawValue
        for index in 38..<44 { datagram[index] = 0 }
    }
}

/// A sign of life between a participant and a server, either way.
public struct Beat: Sendable, Hashable {
    /// Nanoseconds of the sender's clock.
    public var sentAt: UInt64
    /// What the other side last said in ``sentAt``, 0 before it said anything. So each side finds the round trip.
    public var echo: UInt64
    /// How the participant is attached.
    public var mode: AttachRequest.Mode
    /// Whether the server asks its participants to go elsewhere.
    public var isDraining: Bool

    /// Creates a beat.
    public init(sentAt: UInt64, echo: UInt64, mode: AttachRequest.Mode, isDraining: Bool = false) {
        self.sentAt = sentAt
        self.echo = echo
        self.mode = mode
        self.isDraining = isDraining
    }

    /// The round trip that the echo speaks of, ms; `nil` if there is none, or none that can be: whoever sends a beat chooses its echo. Up to
    /// ``RoundTrip/limit``.
    public func roundTrip(at now: UInt64) -> Double? { RoundTrip.milliseconds(from: echo, to: now) }

    /// Reads the body of a datagram of this kind and the right length.
    public init(decoding datagram: Span<UInt8>) throws(DatagramRefusal) {
        sentAt = datagram.bigEndian(at: 28, bytes: 8)
        echo = datagram.bigEndian(at: 36, bytes: 8)
        guard let mode = AttachRequest.Mode(rawValue: datagram[44]), datagram[45] <= 1 else { throw .contents }
        self.mode = mode
        isDraining = datagram[45] == 1
    }

    /// Writes the body behind a header.
    public func encode(into datagram: inout MutableSpan<UInt8>) {
        datagram.setBigEndian(sentAt, at: 28, bytes: 8)
        datagram.setBigEndian(echo, at: 36, bytes: 8)
        datagram[44] = mode.rawValue
        datagram[45] = isDraining ? 1 : 0
        datagram[46] = 0
        datagram[47] = 0
    }
}

/// A sign of life between two servers.
public struct LinkBeat: Sendable, Hashable {
    /// Nanoseconds of the sender's clock.
    public var sentAt: UInt64
    /// What the other side last said in ``sentAt``, 0 before it said anything.
    public var echo: UInt64
    /// Nanoseconds between the arrival of what is echoed and now.
    public var held: UInt64
    /// How many media datagrams the sender has sent over this link.
    public var forwarded: UInt64

    /// Creates a beat.
    public init(sentAt: UInt64, echo: UInt64, held: UInt64, forwarded: UInt64) {
        self.sentAt = sentAt
        self.echo = echo
        self.held = held
        self.forwarded = forwarded
    }

    /// Reads the body of a datagram of this kind and the right length.
    public init(decoding datagram: Span<UInt8>) {
        sentAt = datagram.bigEndian(at: 28, bytes: 8)
        echo = datagram.bigEndian(at: 36, bytes: 8)
        held = datagram.bigEndian(at: 44, bytes: 8)
        forwarded = datagram.bigEndian(at: 52, bytes: 8)
    }

    /// Writes the body behind a header.
    public func encode(into datagram: inout MutableSpan<UInt8>) {
        datagram.setBigEndian(sentAt, at: 28, bytes: 8)
        datagram.setBigEndian(echo, at: 36, bytes: 8)
        datagram.setBigEndian(held, at: 44, bytes: 8)
        datagram.setBigEndian(forwarded, at: 52, bytes: 8)
    }
}

/// Round trips from clock readings that came over the network: any 64 bits.
public enum RoundTrip {
    /// A minute: what takes longer is no round trip. Nanoseconds.
    public static let limit: UInt64 = 60_000_000_000

    /// Milliseconds from a reading of one's own clock to now, without the time that the other side held it; `nil` for no reading, one that is not past, and
    /// more than ``limit``.
    public static func milliseconds(from echo: UInt64, held: UInt64 = 0, to now: UInt64) -> Double? {
        guard echo > 0, echo < now, held < now - echo, now - echo - held <= limit else { return nil }
        return Double(now - echo - held) / 1e6
    }
}

/// Whole datagrams of the control kinds, for those that send few of them.
public enum ControlDatagram {
    /// A signed datagram: header, what `body` writes, tag. Its length is that of its kind.
    public static func signed(
        _ header: MediaHeader, key: DatagramKey, body: (inout MutableSpan<UInt8>) -> Void
    ) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: MediaWire.length(of: header.kind) ?? MediaWire.overhead)
        var span = bytes.mutableSpan
        header.encode(into: &span)
        body(&span)
        DatagramTag.sign(&span, key: key)
        return bytes
    }

    /// A challenge: the header of the request, as a challenge, and the cookie. It has no tag: the server does not yet know
    /// whom it speaks to, and a forged one leads to a request that is not answered.
    public static func challenge(_ header: MediaHeader, cookie: (high: UInt64, low: UInt64)) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 44)
        var span = bytes.mutableSpan
        var header = header
        header.kind = .challenge
        header.encode(into: &span)
        span.setBigEndian(cookie.high, at: 28, bytes: 8)
        span.setBigEndian(cookie.low, at: 36, bytes: 8)
        return bytes
    }

    /// The cookie of a challenge.
    public static func cookie(of challenge: Span<UInt8>) -> (high: UInt64, low: UInt64) {
        (challenge.bigEndian(at: 28, bytes: 8), challenge.bigEndian(at: 36, bytes: 8))
    }
}
