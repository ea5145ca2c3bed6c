internal import Optimization

extension VerifiedProgram {
    /// Branch and cut, for a program whose integer columns have whole bounds.
    ///
    /// The relaxation comes first: without a point there is none for integers, without an optimum the program is infeasible or
    /// unbounded, according to whether there is an integer point, and its optimum is a bound that no answer may pass. The
    /// search itself sees the program with rows and continuous columns scaled, as GLPK's presolver for integers takes
    /// differences of any size for rounding; where it fails, or its point does not stand in the program's own units, the
    /// search is made again without presolve, last with stricter tolerances.
    func solveInteger(separation: GLPKSession.Separation? = nil) throws(SolverError) -> LinearResult {
        if program.hasCrossedBounds || program.hasRowWithoutIntegers { return LinearResult(termination: .infeasible) }
        let bound: Double?
        if separation == nil {
            let root = try solveRelaxation()
            switch root.termination {
            case .optimal: bound = root.objective
            case .unverified, .feasible: bound = nil
            case .unbounded: return try withoutOptimum(root)
            case .infeasible, .limitReached, .cancelled:
                // The point of a relaxation is none of the program.
                return LinearResult(
                    termination: root.termination, bound: root.bound, statistics: root.statistics,
                    solverMessage: root.solverMessage)
            }
        } else {
            bound = nil
        }
        let scaling = separation == nil ? ProgramScaling(program) : nil
        var remedies: [String] = []
        var failure: SolverError?
        var doubtful: LinearResult?
        var ways: [(presolves: Bool, tolerance: Double)] = [
            (false, options.integralityTolerance), (false, min(1e-9, options.integralityTolerance)),
        ]
        if separation == nil, options.presolvesIntegers { ways.insert((true, options.integralityTolerance), at: 0) }
        for way in ways {
            if let reason = monitor.stopReason { return doubtful ?? LinearResult(termination: reason) }
            var options = options
            options.presolvesIntegers = way.presolves
            options.integralityTolerance = way.tolerance
            do throws(SolverError) {
                var result = try search(scaling, options: options, separation: separation)
                result.statistics["remedies"] += remedies.count
                result.solverMessage = remedies.joined(separator: "; ")
                var verification = CertificateChecker().verify(program, result)
                if let bound, let objective = result.objective {
                    let excess = program.sense == .minimize ? bound - objective : objective - bound
                    verification.expect(
                        excess <= 1e-6 * max(abs(bound), abs(objective)), "\(objective) is beyond the bound \(bound)")
                }
                if verification.isVerified { return result }
                doubtful = result
                remedies.append(verification.failures.first ?? "")
            } catch {
                // GLPK's presolver refuses bounds of its own making, and with cuts on it may leave a program without columns,
                // which a cut generator then refuses.
                guard error.code == .numericalFailure || error.code == .libraryFailure, way.presolves else {
                    throw error
                }
                failure = error
                remedies.append("presolved: \(error.message)")
            }
        }
        guard var doubtful else { throw failure ?? SolverError(.numericalFailure, "GLPK found no reliable answer") }
        doubtful.termination = .unverified
        doubtful.bound = nil
        doubtful.solverMessage = remedies.joined(separator: "; ")
        return doubtful
    }

    private func solveRelaxation() throws(SolverError) -> LinearResult {
        try GLPKSession.run(memoryLimit: options.memoryLimit) { session throws(SolverError) in
            try session.load(program)
            return try solveLinear(in: session)
        }
    }

