import Optimization

/// The units in which a problem is solved: powers of two that bring its costs and demands to a size for which tolerances
/// are made, where they are far from it. What is multiplied by them stays exact.
///
/// A demand below 2^-60 of the largest is none: it takes no room that anybody could see.
struct ProblemUnits: Hashable {
    /// What costs are multiplied by.
    var cost = 1.0
    /// What demands, capacities and loads are multiplied by.
    var demand = 1.0
    /// Demands below it count as none.
    private(set) var leastDemand = 0.0

    init(_ problem: FacilityProblem) {
        let largestDemand = problem.demands.max() ?? 0
        demand = Self.scale(of: largestDemand, range: 0x1p-10...0x1p50)
        leastDemand = largestDemand * 0x1p-60
        var largest = 0.0
        for value in problem.openingCosts { largest = max(largest, abs(value)) }
        for (value, limit) in zip(problem.serverCosts, problem.serverLimits) {
            largest = max(largest, abs(value) * Double(limit))
        }
        for value in problem.assignmentCosts where value < .infinity { largest = max(largest, abs(value)) }
        for steps in problem.congestion {
            largest = max(largest, min((steps.last?.unitCost ?? 0) * largestDemand, .greatestFiniteMagnitude))
        }
        cost = Self.scale(of: largest, range: 1...0x1p60)
    }

    /// The power of two that brings a magnitude to about 1,000; 1 where it is in the range or nothing.
    private static func scale(of magnitude: Double, range: ClosedRange<Double>) -> Double {
        guard magnitude > 0, !range.contains(magnitude) else { return 1 }
        // A scale has an inverse.
        return Double(sign: .plus, exponent: min(max(9 - magnitude.exponent, -1000), 1000), significand: 1)
    }

    /// Whether the problem is solved as it is.
    func keeps(_ problem: FacilityProblem) -> Bool {
        cost == 1 && demand == 1 && problem.demands.allSatisfy { $0 == 0 || $0 >= leastDemand }
    }

    /// The problem's demands.
    func demands(_ problem: FacilityProblem) -> [Double] {
        problem.demands.map { $0 < leastDemand ? 0 : $0 * demand }
    }

    /// The steps of congestion, whose costs are of a unit of demand.
    func congestion(_ problem: FacilityProblem) -> [[CongestionStep]] {
        let unitCost = cost / demand
        return problem.congestion.map { steps in
            // Steps that lie beyond every number, or on one another, are one.
            var scaled: [CongestionStep] = []
            for step in steps {
                let load = min(step.load * demand, .greatestFiniteMagnitude)
                let price = min(step.unitCost * unitCost, .greatestFiniteMagnitude)
                if scaled.last?.load == load { scaled.removeLast() }
                scaled.append(CongestionStep(load: load, unitCost: price))
            }
            return scaled
        }
    }

    /// A certificate's prices in the problem's own unit.
    func restore(_ certificate: FacilityCertificate) -> FacilityCertificate {
        guard cost != 1 else { return certificate }
        switch certificate {
        case .dual(let prices): return .dual(prices: prices.map { $0 / cost })
        case .branchAndBound(let leaves):
            return .branchAndBound(
                leaves: leaves.map { leaf in
                    var leaf = leaf
                    for customer in leaf.prices.indices { leaf.prices[customer] /= cost }
                    return leaf
                })
        case .infeasible, .none: return certificate
        }
    }
}
