internal import Optimization

extension GLPKLinearSolver {
    /// Branch and cut in sessions of its own. GLPK refuses integer columns with fractional bounds, so these are rounded
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
        return try VerifiedProgram(program, options: options, criteria: criteria, monitor: monitor)
            .solveInteger(separation: separation)
    }
}
