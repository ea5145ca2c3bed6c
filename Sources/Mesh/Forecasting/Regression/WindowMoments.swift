internal import DenseMatrices

/// Sums over the windows of one series or of many: all that linear regression needs to know of them.
///
/// A window is `lags` values and the `horizon` values after them, both less the mean of the last `level` of the lags.
/// A window whose targets are wild (root mean square over 1 in units of the series' scale) counts less.
struct WindowMoments: Sendable {
    /// Sum of outer products of the lags with themselves.
    var gram: Matrix<Double>
    /// Sum of outer products of lags and targets.
    var cross: Matrix<Double>
    /// Sum of squares of the targets, a horizon each.
    var squares: [Double]
    /// How many windows.
    var count = 0

    init(lags: Int, horizon: Int) {
        gram = Matrix(repeating: 0, rowCount: lags, columnCount: lags)
        cross = Matrix(repeating: 0, rowCount: lags, columnCount: horizon)
        squares = Array(repeating: 0, count: horizon)
    }

    /// The sums of all windows of a series whose targets end in `ends`.
    init(_ series: PreparedSeries, shape: WindowShape, ends: Range<Int>) {
        self.init(lags: shape.lags, horizon: shape.horizon)
        add(series, shape: shape, ends: ends)
    }

    /// Adds the windows of a series whose targets end at one of `ends` (exclusive ends of index ranges).
    mutating func add(_ series: PreparedSeries, shape: WindowShape, ends: Range<Int>) {
        let (lags, horizon) = (shape.lags, shape.horizon)
        let last = min(ends.upperBound, series.count + 1)
        let first = max(ends.lowerBound, lags + horizon)
        guard first < last else { return }
        var inputs: [Double] = []
        var targets: [Double] = []
        inputs.reserveCapacity((last - first) * lags)
        targets.reserveCapacity((last - first) * horizon)
        var rows = 0
        for end in first..<last {
            let start = end - horizon - lags
            guard series.isKnown(end - horizon..<end), series.isKnown(start..<end - horizon) else { continue }
            let level = shape.level(series.values, before: end - horizon)
            var sum = 0.0
            for index in end - horizon..<end {
                let target = series.values[index] - level
                sum += target * target
            }
            let weight = 1 / max(1, (sum / Double(horizon)).squareRoot())
            for index in start..<end - horizon { inputs.append((series.values[index] - level) * weight) }
            for ahead in 0..<horizon {
                let target = (series.values[end - horizon + ahead] - level) * weight
                targets.append(target)
                squares[ahead] += target * target
            }
            rows += 1
        }
        guard rows > 0 else { return }
        let input = Matrix(elements: inputs, rowCount: rows, columnCount: lags)
        let target = Matrix(elements: targets, rowCount: rows, columnCount: horizon)
        gram.add(input.gramMatrix)
        cross.add(input.multiplied(by: target, transposed: true))
        count += rows
    }

    /// Adds the windows of other sums.
    mutating func add(_ other: WindowMoments) {
        gram.add(other.gram)
        cross.add(other.cross)
        for ahead in squares.indices { squares[ahead] += other.squares[ahead] }
        count += other.count
    }

    /// The mean squared error of coefficients on these windows.
    func error(_ coefficients: Matrix<Double>) -> Double {
        guard count > 0 else { return 0 }
        let product = gram.multiplied(by: coefficients)
        let error = squares.reduce(0, +) - 2 * cross.innerProduct(coefficients) + product.innerProduct(coefficients)
        return max(0, error) / Double(count)
    }

    /// The ridge regression of these windows, pulled towards `prior` when there is one.
    ///
    /// - Parameters:
    ///   - ridge: part of the mean of the diagonal that is added to it.
    ///   - prior: windows of the pool and its coefficients, with the weight they have against these.
    func regression(ridge: Double, prior: (pool: WindowMoments, coefficients: Matrix<Double>, weight: Double)? = nil)
        -> Matrix<Double>?
    {
        var system = gram
        var right = cross
        if let prior, prior.pool.gram.trace > 0 {
            let factor = prior.weight * gram.trace / prior.pool.gram.trace
            var pull = prior.pool.gram
            pull.addRidge(ridge)
            system.add(pull, times: factor)
            right.add(pull.multiplied(by: prior.coefficients), times: factor)
        } else {
            system.addRidge(ridge)
        }
        return system.choleskySolution(right)
    }
}

extension Matrix where Element == Double {
    /// Adds a part of the diagonal's mean to the diagonal.
    fileprivate mutating func addRidge(_ part: Double) {
        let value = max(part * trace / Double(max(1, rowCount)), 1e-12)
        for index in 0..<rowCount { self[index, index] += value }
    }
}
