import FacilityLocation
import GLPKSolver
import NetworkFlow
import Optimization
import Testing

/// A solver as an argument of a test, shown by its name.
struct Tested<Solver: Sendable>: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let solver: Solver

    init(_ name: String, _ solver: Solver) {
        testDescription = name
        self.solver = solver
    }
}

/// Every solver of the house. A new one is entered here, and the suite tests what its capabilities promise.
enum SolverLists {
    static let flow: [Tested<any FlowSolver>] = [
        Tested("glpk", GLPKFlowSolver()), Tested("network-simplex", NetworkSimplexSolver()),
        Tested("cost-scaling", CostScalingSolver()), Tested("auto", AutomaticFlowSolver()),
        Tested("auto, handing over", AutomaticFlowSolver(handingOverAfter: 3)),
    ]

    static let facility: [Tested<any FacilitySolver>] = [
        Tested("glpk", GLPKFacilitySolver()),
        Tested(
            "benders",
            BendersFacilitySolver(
                linearSolver: GLPKLinearSolver(options: GLPKOptions(feasibilityTolerance: 1e-9)),
                flowSolver: NetworkSimplexSolver())),
        Tested("heuristic", FacilityHeuristic()),
    ]

    static let linear: [Tested<any LinearSolver>] = [
        Tested("glpk", GLPKLinearSolver())
    ]
}
