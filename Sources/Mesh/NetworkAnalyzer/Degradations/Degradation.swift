/// Something that may degrade as a whole.
public enum NetworkEntity: Sendable, Hashable, Comparable {
    /// One node, a server or a participant, by number.
    case node(Int)
    /// All nodes of a provider.
    case provider(Int)
    /// All nodes of a region.
    case region(Int)
    /// What runs between two regions, the lesser first.
    case link(Int, Int)

    private var order: (Int, Int, Int) {
        switch self {
        case .node(let node): (0, node, 0)
        case .link(let first, let second): (1, first, second)
        case .provider(let provider): (2, provider, 0)
        case .region(let region): (3, region, 0)
        }
    }

    /// The narrower kind first, then by number.
    public static func < (left: Self, right: Self) -> Bool { left.order < right.order }
}

/// Where a node belongs.
public struct NodeTraits: Sendable, Hashable {
    /// Its provider by number, if known.
    public var provider: Int?
    /// Its region by number, if known.
    public var region: Int?

    /// Creates traits.
    public init(provider: Int? = nil, region: Int? = nil) {
        self.provider = provider
        self.region = region
    }
}

/// A degradation that was recognised from many paths.
public struct Degradation: Sendable, Hashable {
    /// What degraded.
    public var entity: NetworkEntity
    /// Its paths that are degraded.
    public var affected: Int
    /// Its paths that were measured of late.
    public var observed: Int
    /// By how much the affected paths are slower, the median, as a part of what is usual.
    public var increase: Double
    /// How surprising it is: the decimal logarithm of one by the probability that so many paths look degraded by chance.
    public var surprise: Double
    /// When it was recognised, seconds of the caller's clock.
    public var since: Double
}
