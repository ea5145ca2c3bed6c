internal import Glibc

/// How much a decision depends on each of its latencies.
public enum DecisionSensitivity {
    /// Of a choice of the least among uncertain costs: how likely each is to change it.
    ///
    /// For the one that looks best, the probability that some other is better, taken as that of the likeliest; for each
    /// other, the probability that it is better than the one that looks best. Costs are normal with the given standard
    /// errors, as if independent. So a far site costs no probes, and two close ones share them.
    ///
    /// - Parameters:
    ///   - costs: what is believed.
    ///   - errors: standard errors, as many; 0 or more.
    /// - Returns: as many numbers of 0 to 1/2; zeros for a choice of one.
    /// - Complexity: O(choices).
    public static func choice(costs: [Double], errors: [Double]) -> [Double] {
        precondition(costs.count == errors.count, "as many errors as costs")
        var result = [Double](repeating: 0, count: costs.count)
        guard costs.count > 1, let best = costs.indices.min(by: { costs[$0] < costs[$1] }) else { return result }
        for index in costs.indices where index != best {
            let deviation = (errors[index] * errors[index] + errors[best] * errors[best]).squareRoot()
            let gap = costs[index] - costs[best]
            let doubt = deviation > 0 ? 0.5 * erfc(gap / deviation / 2.0.squareRoot()) : (gap == 0 ? 0.5 : 0)
            result[index] = doubt
            result[best] = max(result[best], doubt)
        }
        return result
    }
}
