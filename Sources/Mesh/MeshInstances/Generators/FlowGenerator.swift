public import Optimization

/// The parameters of a family of minimum-cost flow problems: the same parameters and seed give the same problem.
public protocol FlowGenerator: Sendable {
    /// Makes the problem of a seed.
    ///
    /// - Throws: ``ParameterError`` when the parameters make no problem.
    func generate(seed: UInt64) throws(ParameterError) -> FlowProblem
}

/// The parameters of a family of facility location problems: the same parameters and seed give the same problem.
public protocol FacilityGenerator: Sendable {
    /// Makes the problem of a seed.
    ///
    /// - Throws: ``ParameterError`` when the parameters make no problem.
    func generate(seed: UInt64) throws(ParameterError) -> FacilityProblem
}

extension FlowProblem {
    /// Builds what a generator made.
    init(generated arcs: [Arc], supplies: [Int64]) throws(ParameterError) {
        do throws(ProblemError) {
            try self.init(supplies: supplies, arcs: arcs)
        } catch {
            throw ParameterError("problem", error.description)
        }
    }
}

extension FacilityProblem {
    /// Builds what a generator made.
    init(
        generated openingCosts: [Double], costs: [Double], demands: [Double]? = nil, customers: Int,
        capacities: [Double]? = nil
    ) throws(ParameterError) {
        do throws(ProblemError) {
            try self.init(
                openingCosts: openingCosts, assignmentCosts: costs, demands: demands, customerCount: customers,
                capacities: capacities)
        } catch {
            throw ParameterError("problem", error.description)
        }
    }
}
