/// What is remembered of one path: some seventy bytes, updated in constant time.
///
/// The level is an exponential mean of round-trip times in which no sample moves more than three times the usual
/// deviation (Huber's function), so that one outlier hardly counts; three samples in a row on one side beyond four
/// deviations are a new level, which is taken at once, as the median of the three. The first samples are averaged
/// evenly. Jitter is RFC 3550's (section 6.4.1), the mean of how much successive samples differ.
public struct PathFilter: Sendable, Hashable {
    /// Seconds of the caller's clock at the last measurement.
    public private(set) var time: Double
    /// The smoothed round-trip time in milliseconds; 0 before the first.
    public private(set) var level: Float = 0
    /// The mean absolute deviation from the level, milliseconds.
    public private(set) var deviation: Float = 0
    /// The mean difference of successive samples, milliseconds (RFC 3550).
    public private(set) var jitter: Float = 0
    /// The part of probes that is lost; negative when unknown.
    public private(set) var loss: Float = -1
    /// Mbit/s; negative when unknown.
    public private(set) var bandwidth: Float = -1
    /// How many round-trip times were taken in since the level was last found anew, up to 65,535.
    public private(set) var count: UInt16 = 0
    /// How many level shifts there were, up to 255.
    public private(set) var shifts: UInt8 = 0
    private var suspects: UInt8 = 0
    private var firstSuspect: Float = 0
    private var secondSuspect: Float = 0
    /// The last sample, for jitter.
    private var last: Float = 0
    /// What degradation is measured against, and how far above it the path is; see `DegradationWatch`.
    var watch = DegradationWatch()

    /// A path of which nothing is known, as of a time.
    init(time: Double) { self.time = time }

    /// The weight of a new sample once the path is known.
    static let gain: Float = 1.0 / 8

    /// Takes in a measurement that was checked.
    @inline(__always)
    mutating func observe(_ measurement: PathMeasurement) {
        time = measurement.time
        if let value = measurement.roundTrip { observe(roundTrip: Float(value)) } else { watch.observeLoss() }
        if let value = measurement.loss {
            let value = Float(value)
            loss = loss < 0 ? value : loss + (value - loss) / 16
        } else if measurement.roundTrip == nil {
            loss = loss < 0 ? 1 : loss + (1 - loss) / 16
        }
        if let value = measurement.bandwidth {
            let value = Float(value)
            bandwidth = bandwidth < 0 ? value : bandwidth + (value - bandwidth) / 4
        }
    }

    @inline(__always)
    private mutating func observe(roundTrip value: Float) {
        watch.observe(value)
        guard count > 0 else {
            (level, last, count) = (value, value, 1)
            // A guess until there are differences to learn from.
            deviation = 0.05 * value + 0.2
            return
        }
        jitter += (abs(value - last) - jitter) / 16
        last = value
        let error = value - level
        let scale = max(deviation, 0.005 * level + 0.05)
        if abs(error) > 4 * scale, count >= 3 {
            if suspect(value, isAbove: error > 0) { return }
        } else {
            suspects = 0
        }
        if count < .max { count += 1 }
        let gain = max(Self.gain, 1 / Float(count))
        let bounded = max(-3 * scale, min(3 * scale, error))
        level += gain * bounded
        deviation += gain * (min(abs(error), 3 * scale) - deviation)
    }

    /// Whether a third sample in a row confirms a new level.
    @inline(__always)
    private mutating func suspect(_ value: Float, isAbove: Bool) -> Bool {
        let wasAbove = firstSuspect > level
        if suspects == 0 || wasAbove != isAbove {
            (suspects, firstSuspect) = (1, value)
            return false
        }
        if suspects == 1 {
            (suspects, secondSuspect) = (2, value)
            return false
        }
        level = max(min(firstSuspect, secondSuspect), min(max(firstSuspect, secondSuspect), value))
        deviation = max(deviation, 0.02 * level)
        (suspects, count) = (0, 3)
        if shifts < .max { shifts += 1 }
        return true
    }
}

/// What is believed of one measured path.
public struct PathEstimate: Sendable, Hashable {
    /// The round-trip time in milliseconds.
    public var roundTrip: Double
    /// Its standard error in milliseconds, which grows as it ages.
    public var standardError: Double
    /// Variation from packet to packet, milliseconds.
    public var jitter: Double
    /// The part of packets that is lost; `nil` when nobody reported it.
    public var loss: Double?
    /// Mbit/s; `nil` when nobody reported it.
    public var bandwidth: Double?
    /// Seconds since the last measurement.
    public var age: Double
    /// How far to trust it beside a model, 0 to 1: 1 is fresh and steady.
    public var confidence: Double
    /// How many measurements stand behind the present level.
    public var count: Int
}

extension PathFilter {
    /// How much a path's level wanders, as a part of it, in an hour: routes change about daily.
    static let hourlyDrift = 0.03

    /// The estimate as of now; `nil` before the first round-trip time.
    public func estimate(now: Double) -> PathEstimate? {
        guard count > 0 else { return nil }
        let age = max(0, now - time)
        let level = Double(level)
        // A mean absolute deviation is 0.8 standard deviations of a normal law; the mean weighs up to 15 samples.
        let sampling = 1.25 * Double(deviation) / min(Double(count), 2 / Double(Self.gain) - 1).squareRoot()
        let drift = Self.hourlyDrift * level * (age / 3600).squareRoot()
        let error = (sampling * sampling + drift * drift).squareRoot()
        let relative = error / max(level, 1e-3)
        return PathEstimate(
            roundTrip: level, standardError: error, jitter: Double(jitter), loss: loss < 0 ? nil : Double(loss),
            bandwidth: bandwidth < 0 ? nil : Double(bandwidth), age: age,
            // Models are wrong by a tenth: an error as large makes a measurement worth as much as a model.
            confidence: 1 / (1 + (relative / 0.1) * (relative / 0.1)), count: Int(count))
    }
}
