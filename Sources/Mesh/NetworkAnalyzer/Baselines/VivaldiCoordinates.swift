/// Vivaldi as Serf runs it: two dimensions, a height, springs relaxed one measurement at a time. A peer to compare with.
///
/// Dabek, Cox, Kaashoek, Morris, "Vivaldi: a decentralized network coordinate system" (SIGCOMM 2004), with the constants
/// of HashiCorp Serf's coordinate client (error 1.5 at first, ce = cc = 0.25, least height 10 microseconds). Serf's
/// eight dimensions are its default; two and a height are what the paper recommends and what is compared here.
public struct VivaldiCoordinates: Sendable {
    private var positions: [SIMD2<Double>]
    private var heights: [Double]
    private var errors: [Double]
    private let leastHeight = 0.01

    /// Nodes at the origin.
    public init(nodeCount: Int) {
        positions = Array(repeating: .zero, count: nodeCount)
        heights = Array(repeating: 0.01, count: nodeCount)
        errors = Array(repeating: 1.5, count: nodeCount)
    }

    /// The distance of two nodes with both heights, milliseconds.
    public func estimate(_ first: Int, _ second: Int) -> Double {
        let offset = positions[first] - positions[second]
        return (offset * offset).sum().squareRoot() + heights[first] + heights[second]
    }

    /// Learns from samples, drawn at random: `rounds` observations for each sample and direction.
    ///
    /// - Complexity: O(rounds * samples).
    public mutating func learn(_ samples: [LatencySample], rounds: Int, seed: UInt64) {
        var random = DeterministicRandom(seed: seed)
        let usable = samples.filter { $0.milliseconds > 0 && $0.milliseconds.isFinite && $0.from != $0.to }
        for _ in 0..<rounds {
            for index in random.permutation(usable.count) {
                let sample = usable[index]
                observe(sample.from, sample.to, sample.milliseconds, &random)
                observe(sample.to, sample.from, sample.milliseconds, &random)
            }
        }
    }

    private mutating func observe(
        _ node: Int, _ other: Int, _ milliseconds: Double, _ random: inout DeterministicRandom
    ) {
        let (sensitivity, step) = (0.25, 0.25)
        let distance = estimate(node, other)
        let wrongness = abs(distance - milliseconds) / milliseconds
        let total = max(errors[node] + errors[other], 1e-6)
        let weight = errors[node] / total
        errors[node] = min(1.5, wrongness * sensitivity * weight + errors[node] * (1 - sensitivity * weight))
        let force = step * weight * (milliseconds - distance)
        var direction = positions[node] - positions[other]
        let length = (direction * direction).sum().squareRoot()
        if length > 1e-6 {
            direction /= length
            heights[node] = max(
                leastHeight, (heights[node] + heights[other]) * force / length + heights[node])
        } else {
            direction = SIMD2(random.fraction() - 0.5, random.fraction() - 0.5)
            let size = (direction * direction).sum().squareRoot()
            direction = size > 0 ? direction / size : SIMD2(1, 0)
        }
        positions[node] += direction * force
    }
}
