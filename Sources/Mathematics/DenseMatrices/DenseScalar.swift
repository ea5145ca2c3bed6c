/// The numbers that a ``Matrix`` may hold: `Float` and `Double`, the two that BLAS knows.
public protocol DenseScalar: BinaryFloatingPoint, Sendable {}

extension Float: DenseScalar {}
extension Double: DenseScalar {}
