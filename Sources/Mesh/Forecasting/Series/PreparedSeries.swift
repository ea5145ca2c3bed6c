internal import DenseMatrices

/// A series made fit for learning: leading gaps cut, inner gaps filled, divided by its own scale.
///
/// The scale is the mean absolute error of the seasonal naive forecast in the sample, the denominator of MASE; so errors
/// of different series can be added. Levels stay: models subtract the mean of their window. Division and window means
/// are what makes forecasts equivariant under scaling and shifting.
struct PreparedSeries: Sendable {
    /// The values from the first known one on, filled, divided by `scale`.
    var values: [Double]
    /// How many gaps were filled up to each place; one longer than `values`.
    var filledBefore: [Int]
    /// What the values were divided by; above 0.
    var scale: Double

    /// How many values there are.
    var count: Int { values.count }

    init(_ raw: [Double], season: Int) {
        let start = raw.firstIndex { $0.isFinite } ?? raw.endIndex
        var filled = Array(raw[start...])
        filledBefore = [0]
        filledBefore.reserveCapacity(filled.count + 1)
        for index in filled.indices {
            let isMissing = !filled[index].isFinite
            if isMissing { filled[index] = Self.guess(filled, at: index, season: season) }
            filledBefore.append(filledBefore[index] + (isMissing ? 1 : 0))
        }
        scale = Self.scale(filled, season: season)
        values = filled.map { [scale] in $0 / scale }
    }

    /// Whether at most a quarter of a stretch was filled in.
    func isKnown(_ range: Range<Int>) -> Bool {
        (filledBefore[range.upperBound] - filledBefore[range.lowerBound]) * 4 <= range.count
    }

    /// The value a season ago, moved by what the level has moved since.
    private static func guess(_ values: [Double], at index: Int, season: Int) -> Double {
        guard index > season else { return index > 0 ? values[index - 1] : 0 }
        return values[index - season] + (values[index - 1] - values[index - 1 - season]) * 0.5
    }

    /// The seasonal naive error; for series too short or too regular for it, that of the last value; else the spread.
    private static func scale(_ values: [Double], season: Int) -> Double {
        for lag in [season, 1] where values.count > lag {
            var sum = 0.0
            for index in lag..<values.count { sum += abs(values[index] - values[index - lag]) }
            let mean = sum / Double(values.count - lag)
            if mean > 0, mean.isFinite { return mean }
        }
        let largest = values.reduce(0) { max($0, abs($1)) }
        return largest > 0 && largest.isFinite ? largest : 1
    }
}
