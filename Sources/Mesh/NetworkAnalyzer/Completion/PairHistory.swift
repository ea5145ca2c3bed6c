internal import DenseMatrices

/// An earlier matrix as a voice: nothing predicts a pair as well as the pair itself a while ago.
struct PairHistory {
    /// Logarithms of the geometric mean of both directions; NaN where nothing is known.
    let logs: Matrix<Float>

    /// A history of logarithms that are symmetric already.
    init(logs: Matrix<Float>) { self.logs = logs }

    init(_ matrix: Matrix<Float>) {
        let count = matrix.rowCount
        precondition(matrix.columnCount == count, "the earlier matrix is not square")
        var logs = Matrix<Float>(repeating: .nan, rowCount: count, columnCount: count)
        for row in 0..<count {
            for column in 0..<row {
                let known = [matrix[row, column], matrix[column, row]].filter { $0 > 0 && $0.isFinite }
                guard !known.isEmpty else { continue }
                let mean = known.reduce(0) { $0 + logarithm($1) } / Float(known.count)
                logs[row, column] = mean
                logs[column, row] = mean
            }
        }
        self.logs = logs
    }

    /// By how much each node's latencies changed as a whole, from fresh samples of the same pairs.
    ///
    /// A node's shift is where more than two thirds of its changes agree about the sign: the 35th percentile when that is
    /// positive, the 65th when negative, else nothing. So one liar, or a few changed routes, shift nobody. Three
    /// rounds, each with the others' shifts taken off.
    func shifts(_ samples: PairSamples) -> [Float] {
        var shifts = [Float](repeating: 0, count: samples.nodeCount)
        for _ in 0..<3 {
            var changes = [[Float]](repeating: [], count: samples.nodeCount)
            for index in 0..<samples.count {
                let (low, high) = (Int(samples.first[index]), Int(samples.second[index]))
                let change = samples.logs[index] - logs[low, high]
                guard change.isFinite else { continue }
                changes[low].append(change - shifts[high])
                changes[high].append(change - shifts[low])
            }
            for node in changes.indices where changes[node].count >= 3 {
                let low = OrderStatistics.quantile(changes[node], 0.35)
                let high = OrderStatistics.quantile(changes[node], 0.65)
                shifts[node] = low > 0 ? low : high < 0 ? high : 0
            }
        }
        return shifts
    }

    /// The earlier logarithms with the nodes' shifts; NaN where nothing is known.
    func shifted(by shifts: [Float]) -> Matrix<Float> {
        var result = logs
        for row in 0..<result.rowCount {
            for column in 0..<result.columnCount { result[row, column] += shifts[row] + shifts[column] }
        }
        return result
    }

    /// Fresh samples, and with less weight earlier pairs that have none: up to `perNode` of each node, at random.
    func supplement(_ samples: PairSamples, with logs: Matrix<Float>, perNode: Int, seed: UInt64) -> PairSamples {
        var result = samples
        let count = samples.nodeCount
        guard count > 1 else { return result }
        var taken = Set<Int>(minimumCapacity: samples.count + perNode * count)
        for index in 0..<samples.count { taken.insert(Int(samples.first[index]) * count + Int(samples.second[index])) }
        var random = DeterministicRandom(seed: seed ^ 0x5EED)
        for node in 0..<count {
            for _ in 0..<perNode {
                let other = random.integer(below: count)
                let (low, high) = (min(node, other), max(node, other))
                guard low != high, logs[low, high].isFinite, taken.insert(low * count + high).inserted else { continue }
                result.append(low, high, log: logs[low, high], weight: 0.5)
            }
        }
        return result
    }
}
