internal import Optimization

extension GLPKLinearSolver {
    /// Branch and cut in a session of its own.
    ///
    /// GLPK refuses integer columns with fractional bounds, so these are rounded inwards first. Its presolver has defects
    /// (with cuts on it may leave a program without columns, which a cut generator then refuses): a search that fails
    /// with it is made again without.
    func solveInteger(
        _ program: LinearProgram, separation: GLPKSession.Separation?, criteria: StoppingCriteria,
        monitor: StopMonitor
    ) throws(SolverError) -> LinearResult {
        var program = program
        for index in program.columns.indices where program.columns[index].kind == .integer {
            program.columns[index].lower.round(.up)
            program.columns[index].upper.round(.down)
            guard program.columns[index].lower <= program.columns[index].upper else {
                return LinearResult(termination: .infeasible)
            }
        }
        func run(_ solver: Self) throws(SolverError) -> LinearResult {
            try GLPKSession.run(memoryLimit: options.memoryLimit) { session throws(SolverError) in
                try session.load(program)
                return try solver.solveInteger(
                    program, in: session, separation: separation, criteria: criteria, monitor: monitor)
            }
        }
        do throws(SolverError) {
            return try run(self)
        } catch {
            let isPresolved = options.presolvesIntegers && separation == nil
            guard isPresolved, error.code == .libraryFailure || error.code == .numericalFailure else { throw error }
            var plain = self
            plain.options.presolvesIntegers = false
            var result = try run(plain)
            result.statistics["remedies"] += 1
            result.solverMessage = "solved without presolve after: \(error.message)"
            return result
        }
    }

    /// Branch and cut, then the continuous columns once more with the integer ones fixed at exact integers.
    private func solveInteger(
        _ program: LinearProgram, in session: GLPKSession, separation: GLPKSession.Separation?,
        criteria: StoppingCriteria, monitor: StopMonitor
    ) throws(SolverError) -> LinearResult {
        var result = LinearResult(termination: .infeasible)
        // Without GLPK's presolve its search starts from the optimum of the relaxation.
        if separation != nil || !options.presolvesIntegers {
            try session.scale()
            try session.resetBasis(advanced: true)
            let root = try session.solveLinear(
                method: .primal, options: options, criteria: criteria, monitor: monitor)
            result.statistics["simplex-iterations"] = root.iterations
            guard root.outcome == .optimal else {
                result.termination = root.outcome.termination
                return result
            }
        }
        let state = try session.solveInteger(
            options: options, separation: separation, criteria: criteria, monitor: monitor)
        result.termination = state.termination
        result.statistics = state.statistics
        result.bound = state.bound
        guard state.hasPoint else { return result }
        let values = try polish(try session.readIntegerPoint(), of: program, in: session)
        let objective = program.objective(at: values)
        result.values = values
        result.objective = objective
        if state.termination == .optimal {
            result.bound = criteria.relativeGap > 0 ? state.bound ?? objective : objective
        }
        return result
    }

    /// Rounds the integer columns and solves for the others; keeps GLPK's own values should that fail.
    private func polish(
        _ values: [Double], of program: LinearProgram, in session: GLPKSession
    ) throws(SolverError) -> [Double] {
        var polished = values
        for (index, column) in program.columns.enumerated() where column.kind == .integer {
            polished[index] = values[index].rounded()
        }
        guard program.columns.contains(where: { $0.kind == .continuous }) else { return polished }
        for (index, column) in program.columns.enumerated() where column.kind == .integer {
            try session.setColumnBounds(index, lower: polished[index], upper: polished[index])
        }
        var strict = options
        strict.feasibilityTolerance = min(1e-9, options.feasibilityTolerance)
        let state = try session.solveLinear(
            method: .dual, options: strict, criteria: .none,
            monitor: StopMonitor(criteria: .none, interrupter: nil))
        guard state.outcome == .optimal else { return values }
        var point = try session.readPoint()
        for (index, column) in program.columns.enumerated() where column.kind == .integer {
            point[index] = polished[index]
        }
        return point
    }
}
