/// How far a path is above what is usual for it: a bounded cumulative sum that forgets.
///
/// Each sample's excess over the baseline, in deviations, is bounded and lessened by an allowance, and summed, never
/// below zero (Page, "Continuous inspection schemes", Biometrika 1954). One outlier cannot pass the threshold alone;
/// two or three samples of a real degradation do. The baseline learns slowly, so that it does not follow a degradation
/// before it is seen.
struct DegradationWatch: Sendable, Hashable {
    /// The usual round-trip time, milliseconds; 0 before the first.
    private(set) var baseline: Float = 0
    private(set) var deviation: Float = 0
    private(set) var sum: Float = 0
    /// The mean excess while the sum is positive, as a part of the baseline.
    private(set) var excess: Float = 0
    private(set) var count: UInt16 = 0

    /// Excesses count up to this many deviations.
    static let bound: Float = 5
    /// Taken off each excess.
    static let allowance: Float = 2
    /// The sum at which a path counts as degraded: two full excesses.
    static let threshold: Float = 5
    /// The sum never exceeds this, so that it clears within a few good samples.
    static let ceiling: Float = 8
    /// Samples before a path is judged.
    static let warmUp: UInt16 = 8

    var isDegraded: Bool { sum >= Self.threshold }
    var isReady: Bool { count >= Self.warmUp }

    @inline(__always)
    mutating func observe(_ value: Float) {
        guard count > 0 else {
            (baseline, deviation, count) = (value, 0.05 * value + 0.2, 1)
            return
        }
        let error = value - baseline
        // Changes under a few percent, or half a millisecond, degrade nothing.
        let scale = max(1.5 * deviation, 0.03 * baseline + 0.3)
        if isReady { add(error / scale, relative: error / max(baseline, 0.1)) }
        if count < .max { count += 1 }
        let gain = max(1.0 / 32, 1 / Float(count))
        baseline += gain * max(-2 * scale, min(2 * scale, error))
        deviation += gain * (min(abs(error), 4 * scale) - deviation)
    }

    /// A probe that did not come back counts as a full excess.
    @inline(__always)
    mutating func observeLoss() {
        if isReady { add(Self.bound, relative: 1) }
    }

    @inline(__always)
    private mutating func add(_ excess: Float, relative: Float) {
        sum = max(0, min(Self.ceiling, sum + max(-4, min(Self.bound, excess)) - Self.allowance))
        self.excess = sum > 0 ? self.excess + (relative - self.excess) / 2 : 0
    }
}