    /// One search in a session of its own; then the continuous columns once more with the integer ones fixed.
    private func search(
        _ scaling: ProgramScaling?, options: GLPKOptions, separation: GLPKSession.Separation?
    ) throws(SolverError) -> LinearResult {
        try GLPKSession.run(memoryLimit: options.memoryLimit) { session throws(SolverError) in
            try session.load(scaling?.scaled ?? program)
            var statistics = SolverStatistics()
            // Without GLPK's presolve its search starts from the optimum of the relaxation.
            if !options.presolvesIntegers {
                try session.scale()
                try session.resetBasis(advanced: true)
                let root = try session.solveLinear(
                    method: .primal, options: options, criteria: criteria, monitor: monitor)
                statistics["simplex-iterations"] = root.iterations
                guard root.outcome == .optimal else {
                    return LinearResult(termination: root.outcome.termination, statistics: statistics)
                }
            }
            let state = try session.solveInteger(
                options: options, separation: separation, criteria: criteria, monitor: monitor)
            var result = LinearResult(termination: state.termination)
            result.statistics = state.statistics
            result.bound = state.bound
            guard state.hasPoint else { return result }
            let point = try session.readIntegerPoint()
            let values = try polish(scaling?.restore(point) ?? point)
            let objective = program.objective(at: values)
            result.values = values
            result.objective = objective
            if state.termination == .optimal {
                result.bound = criteria.relativeGap > 0 ? state.bound ?? objective : objective
            }
            return result
        }
    }

    /// What a program is whose relaxation is unbounded: infeasible without an integer point; with one unbounded, as a
    /// direction of rational numbers leads from integers to integers.
    private func withoutOptimum(_ root: LinearResult) throws(SolverError) -> LinearResult {
        var costless = program
        for column in costless.columns.indices { costless.columns[column].cost = 0 }
        var result = try VerifiedProgram(costless, options: options, criteria: criteria, monitor: monitor)
            .solveInteger()
        result.statistics.add(root.statistics)
        result.bound = nil
        guard result.termination == .optimal, let values = result.values else { return result }
        result.objective = program.objective(at: values)
        result.ray = root.ray
        result.termination = .unbounded
        return result
    }

    /// Rounds the integer columns and solves for the others; keeps GLPK's own values should that fail.
    private func polish(_ values: [Double]) throws(SolverError) -> [Double] {
        var fixed = program
        for (index, column) in program.columns.enumerated() {
            let isInteger = column.kind == .integer
            let value = min(max(isInteger ? values[index].rounded() : values[index], column.lower), column.upper)
            fixed.columns[index].kind = .continuous
            if isInteger { (fixed.columns[index].lower, fixed.columns[index].upper) = (value, value) }
        }
        guard program.columns.contains(where: { $0.kind == .continuous }) else { return fixed.columns.map(\.lower) }
        // A stop now would lose what was found.
        let patient = VerifiedProgram(
            fixed, options: options, criteria: .none, monitor: StopMonitor(criteria: .none, interrupter: nil))
        let polished = try patient.solveToOptimum(fixed)?.values
        return polished
            ?? zip(values, program.columns).map { value, column in
                min(max(column.kind == .integer ? value.rounded() : value, column.lower), column.upper)
            }
    }
}

extension LinearProgram {
    /// Whether some row of integer columns adds up to multiples of a number of which none lies within its bounds: a search
    /// over integers without bounds would never end.
    var hasRowWithoutIntegers: Bool {
        rows.contains { row in
            guard !row.terms.isEmpty, row.lower > -.infinity, row.upper < .infinity,
                row.terms.allSatisfy({ columns[$0.column].kind == .integer })
            else { return false }
            for scale in [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 0.1, 0.01, 1e-3, 1e-4, 1e-5, 1e-6] {
                let whole = row.terms.map { ($0.value * scale).rounded() }
                let isWhole = zip(whole, row.terms).allSatisfy {
                    abs($0 - $1.value * scale) <= 1e-12 * abs($0) && abs($0) < 1e9
                }
                guard isWhole, whole.allSatisfy({ $0 != 0 }) else { continue }
                let divisor = Double(whole.reduce(0) { Self.greatestDivisor($0, Int(abs($1))) })
                let least = (row.lower * scale / divisor - 1e-9).rounded(.up)
                return least > row.upper * scale / divisor + 1e-9
            }
            return false
        }
    }

    private static func greatestDivisor(_ first: Int, _ second: Int) -> Int {
        var (first, second) = (first, second)
        while second != 0 { (first, second) = (second, first % second) }
        return first
    }
}
