internal import Foundation

/// How many of the people who might come are there at an hour of their own day: a cosine between an evening's peak and a
/// morning's low.
///
/// Local time is solar, longitude / 15 hours ahead of UTC. The curve is a plain stand-in for a measured one: where the
/// base has demand series, vary `time` instead.
public struct DailyCurve: Sendable, Hashable {
    /// The local hour at which most are there.
    public var peak: Double
    /// The part of them that is there at the quietest hour, 0 to 1.
    public var low: Double
    /// How present people are on the sixth and seventh day, against the others; times the curve, at most 1.
    public var weekend: Double

    /// Creates a curve; by default the peak is at 20 h and a third is left at 8 h.
    public init(peak: Double = 20, low: Double = 0.33, weekend: Double = 1) {
        self.peak = peak
        self.low = low
        self.weekend = weekend
    }

    /// The part that is there.
    ///
    /// - Parameters:
    ///   - hour: UTC; 24 and more are the days after the first.
    ///   - longitude: degrees east.
    public func presence(hour: Double, longitude: Double) -> Double {
        let local = hour + longitude / 15
        let turn = (local - peak) / 24 * 2 * Double.pi
        let day = Int((hour / 24).rounded(.down)) % 7
        return min(1, (low + (1 - low) * (0.5 + 0.5 * cos(turn))) * (day >= 5 ? weekend : 1))
    }
}
