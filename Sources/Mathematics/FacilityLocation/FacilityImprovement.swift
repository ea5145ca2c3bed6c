public import Optimization

/// A step of an anytime solve: the best solution and the best bound so far, one of which is new.
public struct FacilityImprovement: Sendable {
    /// The best solution; `nil` while there is none.
    public let solution: FacilitySolution?
    /// Its cost; infinity while there is none.
    public let objective: Double
    /// The best lower bound.
    public let bound: Double
    /// Customer prices that prove the bound, as ``FacilityCertificate/dual(prices:)`` does; empty once a search tree does.
    public let prices: [Double]

    /// The relative distance between objective and bound.
    public var gap: Double { OptimalityGap.relative(objective: objective, bound: bound) }
}
