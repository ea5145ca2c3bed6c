/// What all routes together cost, and the prices that prove how much less any routing could cost.
public struct RoutingReport: Sendable, Hashable, Codable {
    /// Latency as the receivers feel it, ms * Mbit/s.
    public var latency: Double
    /// What carrying costs, ms * Mbit/s.
    public var carriage: Double
    /// What congestion costs, ms * Mbit/s.
    public var congestion: Double
    /// A lower bound on the sum of the three for every routing.
    public var bound: Double
    /// The prices that prove it, by link; links at price 0 are left out.
    public var prices: [Price]
    /// Links that carry more than they can, by link.
    public var overloads: [Overload]
    /// Receivers that no way leads to: pairs of source and receiver, each counted once a class and session.
    public var unreached: Int

    /// All of it, ms * Mbit/s.
    public var total: Double { latency + carriage + congestion }
    /// `(total - bound) / bound`; 0 when they are equal, `nil` where only the bound is 0.
    public var gap: Double? {
        total <= bound ? 0 : bound > 0 ? (total - bound) / bound : nil
    }

    /// The price of load on a link.
    public struct Price: Sendable, Hashable, Codable {
        /// The link.
        public var link: SiteLink
        /// Nanoseconds per unit of load; see ``CongestionCurve``.
        public var price: Int64

        /// Creates a price.
        public init(link: SiteLink, price: Int64) {
            self.link = link
            self.price = price
        }
    }

    /// A link over its capacity.
    public struct Overload: Sendable, Hashable, Codable {
        /// The link.
        public var link: SiteLink
        /// What it carries, Mbit/s.
        public var load: Double
        /// What it can carry, Mbit/s.
        public var capacity: Double

        /// Creates an overload.
        public init(link: SiteLink, load: Double, capacity: Double) {
            self.link = link
            self.load = load
            self.capacity = capacity
        }
    }

    /// Creates a report.
    public init(
        latency: Double, carriage: Double, congestion: Double, bound: Double, prices: [Price], overloads: [Overload],
        unreached: Int
    ) {
        self.latency = latency
        self.carriage = carriage
        self.congestion = congestion
        self.bound = bound
        self.prices = prices
        self.overloads = overloads
        self.unreached = unreached
    }
}
