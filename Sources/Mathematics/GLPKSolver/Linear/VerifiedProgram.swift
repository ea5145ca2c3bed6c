internal import CGLPK
internal import CGLPKShims
internal import Optimization

/// A program whose answers are checked in its own units before they are given: what GLPK calls optimal, infeasible or
/// unbounded within the tolerances of a scaled and presolved program need not be so.
///
/// Linear programs are solved as GLPK's command line does it, presolved and scaled, and where the answer does not stand, by
/// other ways up to rational arithmetic. That there is no answer is proved by another program: infeasibility by the
/// multipliers of the least violation (Farkas), unboundedness by a feasible point and a direction. What no way proves ends
/// ``Optimization/Termination/unverified``.
struct VerifiedProgram {
    let program: LinearProgram
    let options: GLPKOptions
    let criteria: StoppingCriteria
    let monitor: StopMonitor
    private let checker = CertificateChecker()

    init(_ program: LinearProgram, options: GLPKOptions, criteria: StoppingCriteria, monitor: StopMonitor) {
        self.program = program
        self.options = options
        self.criteria = criteria
        self.monitor = monitor
    }

    /// A way to an answer.
    private enum Way: String {
        case warm = "from the basis given"
        case presolved = "presolved"
        case scaledPrimal = "scaled, primal"
        case scaledDual = "scaled, dual"
        case strict = "scaled, strict"
        case exact = "in rational numbers"
    }

    /// Solves the linear program that the session holds, integers taken for continuous.
    func solveLinear(in session: GLPKSession, warmStart: Basis? = nil) throws(SolverError) -> LinearResult {
        if program.hasCrossedBounds { return LinearResult(termination: .infeasible) }
        var ways: [Way] = [.presolved, .scaledPrimal, .scaledDual, .strict]
        if session.rowCount + session.columnCount <= GLPKSession.largestExact { ways.append(.exact) }
        if let warmStart, try session.setBasis(warmStart) { ways.insert(.warm, at: 0) }
        var remedies: [String] = []
        var doubtful: LinearResult?
        var isClaimed = false
        for way in ways {
            if let reason = monitor.stopReason {
                return doubtful ?? LinearResult(termination: reason)
            }
            let run = try self.run(way, in: session)
            var result: LinearResult?
            switch run.outcome {
            case nil, .cutoffReached: break
            case .optimal: result = try read(.optimal, of: session)
            case .infeasible: result = try proveInfeasible()
            case .unbounded:
                result = try proveUnbounded()
                if result == nil { result = try proveInfeasible() }
            case .stopped(let reason):
                var stopped = try read(reason, of: session)
                stopped.statistics["simplex-iterations"] = Int(run.raw.iterations)
                stopped.statistics["remedies"] = remedies.count
                if run.raw.dual_status == GLP_FEAS, way != .presolved { stopped.bound = run.raw.objective }
                return stopped
            }
            if let outcome = run.outcome, [.infeasible, .unbounded].contains(outcome) { isClaimed = true }
            if var result {
                result.statistics["simplex-iterations"] = Int(run.raw.iterations)
                result.statistics["remedies"] = remedies.count
                result.solverMessage = remedies.joined(separator: "; ")
                let verification = checker.verify(relaxed, result)
                if verification.isVerified { return result }
                doubtful = result
                remedies.append("\(way.rawValue): \(verification.failures.first ?? "")")
            } else {
                remedies.append("\(way.rawValue): no answer (code \(run.raw.code), status \(run.raw.status))")
            }
        }
        // That there is no answer was said, and not proved.
        if doubtful == nil, isClaimed { doubtful = LinearResult(termination: .unverified) }
        guard var doubtful else {
            throw SolverError(.numericalFailure, "GLPK found no reliable answer: " + remedies.joined(separator: ", "))
        }
        doubtful.termination = .unverified
        (doubtful.bound, doubtful.rowDuals, doubtful.reducedCosts) = (nil, nil, nil)
        doubtful.solverMessage = remedies.joined(separator: "; ")
        return doubtful
    }

    /// The program without its integrality.
    private var relaxed: LinearProgram {
        guard program.hasIntegers else { return program }
        var relaxed = program
        for column in relaxed.columns.indices { relaxed.columns[column].kind = .continuous }
        return relaxed
    }

    private func run(
        _ way: Way, in session: GLPKSession
    ) throws(SolverError) -> (raw: GLPKSession.RawOutcome, outcome: GLPKSession.LinearOutcome?) {
        var options = options
        switch way {
        case .presolved, .exact: break
        case .warm: try session.scale()
        case .scaledPrimal:
            try session.scale()
            try session.resetBasis(advanced: true)
        case .scaledDual: try session.resetBasis(advanced: false)
        case .strict:
            options.feasibilityTolerance = min(options.feasibilityTolerance, 1e-9)
            options.dualTolerance = min(options.dualTolerance, 1e-9)
            try session.resetBasis(advanced: true)
        }
        let method: GLPKSession.Method =
            switch way {
            case .warm, .scaledDual: .dual
            case .presolved, .scaledPrimal, .strict: .primal
            case .exact: .exact
            }
        return try session.runSimplex(
            method, presolves: way == .presolved, options: options, criteria: criteria, monitor: monitor)
    }

