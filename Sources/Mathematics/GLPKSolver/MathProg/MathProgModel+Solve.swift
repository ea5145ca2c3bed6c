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
    /// Deterministic counters.
    public var statistics: SolverStatistics

    /// The value of a variable: `value("x", 1, 2)` is `x[1,2]`.
    public func value(_ name: String, _ subscripts: any CustomStringConvertible...) -> Double? {
        columns[subscripts.isEmpty ? name : "\(name)[\(subscripts.map(\.description).joined(separator: ","))]"]
    }
}

extension MathProgModel {
    /// Translates the model, solves it by simplex or by branch and cut, and runs what follows its `solve` statement.
    ///
    /// Interruption applies to solving, not to translating.
    /// - Throws: ``Optimization/SolverError``: `unreadableModel` with file and line; else as ``GLPKLinearSolver``.
    public func solve(
        options: GLPKOptions = GLPKOptions(), criteria: StoppingCriteria = .none, interrupter: Interrupter? = nil
    ) throws(SolverError) -> MathProgResult {
        let monitor = StopMonitor(criteria: criteria, interrupter: interrupter)
        return try withFiles { model, data throws(SolverError) in
            try GLPKSession.run(memoryLimit: options.memoryLimit) { session throws(SolverError) in
                session.keepOutput()
                try session.readModel(model, data: data)
                return try Self.solve(session, options: options, criteria: criteria, monitor: monitor)
            }
        }
    }

    private static func solve(
        _ session: GLPKSession, options: GLPKOptions, criteria: StoppingCriteria, monitor: StopMonitor
    ) throws(SolverError) -> MathProgResult {
        var result = MathProgResult(
            termination: .infeasible, columns: [:], rows: [:], output: "", statistics: SolverStatistics())
        let isInteger = session.integerCount > 0
        // A program that is infeasible or unbounded shows in its relaxation; the search needs its optimum to start.
        try session.resetBasis(advanced: true)
        let root = try session.solveLinear(method: .primal, options: options, criteria: criteria, monitor: monitor)
        result.termination = root.outcome.termination
        result.statistics["simplex-iterations"] = root.iterations
        var values: [Double]?
        if root.outcome == .optimal, isInteger {
            var options = options
            // The values must belong to the model's own rows when `display` looks at them.
            options.presolvesIntegers = false
            let state = try session.solveInteger(
                options: options, separation: nil, criteria: criteria, monitor: monitor)
            result.termination = state.termination
            result.statistics = state.statistics
            result.bound = state.bound
            if state.hasPoint { values = try session.readRoundedIntegerPoint() }
        } else if root.isPrimalFeasible, root.outcome != .infeasible {
            values = try session.readPoint()
        }
        if let values {
            let objective = try session.objective(at: values)
            result.objective = objective
            if result.termination == .optimal, result.bound == nil || criteria.relativeGap == 0 {
                result.bound = objective
            }
            result.columns = try session.named(values, rows: false)
            result.rows = try session.named(try session.readRowValues(integer: isInteger), rows: true)
            try session.postsolve(integer: isInteger)
        }
        result.output = session.output
        return result
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

    /// The best integer point with its integer columns rounded.
    fileprivate func readRoundedIntegerPoint() throws(SolverError) -> [Double] {
        var values = try readIntegerPoint()
        for index in values.indices {
            var isInteger: Int32 = 0
            try call("reading kinds") {
                unsafe glpk_session_column_is_integer(handle, Int32(clamping: index), &isInteger)
            }
            if isInteger != 0 { values[index].round() }
        }
        return values
    }

    fileprivate func objective(at values: [Double]) throws(SolverError) -> Double {
        var objective = 0.0
        try call("objective") { unsafe glpk_session_objective_value(handle, values, &objective) }
        return objective
    }

    fileprivate func readRowValues(integer: Bool) throws(SolverError) -> [Double] {
        var values = [Double](repeating: 0, count: rowCount)
        try call("reading rows") { unsafe glpk_session_read_row_values(handle, integer ? 1 : 0, &values) }
        return values
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
