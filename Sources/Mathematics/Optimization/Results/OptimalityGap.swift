/// The relative distance of an objective from a certified lower bound.
///
/// Minimisation is meant throughout. The definition is the design's: `(objective - bound) / |bound|`. When both are
/// equal the gap is 0, also at 0; a zero bound below a positive objective gives infinity.
public enum OptimalityGap {
    /// The gap of `objective` over `bound`, never negative: rounding that puts the bound a hair above counts as 0.
    public static func relative(objective: Double, bound: Double) -> Double {
        let distance = objective - bound
        if distance <= 0 { return 0 }
        return bound == 0 ? .infinity : distance / abs(bound)
    }
}
