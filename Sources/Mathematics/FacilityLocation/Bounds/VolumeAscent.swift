import Optimization

/// Raises the Lagrangian bound by the volume algorithm: steps from the best prices along an average of supergradients.
///
/// The step is Polyak's, `length * (target - bound) / |direction|^2`, with a length that grows while the average and
/// the last supergradient agree and shrinks after a run of failures. The weights of the average also make a fractional
/// solution: `openness[i]` is how often facility `i` was opened.
///
/// Sources: Barahona and Anbil, "The volume algorithm", Mathematical Programming 87 (2000); Barahona and Chudak,
/// "Near-optimal solutions to large-scale facility location problems", Discrete Optimization 2 (2005).
struct VolumeAscent {
    /// The best prices found.
    private(set) var prices: [Double]
    /// Their bound.
    private(set) var bound: Double
    /// How often each facility was opened, in the average.
    private(set) var openness: [Double]
    /// Steps made.
    private(set) var steps = 0

    private var direction: [Double]
    private var gradient: [Double]
    private var trial: [Double]
    /// The length of a step, as a part of Polyak's.
    private(set) var length: Double
    private var largestWeight = 0.1
    private var failures = 0
    /// How many failures in a row shorten the step; few until the length has been found.
    private var patience = 4
    private var checkpoint: Double
    private var sinceCheckpoint = 0

    /// Starts from prices, with steps of the given length.
    init(prices: [Double], length: Double = 1, oracle: inout some PriceOracle) {
        self.prices = prices
        self.length = length
        bound = oracle.evaluate(prices)
        gradient = Array(repeating: 0, count: prices.count)
        oracle.unserved(prices, into: &gradient)
        direction = gradient
        trial = prices
        openness = oracle.isChosen.map { $0 ? 1 : 0 }
        checkpoint = bound
    }

    /// Makes up to `limit` steps towards `target`, an upper bound; stops early at a zero direction, when the bound
    /// comes within `enough` of the target or the monitor says stop.
    mutating func improve(
        oracle: inout some PriceOracle, target: Double, enough: Double, limit: Int, monitor: StopMonitor
    ) {
        for _ in 0..<limit {
            guard target - bound > enough else { return }
            if monitor.stopReason != nil { return }
            var norm = 0.0
            for value in direction { norm += value * value }
            guard norm > 1e-12 else { return }
            let scale = length * (target - bound) / norm
            for index in trial.indices { trial[index] = prices[index] + scale * direction[index] }
            let value = oracle.evaluate(trial)
            oracle.unserved(trial, into: &gradient)
            steps += 1
            let weight = averageWeight()
            var agreement = 0.0
            for index in direction.indices { agreement += direction[index] * gradient[index] }
            for index in direction.indices {
                direction[index] += weight * (gradient[index] - direction[index])
            }
            for facility in openness.indices {
                openness[facility] += weight * ((oracle.isChosen[facility] ? 1 : 0) - openness[facility])
            }
            adapt(value: value, agreement: agreement)
        }
    }

    /// The weight of the new supergradient that makes the average shortest, kept within a tenth of its limit and it.
    private func averageWeight() -> Double {
        var gradientNorm = 0.0
        var product = 0.0
        var norm = 0.0
        for index in direction.indices {
            gradientNorm += gradient[index] * gradient[index]
            product += gradient[index] * direction[index]
            norm += direction[index] * direction[index]
        }
        let curvature = gradientNorm - 2 * product + norm
        guard curvature > 0 else { return largestWeight }
        let best = (norm - product) / curvature
        return min(max(best, largestWeight / 10), largestWeight)
    }

    private mutating func adapt(value: Double, agreement: Double) {
        if value > bound {
            bound = value
            swap(&prices, &trial)
            failures = 0
            patience = 20
            if agreement > 0 { length = min(2, length * 1.1) }
        } else {
            failures += 1
            if failures >= patience {
                failures = 0
                length = max(1e-4, length * 0.66)
            }
        }
        sinceCheckpoint += 1
        if sinceCheckpoint == 100 {
            if bound - checkpoint < 0.01 * abs(checkpoint) { largestWeight = max(1e-5, largestWeight / 2) }
            checkpoint = bound
            sinceCheckpoint = 0
        }
    }
}
