import FacilityLocation
import GLPKSolver
import NetworkFlow
import Optimization
import TestSupport

/// The solvers under test, put together as the facade does it.
enum Solvers {
    static let exact = BendersFacilitySolver(linearSolver: GLPKLinearSolver(), flowSolver: NetworkSimplexSolver())
}

/// Seeded instances of a size that leaves work to the tree.
enum Landscapes {
    /// Opening and service costs drawn alike, which leaves a gap of some per cent (as in the M* family).
    static func noisy(facilities: Int, customers: Int, random: inout SplitMix64) throws -> FacilityProblem {
        try FacilityProblem(
            openingCosts: (0..<facilities).map { _ in 40 + 20 * random.fraction() },
            assignmentCosts: (0..<(facilities * customers)).map { _ in 20 * random.fraction() },
            customerCount: customers)
    }

    /// Customers of different weight and facilities in the plane.
    static func euclidean(facilities: Int, customers: Int, random: inout SplitMix64) throws -> FacilityProblem {
        let sites = (0..<facilities).map { _ in (random.fraction(), random.fraction()) }
        var costs: [Double] = []
        for _ in 0..<customers {
            let (x, y, weight) = (random.fraction(), random.fraction(), 1 + 9 * random.fraction())
            for site in sites {
                let (dx, dy) = (site.0 - x, site.1 - y)
                costs.append(1000 * weight * (dx * dx + dy * dy).squareRoot())
            }
        }
        return try FacilityProblem(
            openingCosts: (0..<facilities).map { _ in 20_000 * (0.5 + random.fraction()) }, assignmentCosts: costs,
            customerCount: customers)
    }
}

extension Landscapes {
    /// Euclidean, with demands and with capacities that about a third of the facilities must share.
    static func capacitated(
        facilities: Int, customers: Int, rule: FacilityProblem.AssignmentRule = .split, random: inout SplitMix64
    ) throws -> FacilityProblem {
        let plain = try euclidean(facilities: facilities, customers: customers, random: &random)
        let demands = (0..<customers).map { _ in Double(random.integer(5...35)) }
        let mean = 3 * demands.reduce(0, +) / Double(facilities)
        return try FacilityProblem(
            openingCosts: plain.openingCosts, assignmentCosts: plain.assignmentCosts, demands: demands,
            customerCount: customers,
            capacities: (0..<facilities).map { _ in (mean * (0.7 + 0.6 * random.fraction())).rounded() },
            assignmentRule: rule)
    }
}
