internal import DenseMatrices

extension CompletionFit {
    /// The result: all samples fitted, voices blended, widths set, measured pairs in their place.
    func finish(
        _ samples: PairSamples, _ history: PairHistory?, _ calibration: Calibration, prior: CompletedLatencies? = nil
    ) -> CompletedLatencies {
        let count = samples.nodeCount
        let fitted = voices(samples, history, from: start)
        var logs = Matrix<Float>(repeating: 0, rowCount: count, columnCount: count)
        var widths = logs
        for low in 0..<count {
            for high in low + 1..<max(low + 1, count) {
                let (log, width) = estimate(fitted, calibration, low, high)
                logs[low, high] = log
                logs[high, low] = log
                widths[low, high] = width
                widths[high, low] = width
            }
        }
        if let prior { Self.limitChange(of: &logs, from: prior, samples, distrusted: distrusted) }
        var isMeasured = [Bool](repeating: false, count: count * count)
        for index in 0..<samples.count {
            place(
                samples.logs[index], weight: samples.weights[index], Int(samples.first[index]),
                Int(samples.second[index]), &logs, &widths, &isMeasured)
        }
        return CompletedLatencies(
            nodeCount: count, logarithms: logs, halfWidths: widths,
            directionEffects: Array(repeating: 0, count: count), isMeasured: isMeasured,
            distrusted: distrusted.indices.filter { distrusted[$0] },
            weights: history == nil ? calibration.weights : calibration.weightsWithHistory,
            embeddings: fitted.members.embeddings)
    }

    /// How far the logarithm of a pair may move from one completion to the next without a reason: 2.4 %.
    static let slewLimit: Float = 0.024

    /// Holds estimates that nobody measured near what they were.
    ///
    /// They follow at once where most of a node's measurements moved together (see `PairHistory.shifts`), and beyond that
    /// by 2.4 % at a time. So what one node reports, whatever it is, cannot move other pairs by more: between lie and
    /// truth there are two such steps at most. Nodes that were unknown are free.
    private static func limitChange(
        of logs: inout Matrix<Float>, from prior: CompletedLatencies, _ samples: PairSamples, distrusted: [Bool]
    ) {
        let count = samples.nodeCount
        guard prior.nodeCount == count else { return }
        let trusted = samples.split { index in
            !distrusted.isEmpty
                && (distrusted[Int(samples.first[index])] || distrusted[Int(samples.second[index])])
        }.rest
        let expected = PairHistory(logs: prior.logarithms)
        let shifted = expected.shifted(by: expected.shifts(trusted))
        let wasKnown = (0..<count).map { node in prior.isMeasured[node * count..<(node + 1) * count].contains(true) }
        for low in 0..<count where wasKnown[low] {
            for high in 0..<count where high != low && wasKnown[high] {
                let before = shifted[low, high]
                logs[low, high] = before + max(-slewLimit, min(slewLimit, logs[low, high] - before))
            }
        }
    }

    private func estimate(
        _ fitted: Voices, _ calibration: Calibration, _ low: Int, _ high: Int
    ) -> (log: Float, halfWidth: Float) {
        let voices = fitted.logs.map { $0[low, high] }
        if voices[4].isFinite {
            return (
                Blend.value(voices, calibration.weightsWithHistory),
                calibration.errorsWithHistory.halfWidth(features(fitted, low, high, part: 1 - Self.hiddenPart))
            )
        }
        // An embedding knows nothing of a node that nobody measured; levels and geography do.
        guard fitted.degrees[low] > 0, fitted.degrees[high] > 0 else {
            return (voices[3].isFinite ? voices[3] : voices[2], calibration.strangerHalfWidth)
        }
        return (
            Blend.value(voices, calibration.weights),
            calibration.errors.halfWidth(features(fitted, low, high, part: 1 - Self.hiddenPart))
        )
    }

    /// A measured pair is what was measured, drawn to the model by what its weight lacks of 1.
    private func place(
        _ log: Float, weight: Float, _ low: Int, _ high: Int, _ logs: inout Matrix<Float>,
        _ widths: inout Matrix<Float>, _ isMeasured: inout [Bool]
    ) {
        let value = weight * log + (1 - weight) * logs[low, high]
        let width = max(0.02, (1 - weight) * widths[low, high])
        for (row, column) in [(low, high), (high, low)] {
            logs[row, column] = value
            widths[row, column] = width
            isMeasured[row * logs.rowCount + column] = true
        }
    }
}

/// Differences between the two directions of a pair.
enum DirectionEffects {
    /// Learns one effect a node: half the median of how much more the logarithm is from it than to it, shrunk where few
    /// pairs are known in both directions.
    static func learn(from samples: [LatencySample], into result: inout CompletedLatencies) {
        var known: [Int: Float] = [:]
        let count = result.nodeCount
        for sample in samples where sample.milliseconds > 0 && sample.milliseconds.isFinite {
            guard (0..<count).contains(sample.from), (0..<count).contains(sample.to) else { continue }
            known[sample.from * count + sample.to] = Float(logarithm(sample.milliseconds))
        }
        var differences = [[Float]](repeating: [], count: count)
        for sample in samples where sample.from < sample.to {
            guard let there = known[sample.from * count + sample.to],
                let back = known[sample.to * count + sample.from]
            else { continue }
            differences[sample.from].append((there - back) / 2)
            differences[sample.to].append((back - there) / 2)
        }
        // With fewer, one partner's word would count for much.
        for node in 0..<count where differences[node].count >= 4 {
            let known = Float(differences[node].count)
            result.directionEffects[node] = OrderStatistics.median(differences[node]) / 2 * known / (known + 8)
        }
    }
}
