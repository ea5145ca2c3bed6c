public import MediaTransport

/// What came, went and was dropped at a relay since its start.
public struct RelayCounters: Sendable, Hashable {
    /// Datagrams that came.
    public var received = 0
    /// Bytes that came, without headers of UDP and IP.
    public var receivedBytes = 0
    /// Media datagrams that were genuine and new.
    public var accepted = 0
    /// Media datagrams put in line, copies counted each.
    public var forwarded = 0
    /// Datagrams handed to the kernel, of all kinds.
    public var sent = 0
    /// Bytes of them.
    public var sentBytes = 0
    /// Answers to requests of participants.
    public var replies = 0
    /// Dropped because the class's line was full, by rank: audio, content, video.
    public var overflow: InlineTriple = .init()
    /// Dropped because they had waited too long, by rank.
    public var stale: InlineTriple = .init()
    /// Datagrams for which there was no room at all.
    public var noRoom = 0
    /// Requests that were granted, in all modes.
    public var granted = 0
    /// Requests turned down because the server carries what it may.
    public var full = 0
    /// Times that a neighbour fell silent.
    public var silences = 0
    /// Copies sent to spares of silent neighbours.
    public var spared = 0
    /// Dropped without a word, by reason.
    public private(set) var refused: [Int] = Array(repeating: 0, count: DatagramRefusal.allCases.count)

    /// Nothing yet.
    public init() {}

    /// How many were dropped for a reason.
    public func refused(_ reason: DatagramRefusal) -> Int { refused[reason.index] }

    @inline(__always)
    mutating func count(_ reason: DatagramRefusal) { refused[reason.index] += 1 }

    /// Every figure by name, zeros left out.
    public var byName: [String: Int] {
        var all = [
            "received": received, "received-bytes": receivedBytes, "accepted": accepted, "forwarded": forwarded,
            "sent": sent, "sent-bytes": sentBytes, "replies": replies, "no-room": noRoom, "granted": granted,
            "full": full, "silences": silences, "spared": spared,
        ]
        for trafficClass in TrafficClass.ranked {
            all["overflow-\(trafficClass)"] = overflow[trafficClass.rank]
            all["stale-\(trafficClass)"] = stale[trafficClass.rank]
        }
        for reason in DatagramRefusal.allCases { all["refused-\(reason.rawValue)"] = refused(reason) }
        return all.filter { $0.value != 0 }
    }

    /// Three figures, one a class, by rank.
    public struct InlineTriple: Sendable, Hashable {
        private var (first, second, third) = (0, 0, 0)

        /// Zeros.
        public init() {}

        /// The figure of a rank, 0 to 2.
        public subscript(rank: Int) -> Int {
            get { rank == 0 ? first : rank == 1 ? second : third }
            set {
                switch rank {
                case 0: first = newValue
                case 1: second = newValue
                default: third = newValue
                }
            }
        }
    }
}

extension DatagramRefusal {
    /// Its place among all.
    @inline(__always)
    var index: Int {
        switch self {
        case .truncated: 0
        case .oversized: 1
        case .foreign: 2
        case .version: 3
        case .kind: 4
        case .length: 5
        case .contents: 6
        case .unknownSession: 7
        case .unknownKey: 8
        case .stranger: 9
        case .misplaced: 10
        case .forged: 11
        case .replayed: 12
        case .cookie: 13
        case .rate: 14
        }
    }
}
