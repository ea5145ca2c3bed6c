internal import CGLPK
internal import CGLPKShims
internal import Optimization

/// Solving linear programs, with remedies for numerical trouble.
extension GLPKSession {
    /// What the shim says of a run.
    typealias RawOutcome = glpk_simplex_outcome

    /// A simplex method.
    enum Method: Int32 {
        case primal = 0
        case dual = 1
        /// Rational arithmetic: slow, and never wrong.
        case exact = 2
    }

    /// How a linear program ended.
    enum LinearOutcome: Equatable {
        case optimal
        case infeasible
        case unbounded
        case cutoffReached
        case stopped(Termination)
    }

    /// What is known after a simplex run.
    struct LinearState {
        var outcome: LinearOutcome
        var objective: Double
        var isPrimalFeasible: Bool
        var isDualFeasible: Bool
        /// Iterations of this problem object so far.
        var iterations: Int
        /// The remedies that were needed, in GLPK's terms; empty when the first run did it.
        var remedies: [String] = []
    }

    /// Solves the linear relaxation from the current basis.
    ///
    /// When GLPK fails (a singular basis, numerical instability, a status it cannot decide) the other method is tried,
    /// then both on a scaled program, then both from a fresh basis. What is left of small programs is solved in rational
    /// arithmetic; it has no place in large ones, where a single step takes seconds and cannot be interrupted.
    ///
    /// - Throws: ``SolverError/Code/numericalFailure`` when nothing helps.
    func solveLinear(
        method: Method, options: GLPKOptions, cutoff: Double? = nil, criteria: StoppingCriteria, monitor: StopMonitor
    ) throws(SolverError) -> LinearState {
        if let reason = monitor.stopReason {
            return LinearState(
                outcome: .stopped(reason), objective: 0, isPrimalFeasible: false, isDualFeasible: false, iterations: 0)
        }
        let other: Method = method == .dual ? .primal : .dual
        var attempts: [(method: Method, remedy: Remedy)] = [
            (method, .none), (other, .none), (method, .scaling), (other, .none), (.primal, .freshBasis),
            (.dual, .freshBasis),
        ]
        if rowCount + columnCount <= Self.largestExact { attempts.append((.exact, .none)) }
        var remedies: [String] = []
        for (position, attempt) in attempts.enumerated() {
            switch attempt.remedy {
            case .none: break
            case .scaling: try scale()
            case .freshBasis: try resetBasis(advanced: attempt.method == .primal)
            }
            let run = try runSimplex(
                attempt.method, options: options, cutoff: cutoff, criteria: criteria, monitor: monitor)
            if let outcome = run.outcome {
                return LinearState(
                    outcome: outcome, objective: run.raw.objective,
                    isPrimalFeasible: run.raw.primal_status == GLP_FEAS,
                    isDualFeasible: run.raw.dual_status == GLP_FEAS, iterations: Int(run.raw.iterations),
                    remedies: remedies)
            }
            remedies.append("attempt \(position + 1) (\(attempt.method)) failed with code \(run.raw.code)")
        }
        throw SolverError(.numericalFailure, "GLPK found no reliable answer: " + remedies.joined(separator: ", "))
    }

    /// What is done before an attempt.
    private enum Remedy {
        case none
        case scaling
        case freshBasis
    }

    /// Rows and columns together up to which rational arithmetic is an answer.
    static let largestExact = 500

    /// Iterations after which a run counts as a cycle: far more than programs of this size take.
    private var patience: Int { 10_000 + 50 * (rowCount + columnCount) }

    /// One run; the outcome is `nil` when it decided nothing.
    ///
    /// `presolves` lets GLPK simplify and scale the program first, from whatever basis, and then put the answer back.
    func runSimplex(
        _ method: Method, presolves: Bool = false, options: GLPKOptions, cutoff: Double? = nil,
        criteria: StoppingCriteria, monitor: StopMonitor
    ) throws(SolverError) -> (raw: glpk_simplex_outcome, outcome: LinearOutcome?) {
        var parameters = glpk_simplex_options(
            method: method.rawValue, primal_tolerance: options.feasibilityTolerance,
            dual_tolerance: options.dualTolerance,
            iteration_limit: Int32(clamping: min(max(0, criteria.iterationLimit ?? .max), patience)),
            time_limit: Self.milliseconds(monitor.timeLeft), cutoff: cutoff ?? .infinity,
            presolve: presolves ? 1 : 0)
        var raw = glpk_simplex_outcome()
        let reason = try watched(by: monitor) { () throws(SolverError) in
            try call("simplex") { unsafe glpk_session_simplex(handle, &parameters, &raw) }
        }
        if let reason { return (raw, .stopped(reason)) }
        switch Int(raw.code) {
        // An objective that overflowed decides nothing, although GLPK may call it optimal or infeasible.
        case 0: return (raw, raw.objective.isFinite ? Self.outcome(of: raw) : nil)
        // Crossed bounds, which only a MathProg model may bring here.
        case Int(GLP_EBOUND), Int(GLP_ENOPFS): return (raw, .infeasible)
        // The presolver saw that there is no optimum: there may be no feasible point either.
        case Int(GLP_ENODFS): return (raw, .unbounded)
        case Int(GLP_EITLIM):
            // Without a limit of the caller's it is a cycle, which decides nothing.
            let isAsked = (criteria.iterationLimit ?? .max) <= patience
            return (raw, isAsked ? .stopped(.limitReached(.iterations)) : nil)
        case Int(GLP_ETMLIM): return (raw, .stopped(.limitReached(.time)))
        case Int(GLP_EOBJUL), Int(GLP_EOBJLL): return (raw, .cutoffReached)
        default: return (raw, nil)
        }
    }

    private static func outcome(of raw: glpk_simplex_outcome) -> LinearOutcome? {
        switch raw.status {
        case GLP_OPT: .optimal
        case GLP_NOFEAS: .infeasible
        case GLP_UNBND: .unbounded
        // The dual simplex found that the dual has no feasible point: the primal method must tell which it is.
        default: nil
        }
    }

    /// GLPK's time limit: milliseconds, rounded up so that the monitor is the first to notice.
    static func milliseconds(_ duration: Duration?) -> Int32 {
        guard let duration else { return .max }
        let milliseconds = duration / .milliseconds(1)
        return milliseconds >= 2e9 ? .max : Int32(milliseconds.rounded(.up)) + 1
    }

    /// Whether the last run left a feasible point.
    var isPrimalFeasible: Bool { counted { unsafe glpk_session_is_primal_feasible(handle) } != 0 }

    /// The values of the columns.
    func readPoint() throws(SolverError) -> [Double] {
        var values = [Double](repeating: 0, count: columnCount)
        try call("reading values") { unsafe glpk_session_read_point(handle, &values) }
        return values
    }

    /// The dual values of the rows and the reduced costs of the columns.
    func readDuals() throws(SolverError) -> (rows: [Double], reducedCosts: [Double]) {
        var rows = [Double](repeating: 0, count: rowCount)
        var costs = [Double](repeating: 0, count: columnCount)
        try call("reading duals") { unsafe glpk_session_read_duals(handle, &rows, &costs) }
        return (rows, costs)
    }
}
