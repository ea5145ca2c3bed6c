internal import DenseMatrices

extension NewcomerEstimator {
    /// The mean of the rows of nodes that saw what the newcomer saw.
    func similarRows(
        _ probes: [(node: Int, log: Float)]
    ) -> (mean: [Float], spread: [Float]) {
        let count = network.nodeCount
        let unit = exponential(typical)
        // Half a percent of the median latency: no constant may take away more than leaves this.
        let floor = 0.002 * unit
        let seen = probes.map { exponential($0.log) }
        var candidates: [(node: Int, distance: Float, constant: Float)] = []
        for node in 0..<count where isIgnored.isEmpty || !isIgnored[node] {
            let row = probes.map { exponential(profiles[node, $0.node]) }
            let constant = 0.7 * OrderStatistics.median(zip(seen, row).map { $0 - $1 })
            var distance: Float = 0
            for (probe, value) in zip(probes, row) {
                distance += abs(logarithm(max(value + constant, floor)) - probe.log)
            }
            // A tenth of mean error, or a fortieth of the median latency as constant, costs a factor of e.
            let penalty = distance / (0.1 * Float(probes.count)) + abs(constant) / (0.4 * unit)
            candidates.append((node, penalty, constant))
        }
        let least = candidates.reduce(Float.infinity) { min($0, $1.distance) }
        var (mean, squares) = ([Float](repeating: 0, count: count), [Float](repeating: 0, count: count))
        var total: Float = 0
        for candidate in candidates where candidate.distance < least + 8 {
            let weight = exponential(least - candidate.distance)
            total += weight
            for column in 0..<count {
                let value = exponential(profiles[candidate.node, column]) + candidate.constant
                let log = logarithm(max(value, floor))
                mean[column] += weight * log
                squares[column] += weight * log * log
            }
        }
        guard total > 0 else {
            return (Array(repeating: typical, count: count), Array(repeating: 1, count: count))
        }
        for column in 0..<count {
            mean[column] /= total
            squares[column] = max(0, squares[column] / total - mean[column] * mean[column]).squareRoot()
        }
        return (mean, squares)
    }
}
