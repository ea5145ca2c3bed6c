internal import DenseMatrices

/// How wrong an estimate is likely to be, learned from pairs that were hidden.
///
/// The logarithm of an error's size is regressed on what is known of the pair (disagreement of the ensemble, support
/// around it, how much its nodes were measured, how restless they are); the quotient of error and predicted size then
/// has one distribution for all pairs, of which a quantile makes intervals (Papadopoulos, Gammerman, Vovk, "Normalized
/// nonconformity measures", 2008). Hidden pairs are exchangeable with pairs that nobody measured, so nine of ten
/// intervals hold the latency, whatever the distribution.
struct ErrorModel {
    private var coefficients: [Double]
    /// The quotient that nine of ten hidden pairs do not exceed.
    private var quotient: Double

    /// The width when next to nothing is known: a factor of ten either way.
    static let ignorance: Float = 2.3

    /// Learns from pairs whose features and absolute errors of the logarithm are known.
    init(features: [[Double]], errors: [Double]) {
        let width = features.first?.count ?? 1
        coefficients = Array(repeating: 0, count: width)
        quotient = Double(Self.ignorance)
        guard errors.count >= 20 else { return }
        coefficients = Self.regress(features, errors, where: { _ in true })
        // Each half's quotients by the sizes that the other half predicts: those of its own would look too small. The
        // two directions of a pair follow each other and stay together.
        var quotients: [Double] = []
        for half in 0..<2 {
            let others = Self.regress(features, errors, where: { $0 / 2 % 2 != half })
            for index in errors.indices where index / 2 % 2 == half {
                quotients.append(errors[index] / Self.size(features[index], others))
            }
        }
        quotients.sort()
        let rank = Int((0.9 * Double(errors.count + 1)).rounded(.up))
        quotient = quotients[min(rank, quotients.count) - 1]
    }

    /// Ridge regression of the logarithms of errors.
    private static func regress(_ features: [[Double]], _ errors: [Double], where isUsed: (Int) -> Bool) -> [Double] {
        let width = features.first?.count ?? 1
        // Added to errors, so that exact hits do not dominate the logarithm.
        let floor = 0.005
        var normal = Matrix<Double>(repeating: 0, rowCount: width, columnCount: width)
        var sums = [Double](repeating: 0, count: width)
        for index in 0..<width { normal[index, index] = index == 0 ? 1e-6 : 2 }
        for number in errors.indices where isUsed(number) {
            let row = features[number]
            let target = logarithm(min(errors[number], 3) + floor)
            for index in 0..<width {
                sums[index] += row[index] * target
                for below in 0...index { normal[index, below] += row[index] * row[below] }
            }
        }
        return normal.choleskySolution(sums) ?? [Double](repeating: 0, count: width)
    }

    private static func size(_ features: [Double], _ coefficients: [Double]) -> Double {
        var sum = 0.0
        for (feature, coefficient) in zip(features, coefficients) { sum += feature * coefficient }
        return exponential(max(-8, min(2, sum)))
    }

    /// Half the width of the 90 % interval of the logarithm.
    func halfWidth(_ features: [Double]) -> Float { Float(min(4.6, Self.size(features, coefficients) * quotient)) }
}
