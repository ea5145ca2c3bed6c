internal import CGLPK
internal import CGLPKShims
internal import Optimization

/// Solving mixed-integer programs.
extension GLPKSession {
    /// How a search ended.
    struct IntegerState {
        /// Why it ended; `nil` when it ran to its end and found no feasible point.
        var termination: Termination
        /// Whether an integer point is in hand.
        var hasPoint: Bool
        /// The best proved bound, where the search got far enough to have one.
        var bound: Double?
        var statistics: SolverStatistics
    }

    /// Separates rows: called with the values of the columns, returns rows that they violate.
    typealias Separation = ([Double]) throws(SolverError) -> [LinearProgram.Row]

    /// Branch and cut with GLPK's `glp_intopt`.
    ///
    /// - Parameter separation: rows to be added as they are violated, or `nil`. An error it throws ends the search.
    func solveInteger(
        options: GLPKOptions, separation: Separation?, criteria: StoppingCriteria, monitor: StopMonitor
    ) throws(SolverError) -> IntegerState {
        let bridge = SeparationBridge(columns: columnCount, separate: separation ?? { _ in [] })
        var parameters = unsafe glpk_integer_options()
        unsafe parameters.presolve = options.presolvesIntegers ? 1 : 0
        unsafe parameters.cuts = options.generatesCuts ? 1 : 0
        unsafe parameters.integrality_tolerance = options.integralityTolerance
        unsafe parameters.relative_gap = criteria.relativeGap
        unsafe parameters.iteration_limit = Int32(clamping: max(0, criteria.iterationLimit ?? .max))
        unsafe parameters.node_limit = Int32(clamping: max(0, criteria.nodeLimit ?? .max))
        unsafe parameters.time_limit = Self.milliseconds(monitor.timeLeft)
        if separation != nil {
            unsafe parameters.separate = { context, values, rows in
                guard let context = unsafe context, let values = unsafe values else { return }
                unsafe Unmanaged<SeparationBridge>.fromOpaque(context).takeUnretainedValue()
                    .separate(values: values, rows: rows)
            }
            unsafe parameters.separate_context = Unmanaged.passUnretained(bridge).toOpaque()
        }
        var raw = glpk_integer_outcome()
        let reason = try watched(by: monitor) { () throws(SolverError) in
            try call("branch and cut") { unsafe glpk_session_integer(handle, &parameters, &raw) }
        }
        // The bridge is referred to from C until here.
        if let error = withExtendedLifetime(bridge, { bridge.error }) { throw error }
        return try Self.state(of: raw, stopped: reason)
    }

    private static func state(of raw: glpk_integer_outcome, stopped: Termination?) throws(SolverError) -> IntegerState {
        var statistics = SolverStatistics()
        statistics["nodes"] = Int(raw.nodes)
        statistics["simplex-iterations"] = Int(raw.iterations)
        statistics["lazy-rows"] = Int(raw.lazy_rows)
        let hasPoint = raw.status == GLP_OPT || raw.status == GLP_FEAS
        let termination: Termination
        if let stopped {
            termination = stopped
        } else if raw.node_limit_reached != 0 {
            termination = .limitReached(.nodes)
        } else if raw.iteration_limit_reached != 0 {
            termination = .limitReached(.iterations)
        } else {
            switch Int(raw.code) {
            case 0: termination = hasPoint ? .optimal : .infeasible
            case Int(GLP_EMIPGAP): termination = .optimal
            case Int(GLP_ETMLIM): termination = .limitReached(.time)
            case Int(GLP_ENOPFS): termination = .infeasible
            case Int(GLP_ENODFS): termination = .unbounded
            default:
                throw SolverError(.numericalFailure, "GLPK's branch and cut failed with code \(raw.code)")
            }
        }
        return IntegerState(
            termination: termination, hasPoint: hasPoint, bound: raw.has_bound != 0 ? raw.bound : nil,
            statistics: statistics)
    }

    /// Makes the values those of the best integer point, for a model that looks at it.
    func storeIntegerPoint(_ values: [Double], isOptimal: Bool) throws(SolverError) {
        try call("storing values") { unsafe glpk_session_store_integer_point(handle, values, isOptimal ? 1 : 0) }
    }

    /// The values of the columns at the best integer point.
    func readIntegerPoint() throws(SolverError) -> [Double] {
        var values = [Double](repeating: 0, count: columnCount)
        try call("reading values") { unsafe glpk_session_read_integer_point(handle, &values) }
        return values
    }
}

/// Carries the separation closure through C. It collects rows in memory of the shim and calls nothing of GLPK, so that
/// no error of GLPK can leave through a Swift frame.
private final class SeparationBridge {
    private let columns: Int
    private let separation: GLPKSession.Separation
    private(set) var error: SolverError?

    init(columns: Int, separate: @escaping GLPKSession.Separation) {
        self.columns = columns
        separation = separate
    }

    func separate(values: UnsafePointer<Double>, rows: OpaquePointer?) {
        guard error == nil else { return }
        do throws(SolverError) {
            for row in try separation(unsafe Array(UnsafeBufferPointer(start: values, count: columns))) {
                try RowChecker.check(row, columns: columns)
                let indices = row.terms.map { Int32(clamping: $0.column) }
                let status = unsafe glpk_rows_append(
                    rows, row.lower, row.upper, Int32(clamping: indices.count), indices, row.terms.map(\.value))
                guard Int(status) == GLPK_SHIM_OK else {
                    throw SolverError(.memoryLimit, "no memory for a separated row")
                }
            }
        } catch {
            self.error = error
        }
    }
}