    /// What the session holds after a run, values brought within their bounds.
    private func read(_ termination: Termination, of session: GLPKSession) throws(SolverError) -> LinearResult {
        var result = LinearResult(termination: termination)
        result.basis = try session.readBasis()
        guard termination == .optimal || session.isPrimalFeasible else { return result }
        let values = zip(try session.readPoint(), program.columns).map { min(max($0, $1.lower), $1.upper) }
        result.values = values
        result.objective = program.objective(at: values)
        if termination == .optimal {
            result.bound = result.objective
            (result.rowDuals, result.reducedCosts) = try session.readDuals()
        }
        return result
    }

    // MARK: Proofs

    /// Multipliers that prove infeasibility; `nil` when there are none.
    private func proveInfeasible() throws(SolverError) -> LinearResult? {
        var elastic = relaxed
        elastic.sense = .minimize
        elastic.constant = 0
        for column in elastic.columns.indices { elastic.columns[column].cost = 0 }
        for (index, row) in program.rows.enumerated() {
            let size = row.terms.reduce(0) { max($0, abs($1.value)) }
            for (isBound, sign) in [(row.lower > -.infinity, 1.0), (row.upper < .infinity, -1.0)] where isBound {
                elastic.rows[index].terms.append(.init(elastic.columns.count, sign * (size > 0 ? size : 1)))
                elastic.columns.append(.init(cost: 1))
            }
        }
        guard let duals = try solveToOptimum(elastic)?.rowDuals, checker.provesInfeasible(duals, of: relaxed) else {
            return nil
        }
        var result = LinearResult(termination: .infeasible)
        result.farkasDuals = duals
        return result
    }

    /// A feasible point and a direction that prove unboundedness; `nil` when there are none.
    private func proveUnbounded() throws(SolverError) -> LinearResult? {
        guard let ray = try steepestRay() else { return nil }
        var costless = relaxed
        for column in costless.columns.indices { costless.columns[column].cost = 0 }
        guard let point = try solveToOptimum(costless)?.values else { return nil }
        var result = LinearResult(termination: .unbounded, values: point)
        result.objective = program.objective(at: point)
        result.ray = ray
        return result
    }

    /// A direction that keeps all bounds and makes the objective better; `nil` when there is none.
    func steepestRay() throws(SolverError) -> [Double]? {
        let size = program.columns.reduce(0) { max($0, abs($1.cost)) }
        guard size > 0 else { return nil }
        // Costs relative to the largest, then as they are: a cycle of huge costs may gain little.
        for unit in [size, 1] {
            let cone = self.cone(costUnit: unit)
            if let answer = try solveToOptimum(cone), let objective = answer.objective, objective < -0.5 {
                return answer.values
            }
        }
        return nil
    }

    /// The directions that keep all bounds, and gain no more than 1 in costs of this unit; the more, the better.
    private func cone(costUnit: Double) -> LinearProgram {
        let sign = program.sense == .minimize ? 1.0 : -1.0
        var cone = LinearProgram()
        cone.columns = program.columns.map {
            .init(
                cost: sign * $0.cost / costUnit, lower: $0.lower > -.infinity ? 0 : -.infinity,
                upper: $0.upper < .infinity ? 0 : .infinity)
        }
        cone.rows = program.rows.map {
            .init(
                lower: $0.lower > -.infinity ? 0 : -.infinity, upper: $0.upper < .infinity ? 0 : .infinity,
                terms: $0.terms)
        }
        let gain = cone.columns.enumerated().filter { $0.element.cost != 0 }
        cone.rows.append(.init(lower: -1, terms: gain.map { .init($0.offset, $0.element.cost) }))
        return cone
    }

    /// Solves another program in a session of its own; `nil` when that does not end in a verified optimum.
    func solveToOptimum(_ other: LinearProgram) throws(SolverError) -> LinearResult? {
        let result = try GLPKSession.run(memoryLimit: options.memoryLimit) { session throws(SolverError) in
            try session.load(other)
            return try VerifiedProgram(other, options: options, criteria: criteria, monitor: monitor)
                .firstOptimum(in: session)
        }
        return result
    }

    /// The first optimum that stands, by any way; no proof of anything else is sought.
    private func firstOptimum(in session: GLPKSession) throws(SolverError) -> LinearResult? {
        for way in [Way.presolved, .scaledPrimal, .scaledDual, .strict, .exact] where monitor.stopReason == nil {
            if way == .exact, session.rowCount + session.columnCount > GLPKSession.largestExact { continue }
            guard case .optimal = try run(way, in: session).outcome else { continue }
            let result = try read(.optimal, of: session)
            if checker.verify(program, result).isVerified { return result }
        }
        return nil
    }
}
