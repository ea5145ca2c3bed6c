internal import Glibc
public import MeshTypes

/// A directed link of the network that media may use, in the units of the routing kernel.
public struct RoutingLink: Sendable, Hashable {
    /// The site it leaves.
    public var from: Int
    /// The site it enters.
    public var to: Int
    /// Microseconds, 0 to ``longestLatency``.
    public var latency: Int64
    /// What it carries, kbit/s, 0 to ``largestRate``; `nil` for no limit.
    public var capacity: Int64?
    /// What it loses, in ``nanonepers(ofLoss:)``, which add up along a path.
    public var loss: Int64
    /// Whether it may be used.
    public var isUp: Bool

    /// The longest latency the kernel computes with: a minute.
    public static let longestLatency: Int64 = 60_000_000
    /// The largest rate the kernel computes with: a terabit a second.
    public static let largestRate: Int64 = 1_000_000_000
    /// The largest loss: but one packet in 22,000 is lost.
    public static let largestLoss: Int64 = 10_000_000_000

    /// Creates a link.
    public init(
        from: Int, to: Int, latency: Int64, capacity: Int64? = nil, loss: Int64 = 0, isUp: Bool = true
    ) {
        self.from = from
        self.to = to
        self.latency = latency
        self.capacity = capacity
        self.loss = loss
        self.isUp = isUp
    }

    /// A fraction of lost packets as a length: `-ln(1 - loss)` in thousand-millionths, so that losses along a path add.
    public static func nanonepers(ofLoss loss: Double) -> Int64 {
        guard loss > 0 else { return 0 }
        guard loss < 0.99995 else { return largestLoss }
        return min(largestLoss, Int64((-log(1 - loss) * 1e9).rounded()))
    }
}

/// What one source site publishes of one class, and who must receive it: in the units of the routing kernel.
public struct RoutingStream: Sendable, Hashable {
    /// The class of media, by ``MeshTypes/MediaClass/number``.
    public var media: Int
    /// What latency weighs, thousandths; 0 to ``largestWeight``.
    public var latencyWeight: Int64
    /// The most that a path may lose, nanonepers.
    public var lossTolerance: Int64
    /// The source sites.
    public var sources: [Source]
    /// The sites that receive; those that are sources do not receive themselves.
    public var receivers: [Int]

    /// The heaviest weight: 64.
    public static let largestWeight: Int64 = 64_000

    /// What a site publishes.
    public struct Source: Sendable, Hashable {
        /// The site.
        public var site: Int
        /// kbit/s, 1 to ``RoutingLink/largestRate``.
        public var rate: Int64

        /// Creates a source.
        public init(site: Int, rate: Int64) {
            self.site = site
            self.rate = rate
        }
    }

    /// Creates a stream.
    public init(
        media: Int, latencyWeight: Int64 = 1000, lossTolerance: Int64 = .max, sources: [Source], receivers: [Int]
    ) {
        self.media = media
        self.latencyWeight = latencyWeight
        self.lossTolerance = lossTolerance
        self.sources = sources
        self.receivers = receivers
    }
}

/// The tree of one stream from one source site.
public struct RoutingTree: Sendable, Hashable {
    /// The class of media.
    public var media: Int
    /// The source site.
    public var source: Int
    /// What each link of it carries, kbit/s.
    public var rate: Int64
    /// The links by their numbers, each after the one that leads to it.
    public var links: [Int]
    /// Receivers that no way leads to.
    public var unreached: [Int]
    /// Receivers whose path loses more than is tolerated, because every other path that was looked at does too.
    public var lossy: [Int]
}

/// How a routing state weighs things.
public struct RoutingOptions: Sendable, Hashable {
    /// What carrying a unit over a link costs beside what receivers feel: thousandths of its latency, once per link.
    public var carriage: Int64
    /// What congestion costs.
    public var curve: CongestionCurve
    /// After how many links whose price changed the cached trees take up the new prices.
    public var pendingPriceLimit: Int

    /// Creates options.
    public init(carriage: Int64 = 10, curve: CongestionCurve = .kleinrock, pendingPriceLimit: Int = 256) {
        self.carriage = carriage
        self.curve = curve
        self.pendingPriceLimit = pendingPriceLimit
    }
}
