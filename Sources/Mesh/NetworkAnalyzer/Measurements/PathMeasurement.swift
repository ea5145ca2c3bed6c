/// One measurement of a path, as a prober reports it. Nodes are numbers that the caller gives out.
public struct PathMeasurement: Sendable, Hashable {
    /// The node that measured.
    public var from: Int32
    /// The node that answered.
    public var to: Int32
    /// The round-trip time in milliseconds; `nil` when no probe came back.
    public var roundTrip: Double?
    /// The part of the probes that was lost, 0 to 1; `nil` when unknown.
    public var loss: Double?
    /// What the path carried, Mbit/s; `nil` when unknown.
    public var bandwidth: Double?
    /// When it was measured, in seconds of the caller's clock.
    public var time: Double

    /// Creates a measurement.
    public init(
        from: Int32, to: Int32, roundTrip: Double?, loss: Double? = nil, bandwidth: Double? = nil, time: Double
    ) {
        self.from = from
        self.to = to
        self.roundTrip = roundTrip
        self.loss = loss
        self.bandwidth = bandwidth
        self.time = time
    }
}

/// Why a measurement was refused. Refused measurements change nothing but a counter.
public enum MeasurementRefusal: Int, Sendable, CaseIterable, Error {
    /// A number or a time is not finite.
    case notFinite
    /// The round-trip time is negative or zero.
    case notPositive
    /// The round-trip time is over 10 seconds.
    case absurd
    /// Loss is not in 0 to 1, or bandwidth is not positive.
    case outOfRange
    /// It claims to be measured later than now.
    case future
    /// It is not newer than what the path has: a copy, or late beyond use.
    case replayed
    /// Another than the reporter is said to have measured, a node measures itself, or light is slower.
    case forged
    /// A node is unknown.
    case unknownNode
    /// It tells nothing: neither a round-trip time nor loss nor bandwidth.
    case empty
    /// The table of paths is full.
    case full
}

/// What a measurement is held to.
public struct MeasurementRules: Sendable, Hashable {
    /// The longest round-trip time that is believed, milliseconds.
    public var longestRoundTrip = 10_000.0
    /// How far ahead of now clocks may be, seconds.
    public var clockTolerance = 2.0
    /// How much of the time that light needs in fibre a measurement may be under before it counts as forged: places
    /// are known roughly.
    public var lightTolerance = 0.7

    /// The defaults.
    public init() {}

    /// The first reason to refuse a measurement by itself; `nil` when there is none.
    @inline(__always)
    func refusal(_ measurement: PathMeasurement, now: Double) -> MeasurementRefusal? {
        guard measurement.time.isFinite else { return .notFinite }
        if let roundTrip = measurement.roundTrip {
            guard roundTrip.isFinite else { return .notFinite }
            guard roundTrip > 0 else { return .notPositive }
            guard roundTrip <= longestRoundTrip else { return .absurd }
        } else if measurement.loss == nil, measurement.bandwidth == nil {
            return .empty
        }
        if let loss = measurement.loss {
            guard loss.isFinite else { return .notFinite }
            guard loss >= 0, loss <= 1 else { return .outOfRange }
        }
        if let bandwidth = measurement.bandwidth {
            guard bandwidth.isFinite else { return .notFinite }
            guard bandwidth > 0 else { return .outOfRange }
        }
        guard measurement.time <= now + clockTolerance else { return .future }
        return nil
    }
}
