internal import DenseMatrices

/// Weighted low-rank factorization of the logarithms of latencies, with an offset for each node.
///
/// `log x[i, j] = mean + b[i] + c[j] + u[i] . v[j]`, fitted by alternating least squares: with one side fixed, each row
/// of the other is a ridge regression of a few unknowns (Zhou, Wilkinson, Schreiber, Pan, AAIM 2008). Weights of samples
/// are lowered where they disagree (iteratively reweighted least squares for Huber's loss). It knows no geometry, so it
/// sees structure that no space has, and needs more samples: a minor voice beside the embeddings.
struct LogFactorization {
    var rank: Int
    var regularization: Double
    var iterations = 12
    /// Errors beyond this are weighed down.
    var robustness = 0.2

    /// One direction of a sample, sorted by its row.
    private struct Entry {
        var column: Int32
        var value: Double
        var weight: Double
        var trust: Double
    }

    /// The logarithms of all latencies, node by node, symmetric.
    ///
    /// - Complexity: O(iterations * (samples * rank^2 + nodes * rank^3) + nodes^2 * rank).
    func logLatencies(_ samples: PairSamples, distrusted: [Bool], seed: UInt64) -> Matrix<Float> {
        let count = samples.nodeCount
        let mean = Double(samples.medianLog)
        var (entries, starts) = adjacency(samples, mean: mean, distrusted: distrusted)
        var random = DeterministicRandom(seed: seed)
        // The last column of each side is its offset; it multiplies the other side's constant 1.
        let width = rank + 1
        let start = (0..<count * width).map { $0 % width == rank ? 0 : Double(random.normal()) * 0.1 }
        var left = Matrix<Double>(elements: start, rowCount: count, columnCount: width)
        var right = left
        for _ in 0..<iterations {
            solve(&left, against: right, entries, starts)
            solve(&right, against: left, entries, starts)
            for row in 0..<count {
                for index in starts[row]..<starts[row + 1] {
                    let error = abs(entries[index].value - value(left, right, row, Int(entries[index].column)))
                    entries[index].weight = entries[index].trust / max(1, error / robustness)
                }
            }
        }
        return dense(left, right, mean: mean)
    }

    private func adjacency(
        _ samples: PairSamples, mean: Double, distrusted: [Bool]
    ) -> (entries: [Entry], starts: [Int]) {
        let count = samples.nodeCount
        var starts = [Int](repeating: 0, count: count + 1)
        for index in 0..<samples.count {
            starts[Int(samples.first[index]) + 1] += 1
            starts[Int(samples.second[index]) + 1] += 1
        }
        for node in 0..<count { starts[node + 1] += starts[node] }
        var next = starts
        var entries = [Entry](
            repeating: Entry(column: 0, value: 0, weight: 0, trust: 0), count: 2 * samples.count)
        for index in 0..<samples.count {
            let (low, high) = (samples.first[index], samples.second[index])
            for (row, column) in [(low, high), (high, low)] {
                // A distrusted column teaches its rows nothing.
                let trust = distrusted.isEmpty || !distrusted[Int(column)] ? Double(samples.weights[index]) : 0
                entries[next[Int(row)]] = Entry(
                    column: column, value: Double(samples.logs[index]) - mean, weight: trust, trust: trust)
                next[Int(row)] += 1
            }
        }
        return (entries, starts)
    }

    private func value(_ left: Matrix<Double>, _ right: Matrix<Double>, _ row: Int, _ column: Int) -> Double {
        var sum = left[row, rank] + right[column, rank]
        for index in 0..<rank { sum += left[row, index] * right[column, index] }
        return sum
    }

    /// One side anew, row by row, with the other fixed.
    private func solve(
        _ side: inout Matrix<Double>, against other: Matrix<Double>, _ entries: [Entry], _ starts: [Int]
    ) {
        let width = rank + 1
        var features = [Double](repeating: 1, count: width)
        for row in 0..<side.rowCount where starts[row] < starts[row + 1] {
            var normal = Matrix<Double>(repeating: 0, rowCount: width, columnCount: width)
            var sums = [Double](repeating: 0, count: width)
            for index in 0..<rank { normal[index, index] = regularization }
            normal[rank, rank] = 0.3 * regularization
            for entry in entries[starts[row]..<starts[row + 1]] where entry.weight > 0 {
                let column = Int(entry.column)
                for index in 0..<rank { features[index] = other[column, index] }
                let target = entry.weight * (entry.value - other[column, rank])
                for index in 0..<width {
                    sums[index] += target * features[index]
                    let scaled = entry.weight * features[index]
                    for below in 0...index { normal[index, below] += scaled * features[below] }
                }
            }
            guard let solution = normal.choleskySolution(sums) else { continue }
            for index in 0..<width { side[row, index] = solution[index] }
        }
    }

    private func dense(_ left: Matrix<Double>, _ right: Matrix<Double>, mean: Double) -> Matrix<Float> {
        let count = left.rowCount
        // One more column on each side turns the offsets into a part of the product.
        var wideLeft = Matrix<Float>(repeating: 1, rowCount: count, columnCount: rank + 2)
        var wideRight = wideLeft
        for row in 0..<count {
            for index in 0...rank { wideLeft[row, index] = Float(left[row, index]) }
            for index in 0..<rank { wideRight[row, index] = Float(right[row, index]) }
            wideRight[row, rank + 1] = Float(right[row, rank] + mean)
        }
        let product = wideLeft.multiplied(by: wideRight, rightTransposed: true)
        var result = product
        for row in 0..<count {
            for column in 0..<count { result[row, column] = 0.5 * (product[row, column] + product[column, row]) }
        }
        return result
    }
}

/// Each node's typical level, and nothing else: what is left where latencies have no structure.
enum NodeLevels {
    /// `log x[i, j] = mean + level[i] + level[j]`, levels by medians, shrunk where there are few samples.
    ///
    /// - Complexity: O(samples log samples + nodes^2).
    static func logLatencies(_ samples: PairSamples) -> Matrix<Float> {
        let count = samples.nodeCount
        let mean = samples.medianLog
        var levels = [Float](repeating: 0, count: count)
        for _ in 0..<4 {
            var errors = [[Float]](repeating: [], count: count)
            for index in 0..<samples.count {
                let (low, high) = (Int(samples.first[index]), Int(samples.second[index]))
                errors[low].append(samples.logs[index] - mean - levels[high])
                errors[high].append(samples.logs[index] - mean - levels[low])
            }
            for node in 0..<count {
                let known = Float(errors[node].count)
                levels[node] = 0.5 * (levels[node] + OrderStatistics.median(errors[node]) * known / (known + 4))
            }
        }
        var result = Matrix<Float>(repeating: mean, rowCount: count, columnCount: count)
        for row in 0..<count {
            for column in 0..<count { result[row, column] += levels[row] + levels[column] }
        }
        return result
    }
}
