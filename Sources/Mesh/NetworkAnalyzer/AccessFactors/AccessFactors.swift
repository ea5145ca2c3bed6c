public import DenseMatrices

/// Latencies from very many participants to the sites, as a few factors each, updated in place.
///
/// Rows of logarithms of latencies to the sites are taken as `mean + factors * basis` with normal factors and normal
/// errors (probabilistic principal components; Tipping, Bishop, JRSS B 1999). The basis comes from a completed matrix.
/// Each participant has a normal distribution over its factors, kept as precision and information: every measurement
/// adds to both, age takes from both, so that yesterday's posterior is today's prior, and what was forgotten falls back
/// to the population. A row without measurements is the population's mean, with the population's spread as error.
public struct AccessFactors: Sendable {
    /// How many factors a row has.
    public let rank: Int
    /// How many sites there are.
    public var siteCount: Int { basis.columnCount }
    /// How many participants there are.
    public var rowCount: Int { factors.rowCount }
    /// `rank + 1` rows: the basis, and below it the mean.
    let basis: Matrix<Float>
    /// `rank + 1` columns: the factors, and a 1 for the mean.
    var factors: Matrix<Float>
    /// Precision of each factor in the population.
    let priorPrecision: [Float]
    /// The precision of a fresh measurement: one by the variance of what the basis leaves unexplained.
    let noisePrecision: Float
    /// Lower triangles of the precision of each row's factors, row by row.
    var precisions: Matrix<Float>
    /// Precision times mean of each row's factors.
    var information: Matrix<Float>
    /// Products of pairs of basis entries, a row a site: turns precisions of many rows into one matrix product.
    let pairs: Matrix<Float>

    /// Entries of a lower triangle.
    static func triangle(_ order: Int) -> Int { order * (order + 1) / 2 }

    /// Factors for participants of a network whose sites are the given nodes; all rows at the population's mean.
    ///
    /// The basis is found by subspace iteration on the covariance of the nodes' rows (Golub, Van Loan, "Matrix
    /// Computations", section 8.2), from a fixed start.
    ///
    /// - Complexity: O(nodes * sites^2 + 40 * sites^2 * rank).
    public init(_ network: CompletedLatencies, sites: [Int], rowCount: Int, rank: Int = 10) {
        let rank = max(1, min(rank, sites.count))
        self.rank = rank
        let population = PopulationBasis(network, sites: sites, rank: rank)
        basis = population.basis
        priorPrecision = population.precisions
        noisePrecision = population.noisePrecision
        var factors = Matrix<Float>(repeating: 0, rowCount: rowCount, columnCount: rank + 1)
        for row in 0..<rowCount { factors[row, rank] = 1 }
        self.factors = factors
        let width = Self.triangle(rank)
        var prior = [Float](repeating: 0, count: width)
        for index in 0..<rank { prior[Self.triangle(index + 1) - 1] = priorPrecision[index] }
        precisions = Matrix(
            elements: (0..<rowCount).flatMap { _ in prior }, rowCount: rowCount, columnCount: width)
        information = Matrix(repeating: 0, rowCount: rowCount, columnCount: rank)
        var pairs = Matrix<Float>(repeating: 0, rowCount: sites.count, columnCount: width)
        for site in 0..<sites.count {
            var index = 0
            for high in 0..<rank {
                for low in 0...high {
                    pairs[site, index] = basis[high, site] * basis[low, site]
                    index += 1
                }
            }
        }
        self.pairs = pairs
    }

    /// All latencies in milliseconds, written into a matrix of `rowCount` x `siteCount`.
    ///
    /// - Complexity: O(rows * sites * rank); 50,000 x 1,000 at rank 10 take some tens of milliseconds on two cores.
    public func refresh(into latencies: inout Matrix<Float>, threads: Int) {
        latencies.assignExponential(ofProduct: factors, basis, threads: threads)
    }

    /// One participant's latency to one site, with its 90 % interval under the model's normal law.
    ///
    /// - Complexity: O(rank^3).
    public func estimate(row: Int, site: Int) -> LatencyEstimate {
        var log: Float = 0
        for index in 0...rank { log += factors[row, index] * basis[index, site] }
        let direction = (0..<rank).map { basis[$0, site] }
        var covariance: Float = 0
        var triangle = Array(precisions.row(row))
        var solved = direction
        if SmallCholesky.factorize(&triangle, order: rank) {
            SmallCholesky.solve(triangle, order: rank, &solved)
            for index in 0..<rank { covariance += direction[index] * solved[index] }
        }
        let width = 1.645 * Double(covariance + 1 / noisePrecision).squareRoot()
        return LatencyEstimate(
            milliseconds: exponential(Double(log)), lower: exponential(Double(log) - width),
            upper: exponential(Double(log) + width), isMeasured: false)
    }
}
