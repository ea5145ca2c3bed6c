internal import FacilityLocation
internal import GLPKSolver
internal import MeshEngine
internal import NetworkFlow
internal import Optimization

/// How a flow problem is solved.
enum FlowMethod: String, CaseIterable {
    case auto
    case networkSimplex = "network-simplex"

    var solver: any FlowSolver { NetworkSimplexSolver() }
}

/// How a facility problem is solved.
enum FacilityMethod: String, CaseIterable {
    case auto
    case benders

    var solver: any FacilitySolver {
        BendersFacilitySolver(linearSolver: GLPKLinearSolver(), flowSolver: NetworkSimplexSolver())
    }
}

/// A result with the checker's verdict and the seconds that both took.
struct Solved<Result> {
    var solver: String
    var result: Result
    var verification: Verification
    var seconds: (solve: Double, certify: Double)
}

typealias SolvedFlow = Solved<FlowResult>
typealias SolvedFacility = Solved<FacilityResult>

struct MeshEngine {
    func solve(
        _ problem: FlowProblem, with method: FlowMethod, criteria: StoppingCriteria, interrupter: Interrupter?
    ) throws -> SolvedFlow {
        let solver = method.solver
        let solve = try Stopwatch.measure { try solver.solve(problem, criteria: criteria, interrupter: interrupter) }
        let check = Stopwatch.measure { CertificateChecker().verify(problem, solve.value) }
        return SolvedFlow(
            solver: solver.name, result: solve.value, verification: check.value, seconds: (solve.seconds, check.seconds)
        )
    }

    func solve(
        _ problem: FacilityProblem, with method: FacilityMethod, threads: Int, criteria: StoppingCriteria,
        interrupter: Interrupter?
    ) throws -> SolvedFacility {
        let solver = method.solver
        let solve = try Stopwatch.measure { try solver.solve(problem, criteria: criteria, interrupter: interrupter) }
        let check = Stopwatch.measure { CertificateChecker().verify(problem, solve.value) }
        return SolvedFacility(
            solver: solver.name, result: solve.value, verification: check.value, seconds: (solve.seconds, check.seconds)
        )
    }
}
