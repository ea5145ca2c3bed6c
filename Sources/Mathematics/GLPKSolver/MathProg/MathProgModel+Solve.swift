internal import CGLPKShims
public import Optimization

/// The answer to a ``MathProgModel``, read back by the model's own names.
public struct MathProgResult: Sendable {
    /// Why the solve ended.
    public var termination: Termination
    /// The model's objective at `columns`, where a feasible point is in hand.
    public var objective: Double?
    /// The best proved bound on the objective.
    public var bound: Double?
    /// The value of every variable by name, such as `x[1,2]` or `open['north']`.
    public var columns: [String: Double]
    /// The value of every constraint and objective by name.
    public var rows: [String: Double]
    /// What the model's `display` and `printf` statements printed.
    public var output: String
    /// What GLPK's translator and solver told of their progress.
    public var log: String
    /// Deterministic counters.
    public var statistics: SolverStatistics
    /// What made the first ways to an answer fail, if any did.
    public var solverMessage: String

    /// The value of a variable: `value("x", 1, 2)` is `x[1,2]`.
    public func value(_ name: String, _ subscripts: any CustomStringConvertible...) -> Double? {
        columns[subscripts.isEmpty ? name : "\(name)[\(subscripts.map(\.description).joined(separator: ","))]"]
    }
}

extension MathProgModel {
    /// Translates the model, solves it by simplex or by branch and cut, and runs what follows its `solve` statement.
    ///
    /// Values, bound and the claim that there is no answer are checked in the model's own units; what does not stand ends
    /// ``Optimization/Termination/unverified``. The optimum of a model with integers is GLPK's word.
    /// Interruption applies to solving, not to translating.
    /// - Throws: ``Optimization/SolverError``: `unreadableModel` with file and line; else as ``GLPKLinearSolver``.
    public func solve(
        options: GLPKOptions = GLPKOptions(), criteria: StoppingCriteria = .none, interrupter: Interrupter? = nil
    ) throws(SolverError) -> MathProgResult {
        let monitor = StopMonitor(criteria: criteria, interrupter: interrupter)
        return try withFiles { model, data, names throws(SolverError) in
            var result = try GLPKSession.run(memoryLimit: options.memoryLimit) { session throws(SolverError) in
                session.keepOutput()
                try session.readModel(model, data: data)
                return try Self.solve(session, options: options, criteria: criteria, monitor: monitor)
            }
            result.log = names(result.log)
            return result
        }
    }

    private static func solve(
        _ session: GLPKSession, options: GLPKOptions, criteria: StoppingCriteria, monitor: StopMonitor
    ) throws(SolverError) -> MathProgResult {
        let program = try session.readProgram()
        let isInteger = program.hasIntegers
        let verified = VerifiedProgram(program, options: options, criteria: criteria, monitor: monitor)
        let answer =
            if program.hasCrossedBounds {
                LinearResult(termination: .infeasible)
            } else if isInteger {
                try verified.solveInteger()
            } else {
                try verified.solveLinear(in: session)
            }
        var result = MathProgResult(
            termination: answer.termination, objective: answer.objective, bound: answer.bound, columns: [:], rows: [:],
            output: "", log: "", statistics: answer.statistics, solverMessage: answer.solverMessage)
        if let values = answer.values {
            result.columns = try session.named(values, rows: false)
            result.rows = try session.named(program.rows.map { $0.value(at: values) }, rows: true)
            // What the model prints after solving it prints of an answer only; GLPK holds that of its last simplex run.
            if ![.unbounded, .unverified].contains(answer.termination) {
                if isInteger { try session.storeIntegerPoint(values, isOptimal: answer.termination == .optimal) }
                try session.postsolve(integer: isInteger)
            }
        }
        try session.endModel()
        result.output = session.display
        result.log = session.output
        return result
    }
}

extension LinearProgram.Row {
    /// What the row adds up to at these values.
    fileprivate func value(at values: [Double]) -> Double {
        terms.reduce(0) { $0 + $1.value * values[$1.column] }
    }
}

extension GLPKSession {
    fileprivate func readModel(_ model: String, data: String?) throws(SolverError) {
        var status = Int32(GLPK_SHIM_OK)
        try call("translating the model") {
            status = unsafe glpk_session_read_model(handle, model, data)
            return Int(status) == GLPK_SHIM_MODEL ? Int32(GLPK_SHIM_OK) : status
        }
        guard Int(status) != GLPK_SHIM_MODEL else {
            throw SolverError(.unreadableModel, Self.complaint(in: output, model: model))
        }
        try call("rounding bounds") { unsafe glpk_session_round_integer_bounds(handle) }
    }

    /// The line `file:line: what` of GLPK's output, or all of it.
    private static func complaint(in output: String, model: String) -> String {
        let lines = output.split(separator: "\n").map(String.init)
        let located = lines.last { line in
            line.split(separator: ":", omittingEmptySubsequences: false).dropFirst()
                .contains { !$0.isEmpty && $0.allSatisfy(\.isNumber) }
        }
        return located ?? "\(model): " + lines.joined(separator: " ")
    }

    fileprivate func postsolve(integer: Bool) throws(SolverError) {
        var status = Int32(GLPK_SHIM_OK)
        try call("running the model's output statements") {
            status = unsafe glpk_session_postsolve(handle, integer ? 1 : 0)
            return Int(status) == GLPK_SHIM_MODEL ? Int32(GLPK_SHIM_OK) : status
        }
        guard Int(status) == GLPK_SHIM_MODEL else { return }
        throw SolverError(.unreadableModel, Self.complaint(in: output, model: "model"))
    }

    fileprivate func endModel() throws(SolverError) {
        try call("closing the model") { unsafe glpk_session_end_model(handle) }
    }

    /// What the model printed; read once the model has ended.
    fileprivate var display: String {
        guard let handle = unsafe handle else { return "" }
        return unsafe String(cString: glpk_session_display(handle))
    }

    /// The values by the model's names.
    fileprivate func named(_ values: [Double], rows: Bool) throws(SolverError) -> [String: Double] {
        var named: [String: Double] = [:]
        for (index, value) in values.enumerated() {
            var name: String?
            try call("reading names") {
                var text: UnsafePointer<CChar>?
                let status =
                    unsafe rows
                    ? glpk_session_row_name(handle, Int32(clamping: index), &text)
                    : glpk_session_column_name(handle, Int32(clamping: index), &text)
                if let text = unsafe text { name = unsafe String(cString: text) }
                return status
            }
            if let name { named[name] = value }
        }
        return named
    }
}
