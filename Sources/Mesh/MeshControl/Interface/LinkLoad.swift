public import MeshTypes

/// A link whose capacity is known, and what all sessions together put on it.
public struct LinkLoad: Sendable, Hashable, Codable {
    /// The site it leaves.
    public var from: SiteID
    /// The site it enters.
    public var to: SiteID
    /// What it carries, Mbit/s.
    public var capacity: Double
    /// What sessions' media take, each tree once, Mbit/s.
    public var load: Double
    /// What planning adds to its latency so that sessions go elsewhere, milliseconds.
    public var delay: Double

    /// Creates an entry.
    public init(from: SiteID, to: SiteID, capacity: Double, load: Double, delay: Double) {
        self.from = from
        self.to = to
        self.capacity = capacity
        self.load = load
        self.delay = delay
    }
}
