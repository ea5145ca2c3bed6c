internal import Optimization

extension VerifiedProgram {
    /// Branch and cut in a session that holds the program, whose integer columns have whole bounds.
    ///
    /// GLPK's search presolves the program; where that fails, or its point does not stand in the program's own units, the
    /// search is made again from the optimum of the scaled relaxation, last with stricter tolerances. A relaxation without
    /// an optimum makes the program infeasible or unbounded, according to whether there is an integer point at all.
    func solveInteger(
        in session: GLPKSession, separation: GLPKSession.Separation?
    ) throws(SolverError) -> LinearResult {
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
                var result = try search(in: session, options: options, separation: separation)
                result.statistics["remedies"] += remedies.count
                result.solverMessage = remedies.joined(separator: "; ")
                let verification = CertificateChecker().verify(program, result)
                if verification.isVerified { return result }
                doubtful = result
                remedies.append(verification.failures.first ?? "")
            } catch {
                guard error.code == .numericalFailure, way.presolves else { throw error }
                failure = error
                remedies.append(error.message)
            }
        }
        guard var doubtful else { throw failure ?? SolverError(.numericalFailure, "GLPK found no reliable answer") }
        doubtful.termination = .unverified
        doubtful.bound = nil
        return doubtful
    }

    /// One search; then the continuous columns once more with the integer ones fixed at exact integers.
    private func search(
        in session: GLPKSession, options: GLPKOptions, separation: GLPKSession.Separation?
    ) throws(SolverError) -> LinearResult {
        var statistics = SolverStatistics()
        // Without GLPK's presolve its search starts from the optimum of the relaxation.
        if !options.presolvesIntegers {
            try session.scale()
            try session.resetBasis(advanced: true)
            let root = try session.solveLinear(
                method: .primal, options: options, criteria: criteria, monitor: monitor)
            statistics["simplex-iterations"] = root.iterations
            guard root.outcome == .optimal else {
                if root.outcome == .unbounded { return try withoutOptimum(options, statistics: statistics) }
                return LinearResult(termination: root.outcome.termination, statistics: statistics)
            }
        }
        let state = try session.solveInteger(
            options: options, separation: separation, criteria: criteria, monitor: monitor)
        if state.termination == .unbounded { return try withoutOptimum(options, statistics: state.statistics) }
        var result = LinearResult(termination: state.termination)
        result.statistics = state.statistics
        result.bound = state.bound
        guard state.hasPoint else { return result }
        let values = try polish(try session.readIntegerPoint())
        let objective = program.objective(at: values)
        result.values = values
        result.objective = objective
        if state.termination == .optimal {
            result.bound = criteria.relativeGap > 0 ? state.bound ?? objective : objective
        }
        return result
    }

    /// What a program is whose relaxation has no optimum: infeasible without an integer point; with one it is unbounded if
    /// the relaxation is, as a direction of rational numbers leads from integers to integers.
    private func withoutOptimum(
        _ options: GLPKOptions, statistics: SolverStatistics
    ) throws(SolverError) -> LinearResult {
        var costless = program
        for column in costless.columns.indices { costless.columns[column].cost = 0 }
        let (criteria, monitor) = (criteria, monitor)
        var result = try options.withoutPresolveAtNeed { options throws(SolverError) in
            try GLPKSession.run(memoryLimit: options.memoryLimit) { session throws(SolverError) in
                try session.load(costless)
                return try VerifiedProgram(costless, options: options, criteria: criteria, monitor: monitor)
                    .solveInteger(in: session, separation: nil)
            }
        }
        result.statistics.add(statistics)
        result.bound = nil
        guard result.termination == .optimal, let values = result.values else { return result }
        result.objective = program.objective(at: values)
        result.ray = try steepestRay()
        result.termination = result.ray == nil ? .unverified : .unbounded
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
        // Fixed integers are a small program for the presolver; a stop now would lose what was found.
        let patient = VerifiedProgram(
            fixed, options: options, criteria: .none, monitor: StopMonitor(criteria: .none, interrupter: nil))
        let polished = try patient.solveToOptimum(fixed)?.values
        return polished ?? zip(values, program.columns).map { value, column in
            min(max(column.kind == .integer ? value.rounded() : value, column.lower), column.upper)
        }
    }
}

extension GLPKOptions {
    /// Runs a search for integers, once more without presolve where it fails with it: GLPK's presolver refuses bounds of its
    /// own making, and with cuts may leave a program without columns, which a cut generator then refuses. Either ends the
    /// session, so that `run` has to begin from one of its own.
    func withoutPresolveAtNeed<Value>(
        _ run: (GLPKOptions) throws(SolverError) -> Value
    ) throws(SolverError) -> Value {
        do throws(SolverError) {
            return try run(self)
        } catch {
            guard presolvesIntegers, error.code == .libraryFailure else { throw error }
            var plain = self
            plain.presolvesIntegers = false
            return try run(plain)
        }
    }
}
