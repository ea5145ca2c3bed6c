/// The 28 bytes that every datagram of the media protocol starts with; `Documentation/Protocols/Media.md` specifies them.
public struct MediaHeader: Sendable, Hashable {
    /// What a datagram is.
    public enum Kind: UInt8, Sendable, Hashable, CaseIterable {
        /// A piece of a stream.
        case media = 1
        /// A participant asks to be served, to be kept in reserve, or to be let go.
        case attach = 2
        /// A server wants to see first that the participant receives what is sent to its address.
        case challenge = 3
        /// A server's answer to a request.
        case attached = 4
        /// A sign of life between a participant and a server.
        case beat = 5
        /// A sign of life between two servers.
        case link = 6
    }

    /// What the datagram is.
    public var kind: Kind
    /// Which of the session's keys it is under.
    public var epoch: UInt8
    /// The session's number.
    public var session: UInt32
    /// The number of the participant that the datagram is from, or that it concerns.
    public var stream: UInt32
    /// 64 bits that the sender drew at random: a participant for each attachment, a server when it starts. No two senders, and no two lives of one, seal
    /// under the same key, whatever numbers and sequences they count from.
    public var salt: UInt64
    /// What the stream carries.
    public var trafficClass: TrafficClass
    /// The number of the site at which the datagram entered the mesh, or whose server made it; 12 bits.
    public var origin: UInt16
    /// Counts up for each key, stream, salt, class and origin; 48 bits. Never used twice.
    public var sequence: UInt64

    /// Creates a header; origin and sequence are cut to 12 and 48 bits.
    public init(
        kind: Kind, epoch: UInt8 = 0, session: UInt32, stream: UInt32, salt: UInt64 = 0,
        trafficClass: TrafficClass = .audio, origin: UInt16, sequence: UInt64
    ) {
        self.kind = kind
        self.epoch = epoch
        self.session = session
        self.stream = stream
        self.salt = salt
        self.trafficClass = trafficClass
        self.origin = origin & MediaWire.greatestSite
        self.sequence = sequence & MediaWire.greatestSequence
    }

    /// Reads the header of a datagram, and judges the datagram's length by its kind.
    ///
    /// - Throws: ``DatagramRefusal``, whatever the bytes are; never traps. O(1).
    @inline(__always)
    public init(decoding datagram: Span<UInt8>) throws(DatagramRefusal) {
        guard datagram.count >= MediaWire.overhead else { throw .truncated }
        guard datagram.count <= MediaWire.greatestLength else { throw .oversized }
        guard datagram[0] == MediaWire.magic else { throw .foreign }
        guard datagram[1] == MediaWire.version else { throw .version }
        guard let kind = Kind(rawValue: datagram[2]) else { throw .kind }
        let word = datagram.bigEndian(at: 20, bytes: 8)
        guard let trafficClass = TrafficClass(rawValue: UInt8(truncatingIfNeeded: word >> 60)) else { throw .kind }
        if let length = MediaWire.length(of: kind), datagram.count != length { throw .length }
        self.kind = kind
        self.trafficClass = trafficClass
        epoch = datagram[3]
        session = UInt32(truncatingIfNeeded: datagram.bigEndian(at: 4, bytes: 4))
        stream = UInt32(truncatingIfNeeded: datagram.bigEndian(at: 8, bytes: 4))
        salt = datagram.bigEndian(at: 12, bytes: 8)
        origin = UInt16(truncatingIfNeeded: word >> 48) & MediaWire.greatestSite
        sequence = word & MediaWire.greatestSequence
    }

    /// Writes the header at the start of a datagram with room for it.
    @inline(__always)
    public func encode(into datagram: inout MutableSpan<UInt8>) {
        datagram[0] = MediaWire.magic
        datagram[1] = MediaWire.version
        datagram[2] = kind.rawValue
        datagram[3] = epoch
        datagram.setBigEndian(UInt64(session), at: 4, bytes: 4)
        datagram.setBigEndian(UInt64(stream), at: 8, bytes: 4)
        datagram.setBigEndian(salt, at: 12, bytes: 8)
        let word = UInt64(trafficClass.rawValue) << 60 | UInt64(origin) << 48 | sequence
        datagram.setBigEndian(word, at: 20, bytes: 8)
    }
}

/// The protocol's numbers.
public enum MediaWire {
    /// The first byte of every datagram, `M`. Probes start with another, so that both can share a port.
    public static let magic: UInt8 = 0x4D
    /// The version that this code speaks.
    public static let version: UInt8 = 2
    /// Bytes of a header.
    public static let headerLength = 28
    /// Bytes of a tag, at the end of every datagram but a challenge.
    public static let tagLength = 16
    /// Bytes around a payload.
    public static let overhead = headerLength + tagLength
    /// The longest datagram, without the headers of UDP and IP.
    public static let greatestLength = 1_400
    /// The longest payload.
    public static let greatestPayload = greatestLength - overhead
    /// The greatest number of a site.
    public static let greatestSite: UInt16 = 0xFFF
    /// The greatest sequence.
    public static let greatestSequence: UInt64 = 0xFFFF_FFFF_FFFF

    /// The length that every datagram of a kind has; `nil` for media, which have any.
    public static func length(of kind: MediaHeader.Kind) -> Int? {
        switch kind {
        case .media: nil
        case .attach: 96
        case .challenge: 44
        case .attached: 60
        case .beat: 64
        case .link: 76
        }
    }
}

/// Why a datagram is not taken.
public enum DatagramRefusal: String, Error, Sendable, Hashable, CaseIterable {
    /// Shorter than header and tag.
    case truncated
    /// Longer than the protocol allows.
    case oversized
    /// Of no protocol that is spoken here.
    case foreign
    /// Of another version.
    case version
    /// Of no kind or class that there is, or of one that has no business here.
    case kind
    /// Not as long as its kind is.
    case length
    /// A field that has no meaning.
    case contents
    /// Of a session that is not known here.
    case unknownSession = "unknown-session"
    /// Under a key that is not in use.
    case unknownKey = "unknown-key"
    /// From an address that is neither an attached participant's nor a neighbour's.
    case stranger
    /// Not what its sender may send: another's stream or salt, a wrong site.
    case misplaced
    /// Its tag is wrong.
    case forged
    /// It came before, or is too old to tell.
    case replayed
    /// Its cookie is not of this server, address and minute.
    case cookie
    /// More requests than are answered.
    case rate
}
