internal import DenseMatrices

extension NewcomerEstimator {
    /// Heights tried for a newcomer, as parts of an embedding's scale (the median latency): 0.5 to 80 ms of 140.
    private static let triedHeights: [Float] = [0.004, 0.015, 0.04, 0.08, 0.15, 0.3, 0.6]

    /// A place a newcomer may have.
    private struct Placement {
        var position: SIMD8<Float>
        var logHeight: Float
        /// The sum of its errors at the probes, each at most 1.
        var error: Float
    }

    /// What the embeddings say, from a dozen places each.
    func placements(
        _ probes: [(node: Int, log: Float)]
    ) -> (mean: [Float], spread: [Float]) {
        let count = network.nodeCount
        var (mean, squares) = ([Float](repeating: 0, count: count), [Float](repeating: 0, count: count))
        for embedding in network.embeddings {
            let places = refinedPlaces(embedding, probes)
            let least = places.reduce(Float.infinity) { min($0, $1.error) }
            let weights = places.map { exponential((least - $0.error) / 0.3) }
            let total = weights.reduce(0, +) * Float(network.embeddings.count)
            let heights = embedding.logHeights.map { exponential($0) }
            for (place, weight) in zip(places, weights) {
                let height = exponential(place.logHeight)
                for node in 0..<count {
                    let offset = place.position - embedding.positions[node]
                    let distance = ((offset * offset).sum() + NetworkEmbedding.softening).squareRoot()
                    let log = logarithm(embedding.scale * (distance + height + heights[node]))
                    mean[node] += weight / total * log
                    squares[node] += weight / total * log * log
                }
            }
        }
        return (mean, zip(mean, squares).map { max(0, $1 - $0 * $0).squareRoot() })
    }

    private func refinedPlaces(
        _ embedding: NetworkEmbedding, _ probes: [(node: Int, log: Float)]
    ) -> [Placement] {
        let unit = logarithm(embedding.scale)
        let targets = probes.map { $0.log - unit }
        let places = probes.map { embedding.positions[$0.node] }
        let heights = probes.map { exponential(embedding.logHeights[$0.node]) }
        var best: [Placement] = []
        for node in 0..<embedding.nodeCount where isIgnored.isEmpty || !isIgnored[node] {
            let position = embedding.positions[node]
            let distances = places.map { place -> Float in
                let offset = position - place
                return ((offset * offset).sum() + NetworkEmbedding.softening).squareRoot()
            }
            for height in Self.triedHeights {
                var error: Float = 0
                for index in targets.indices {
                    error += min(1, abs(logarithm(distances[index] + height + heights[index]) - targets[index]))
                }
                guard best.count < 12 || error < best[best.count - 1].error else { continue }
                if best.count == 12 { best.removeLast() }
                let placement = Placement(position: position, logHeight: logarithm(height), error: error)
                best.insert(placement, at: best.firstIndex { $0.error > error } ?? best.count)
            }
        }
        let typicalHeight = OrderStatistics.median(embedding.logHeights)
        return best.map {
            refine($0, embedding.dimension, places, heights, targets, typicalHeight: typicalHeight)
        }
    }

    /// Gauss and Newton's method on position and logarithm of the height, errors weighed down beyond a tenth.
    private func refine(
        _ start: Placement, _ dimension: Int, _ places: [SIMD8<Float>], _ heights: [Float], _ targets: [Float],
        typicalHeight: Float
    ) -> Placement {
        var place = start
        let width = dimension + 1
        for _ in 0..<10 {
            var normal = Matrix<Float>(repeating: 0, rowCount: width, columnCount: width)
            var sums = [Float](repeating: 0, count: width)
            for index in 0..<dimension {
                normal[index, index] = 0.3
                sums[index] = 0.09 * place.position[index]
            }
            normal[dimension, dimension] = 0.05
            sums[dimension] = 0.05 * (place.logHeight - typicalHeight)
            let height = exponential(place.logHeight)
            for probe in targets.indices {
                let offset = place.position - places[probe]
                let distance = ((offset * offset).sum() + 1e-5).squareRoot()
                let model = distance + height + heights[probe]
                let error = logarithm(model) - targets[probe]
                let weight = 1 / max(1, abs(error) * 10)
                var slopes = offset / (distance * model)
                slopes[dimension] = height / model
                for index in 0..<width {
                    sums[index] += weight * slopes[index] * error
                    for below in 0...index { normal[index, below] += weight * slopes[index] * slopes[below] }
                }
            }
            guard let step = normal.choleskySolution(sums) else { break }
            for index in 0..<dimension { place.position[index] -= step[index] }
            place.logHeight = max(-6.5, min(1, place.logHeight - step[dimension]))
        }
        place.error = 0
        for probe in targets.indices {
            let offset = place.position - places[probe]
            let distance = ((offset * offset).sum() + NetworkEmbedding.softening).squareRoot()
            let model = distance + exponential(place.logHeight) + heights[probe]
            place.error += min(1, abs(logarithm(model) - targets[probe]))
        }
        return place
    }
}
