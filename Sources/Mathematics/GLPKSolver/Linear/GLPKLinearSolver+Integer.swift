internal import Optimization

extension GLPKLinearSolver {
    /// Branch and cut in a session of its own. GLPK refuses integer columns with fractional bounds, so these are rounded
    /// inwards first.
    func solveInteger(
        _ program: LinearProgram, separation: GLPKSession.Separation?, criteria: StoppingCriteria,
        monitor: StopMonitor
    ) throws(SolverError) -> LinearResult {
        var program = program
        for index in program.columns.indices where program.columns[index].kind == .integer {
            program.columns[index].lower.round(.up)
            program.columns[index].upper.round(.down)
        }
        guard !program.hasCrossedBounds else { return LinearResult(termination: .infeasible) }
        return try options.withoutPresolveAtNeed { options throws(SolverError) in
            try GLPKSession.run(memoryLimit: options.memoryLimit) { session throws(SolverError) in
                try session.load(program)
                return try VerifiedProgram(program, options: options, criteria: criteria, monitor: monitor)
                    .solveInteger(in: session, separation: separation)
            }
        }
    }
}
