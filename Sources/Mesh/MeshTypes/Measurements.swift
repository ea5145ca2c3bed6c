/// A matrix of measured round-trip times, row-major, with what is known of their error and age.
public struct LatencyTable: Sendable, Hashable {
    /// How many rows there are.
    public let rowCount: Int
    /// How many columns there are.
    public let columnCount: Int
    /// Microseconds, `rowCount * columnCount` entries; ``missing`` where nobody measured.
    public var microseconds: [Int64]
    /// Standard errors in milliseconds, as many, or empty when none is known; ``unknown`` where one is not.
    public var errors: [Float]
    /// Ages in seconds, as many, or empty when none is known; ``unknown`` where one is not.
    public var ages: [Float]

    /// Marks an entry that nobody measured.
    public static let missing: Int64 = -1
    /// Marks an error or an age that is not known.
    public static let unknown: Float = -1

    /// Creates a table without measurements.
    public init(rowCount: Int, columnCount: Int) {
        self.rowCount = rowCount
        self.columnCount = columnCount
        microseconds = Array(repeating: Self.missing, count: rowCount * columnCount)
        errors = []
        ages = []
    }

    /// The latency at a place of the table; `nil` where nobody measured. Setting keeps error and age.
    public subscript(row: Int, column: Int) -> Latency? {
        get {
            let value = microseconds[row * columnCount + column]
            return value == Self.missing ? nil : Latency(microseconds: value)
        }
        set { microseconds[row * columnCount + column] = newValue?.microseconds ?? Self.missing }
    }
}

/// A direct connection from one site to another.
public struct Link: Sendable, Hashable {
    /// The site it leaves.
    public var from: SiteID
    /// The site it enters.
    public var to: SiteID
    /// Its round-trip time.
    public var latency: Latency
    /// What it carries, Mbit/s; `nil` when unknown.
    public var bandwidth: Double?
    /// The fraction of packets it loses; `nil` when unknown.
    public var loss: Double?

    /// Creates a link.
    public init(from: SiteID, to: SiteID, latency: Latency, bandwidth: Double? = nil, loss: Double? = nil) {
        self.from = from
        self.to = to
        self.latency = latency
        self.bandwidth = bandwidth
        self.loss = loss
    }
}

/// What is known of the connections between sites.
public enum SiteNetwork: Sendable, Hashable {
    /// Links one by one; what is not listed does not exist. Each listed link goes one way.
    case links([Link])
    /// Round-trip times between all sites, in the snapshot's order; a missing entry is a link that does not exist.
    case dense(LatencyTable)
    /// Nothing: every two sites are connected, at the latency that ``GeographicLatency`` gives.
    case unknown
}

/// A demand series of the past.
public struct DemandSeries: Sendable, Hashable {
    /// The session type it counts.
    public var sessionType: String
    /// The region it counts, if it is of one.
    public var region: String?
    /// When its first value was taken, RFC 3339 in UTC.
    public var start: String
    /// Seconds between values.
    public var step: Double
    /// Participants, at each step.
    public var values: [Double]

    /// Creates a series.
    public init(sessionType: String, region: String? = nil, start: String, step: Double, values: [Double]) {
        self.sessionType = sessionType
        self.region = region
        self.start = start
        self.step = step
        self.values = values
    }
}
