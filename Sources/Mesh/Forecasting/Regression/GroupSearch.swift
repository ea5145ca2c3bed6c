internal import DenseMatrices

/// The search for groups of ``ClusteredRegression``, on a few of the horizons.
struct GroupSearch: Sendable {
    /// The windows of each series; only the horizons in `columns`.
    private let moments: [WindowMoments]
    private let columns: [Int]
    private let workers: Int

    /// The most turns of assigning and fitting a group count gets.
    private static let mostTurns = 5

    init(moments: [WindowMoments], workers: Int) {
        let horizon = moments.first?.cross.columnCount ?? 0
        let columns = Array(stride(from: 0, to: horizon, by: max(1, horizon / 8)))
        self.columns = columns
        self.workers = workers
        self.moments = moments.map { all in
            var some = all
            some.cross = all.cross.selecting(columns)
            some.squares = columns.map { all.squares[$0] }
            return some
        }
    }

    /// Each series' group, from 0 without gaps.
    func groups(from start: Matrix<Double>) -> [Int] {
        var coefficients = [start.selecting(columns)]
        var errors = [errors(of: coefficients[0])]
        var best = assign(errors)
        let covariances = moments.map { $0.shapeOfCovariance }
        var tried: Set<Int> = []
        let most = min(ClusteredRegression.mostGroups, moments.count / (2 * ClusteredRegression.fewestMembers))
        while coefficients.count < most,
            tried.count < ClusteredRegression.mostGroups
        {
            guard let seed = worst(best.errors, except: tried) else { break }
            tried.insert(seed)
            let size = max(2 * ClusteredRegression.fewestMembers, moments.count / (4 * (coefficients.count + 1)))
            let members = nearest(to: seed, covariances).prefix(size)
            guard let first = fit(Array(members)) else { continue }
            var trial = (coefficients + [first], errors + [self.errors(of: first)])
            var turn = assign(trial.1)
            var fitted = [[Int]](repeating: [], count: trial.0.count)
            for _ in 0..<Self.mostTurns {
                for group in trial.0.indices {
                    let members = turn.groups.indices.filter { turn.groups[$0] == group }
                    guard members != fitted[group], members.count >= ClusteredRegression.fewestMembers,
                        let better = fit(members)
                    else { continue }
                    fitted[group] = members
                    trial.0[group] = better
                    trial.1[group] = self.errors(of: better)
                }
                let next = assign(trial.1)
                let isSettled = next.groups == turn.groups
                turn = next
                if isSettled { break }
            }
            guard turn.total < best.total * (1 - ClusteredRegression.leastGain) else { continue }
            (coefficients, errors) = trial
            best = turn
        }
        return Self.compact(best.groups)
    }

    /// Who belongs where, at which error.
    private struct Assignment {
        var groups: [Int]
        var errors: [Double]
        var total: Double
    }

    private func assign(_ errors: [[Double]]) -> Assignment {
        var groups = [Int](repeating: 0, count: moments.count)
        var least = errors[0]
        for (group, errors) in errors.enumerated() {
            for (series, error) in errors.enumerated() where error < least[series] {
                groups[series] = group
                least[series] = error
            }
        }
        return Assignment(groups: groups, errors: least, total: least.reduce(0, +))
    }

    private func errors(of coefficients: Matrix<Double>) -> [Double] {
        Parallel.map(moments.count, workers: workers) { moments[$0].error(coefficients) }
    }

    private func fit(_ members: [Int]) -> Matrix<Double>? {
        guard let first = members.first else { return nil }
        var pool = moments[first]
        for member in members.dropFirst() { pool.add(moments[member]) }
        return pool.count > 0 ? pool.regression(ridge: ClusteredRegression.ridge) : nil
    }

    private func worst(_ errors: [Double], except tried: Set<Int>) -> Int? {
        errors.indices.filter { !tried.contains($0) && moments[$0].count > 0 }.max {
            (errors[$0], $1) < (errors[$1], $0)
        }
    }

    private func nearest(to seed: Int, _ covariances: [[Double]]) -> [Int] {
        let distances = covariances.map { other in
            zip(other, covariances[seed]).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        }
        return distances.indices.sorted { (distances[$0], $0) < (distances[$1], $1) }
    }

    /// Numbers groups from 0 in the order in which series name them.
    private static func compact(_ groups: [Int]) -> [Int] {
        var numbers: [Int: Int] = [:]
        return groups.map { group in
            let number = numbers[group] ?? numbers.count
            numbers[group] = number
            return number
        }
    }
}

extension Matrix where Element == Double {
    /// Some of the columns.
    fileprivate func selecting(_ columns: [Int]) -> Matrix<Double> {
        var elements: [Double] = []
        elements.reserveCapacity(rowCount * columns.count)
        for row in 0..<rowCount { for column in columns { elements.append(self[row, column]) } }
        return Matrix(elements: elements, rowCount: rowCount, columnCount: columns.count)
    }
}

extension WindowMoments {
    /// The first row of the Gram matrix, relative to its first entry.
    fileprivate var shapeOfCovariance: [Double] {
        let row = gram.row(0)
        let first = max(row.first ?? 0, 1e-12)
        return row.map { $0 / first }
    }
}
