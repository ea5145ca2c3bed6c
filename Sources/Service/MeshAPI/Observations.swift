/// One line of `POST /v1/measurements` (NDJSON).
public struct MeasurementLine: Sendable, Hashable, Codable {
    /// Who measured: a participant or a server.
    public var from: String
    /// Whom they measured: a server.
    public var to: String
    /// Round-trip time, ms.
    public var rtt: Double?
    /// The part of the packets that was lost, 0 to 1.
    public var loss: Double?
    /// Mbit/s.
    public var bandwidth: Double?
    /// When, RFC 3339 in UTC; now when absent.
    public var at: String?

    /// Creates a line.
    public init(
        from: String, to: String, rtt: Double?, loss: Double? = nil, bandwidth: Double? = nil, at: String? = nil
    ) {
        self.from = from
        self.to = to
        self.rtt = rtt
        self.loss = loss
        self.bandwidth = bandwidth
        self.at = at
    }
}

/// What became of a batch of measurements.
public struct MeasurementReceipt: Sendable, Hashable, Codable {
    /// Lines taken in.
    public var accepted: Int
    /// Lines refused, by reason.
    public var refused: [String: Int]

    /// Creates a receipt.
    public init(accepted: Int, refused: [String: Int]) {
        self.accepted = accepted
        self.refused = refused
    }
}

/// How many people are in a cell.
public struct DensityResponse: Sendable, Hashable, Codable {
    /// A cell; one that lies over smaller ones counts who is in none of them.
    public struct Cell: Sendable, Hashable, Codable {
        /// Degrees north of its middle.
        public var latitude: Double
        /// Degrees east of its middle.
        public var longitude: Double
        /// Degrees of its sides.
        public var size: Double
        /// How many are in it.
        public var participants: Int

        /// Creates a cell.
        public init(latitude: Double, longitude: Double, size: Double, participants: Int) {
            self.latitude = latitude
            self.longitude = longitude
            self.size = size
            self.participants = participants
        }
    }

    /// No cell has fewer people, so that nobody can be told apart: cells with few are told as part of a larger one.
    public var atLeast: Int
    /// The cells.
    public var cells: [Cell]

    /// Creates a response.
    public init(atLeast: Int, cells: [Cell]) {
        self.atLeast = atLeast
        self.cells = cells
    }
}
