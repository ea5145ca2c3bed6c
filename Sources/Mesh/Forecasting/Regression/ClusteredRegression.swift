internal import DenseMatrices

/// Linear regressions on windows, one a group of series, where the groups are found by what they have in common: the
/// coefficients.
///
/// One regression for all series ("global", Montero-Manso and Hyndman, "Principles and algorithms for forecasting groups
/// of time series", 2021) is steadier than one each, but wrong where series differ in kind. So series are grouped as in
/// clusterwise regression (Späth, "Algorithm 39: clusterwise linear regression", 1979): each belongs to the regression
/// that has the least error on its past, each regression is that of its members. A new group starts from the series that
/// is fitted worst and those whose autocovariance resembles it most, as long as it pays. This is a local search: another
/// grouping may fit better.
///
/// Per series, coefficients may be pulled from the group's towards its own (`pull`).
struct ClusteredRegression: Sendable {
    /// What the windows look like.
    let shape: WindowShape
    /// The coefficients of each group, lags by horizon.
    private(set) var coefficients: [Matrix<Double>] = []
    /// The windows of each group together.
    private(set) var pools: [WindowMoments] = []
    /// The group of each series.
    private(set) var groups: [Int] = []

    /// The most series that groups are looked for on.
    static let largestSample = 256
    /// What is added to the diagonal, as a part of its mean.
    static let ridge = 1e-3
    /// The most groups.
    static let mostGroups = 8
    /// A group has at least this many series.
    static let fewestMembers = 4
    /// A new group must lower the total error by this part.
    static let leastGain = 0.005

    /// Groups given before, for windows of another shape or of a later time.
    init?(shape: WindowShape, groups: [Int], moments: (Int) -> WindowMoments) {
        self.shape = shape
        self.groups = groups
        pools = Array(
            repeating: WindowMoments(lags: shape.lags, horizon: shape.horizon), count: (groups.max() ?? 0) + 1)
        for (series, group) in groups.enumerated() { pools[group].add(moments(series)) }
        let zero = Matrix<Double>(repeating: 0, rowCount: shape.lags, columnCount: shape.horizon)
        coefficients = pools.map { $0.count > 0 ? $0.regression(ridge: Self.ridge) ?? zero : zero }
        guard pools.contains(where: { $0.count > 0 }) else { return nil }
    }

    /// Finds groups on at most ``largestSample`` series, evenly taken, and gives the others to the nearest.
    ///
    /// - Parameter moments: the windows of a series.
    init?(shape: WindowShape, count: Int, workers: Int, moments: @escaping @Sendable (Int) -> WindowMoments) {
        let size = min(count, Self.largestSample)
        guard size > 0 else { return nil }
        let sample = (0..<size).map { $0 * count / size }
        let sampled = Parallel.map(size, workers: workers) { moments(sample[$0]) }
        guard
            let single = ClusteredRegression(
                shape: shape, groups: Array(repeating: 0, count: size), moments: { sampled[$0] })
        else { return nil }
        let search = GroupSearch(moments: sampled, workers: workers)
        let found = search.groups(from: single.coefficients[0])
        guard let first = ClusteredRegression(shape: shape, groups: found, moments: { sampled[$0] }) else { return nil }
        let nearest = Parallel.map(count, workers: workers) { first.nearest(to: moments($0)) }
        self.init(shape: shape, groups: nearest, moments: moments)
    }

    /// The group with the least error on some windows.
    private func nearest(to windows: WindowMoments) -> Int {
        let errors = coefficients.map { windows.error($0) }
        return errors.indices.min { (errors[$0], $0) < (errors[$1], $1) } ?? 0
    }

    /// The coefficients of one series: its group's, pulled towards its own as far as its windows outweigh `weight`
    /// times as many of the group's.
    func coefficients(of series: Int, moments: WindowMoments, weight: Double) -> Matrix<Double> {
        let group = groups[series]
        guard moments.count > 0 else { return coefficients[group] }
        return moments.regression(ridge: Self.ridge, prior: (pools[group], coefficients[group], weight))
            ?? coefficients[group]
    }

    /// The values that follow the first `end` of a series; farther than the shape's horizon from forecasts.
    static func forecast(
        _ values: [Double], end: Int, horizon: Int, shape: WindowShape, coefficients: Matrix<Double>
    ) -> [Double]? {
        guard end >= shape.lags else { return nil }
        var known = Array(values[end - shape.lags..<end])
        while known.count < shape.lags + horizon {
            let level = shape.level(known, before: known.count)
            let window = known[(known.count - shape.lags)...].map { $0 - level }
            known += coefficients.multiplied(by: window, transposed: true).map { $0 + level }
        }
        return Array(known[shape.lags..<shape.lags + horizon])
    }
}
