import FacilityLocation
import GLPKSolver
public import MeshPlanning
import NetworkFlow
public import Optimization

/// How a flow problem is solved.
public enum FlowMethod: String, Sendable, Hashable, CaseIterable {
    /// Network simplex, or cost scaling where the run shows that it stalls.
    case automatic = "auto"
    /// The routing core's network simplex.
    case networkSimplex = "network-simplex"
    /// Cost scaling by push and relabel.
    case costScaling = "cost-scaling"
    /// GLPK's simplex on the flow as a linear program: the oracle.
    case glpk
}

/// How a facility location problem is solved.
public enum FacilityMethod: String, Sendable, Hashable, CaseIterable {
    /// Bracket by heuristics and duals, then Benders decomposition with GLPK's simplex as master.
    case automatic = "auto"
    /// The bracket alone: local search and Lagrangian bound, until a deadline if there is one.
    case heuristic
    /// GLPK's branch and bound on the full formulation: the oracle, for small problems.
    case glpk
}

/// How volumes between many pairs of nodes are routed.
public enum RoutingMethod: String, Sendable, Hashable, CaseIterable {
    /// Price balancing, and column generation where that does not reach the gap.
    case automatic = "auto"
    /// Prices on links, flow balanced between paths: quick, not exact.
    case priceBalancing = "price-balancing"
    /// Paths priced by shortest paths, GLPK's simplex as the master; a few rounds of price balancing supply the first.
    case columnGeneration = "column-generation"
}

/// The one place where solvers meet those who use them.
public enum SolverSelection {
    /// The solver of a method.
    public static func flowSolver(_ method: FlowMethod) -> any FlowSolver {
        switch method {
        case .automatic: AutomaticFlowSolver()
        case .networkSimplex: NetworkSimplexSolver()
        case .costScaling: CostScalingSolver()
        case .glpk: GLPKFlowSolver()
        }
    }

    /// The solver of a method.
    public static func facilitySolver(_ method: FacilityMethod) -> any FacilitySolver {
        switch method {
        case .automatic:
            BendersFacilitySolver(linearSolver: GLPKLinearSolver(), flowSolver: NetworkSimplexSolver())
        case .heuristic: FacilityHeuristic()
        case .glpk: GLPKFacilitySolver()
        }
    }

    /// The solver of a method.
    public static func routingSolver(_ method: RoutingMethod) -> any MulticommoditySolver {
        switch method {
        case .automatic: ColumnGenerationRouter(linearSolver: GLPKLinearSolver())
        case .priceBalancing: PriceBalancingRouter()
        case .columnGeneration: ColumnGenerationRouter(linearSolver: GLPKLinearSolver(), balancingRounds: 3)
        }
    }

    /// The solvers of the controller's ticks and of plans: GLPK for prices and exchanges, network simplex for who sits where.
    public static var planning: PlanningSolvers {
        PlanningSolvers(linear: GLPKLinearSolver(), flow: NetworkSimplexSolver())
    }
}
