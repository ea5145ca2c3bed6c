extension CertificateChecker {
    /// Checks the answer to a linear program in the program's own units: the values against every bound, the objective,
    /// and what the duals prove. Of a program with integers the values are checked, the bound is the solver's word.
    ///
    /// A row may be off by 1e-7 of its bound, 1e-9 of what it adds up and the rounding of the largest value; an objective by
    /// 1e-6 and 1e-9.
    /// - Complexity: O(coefficients).
    public func verify(_ program: LinearProgram, _ result: LinearResult) -> Verification {
        var verification = Verification()
        if let values = result.values { check(values, of: program, into: &verification) }
        switch result.termination {
        case .optimal:
            guard let objective = result.objective, let values = result.values else {
                verification.fail("optimal without values")
                break
            }
            guard !program.hasIntegers else { break }
            guard let duals = result.rowDuals, let proof = dualBound(of: program, duals: duals, near: values) else {
                verification.fail("the row duals prove no bound")
                break
            }
            verification.provedBound = proof.bound
            let gap = program.sense == .minimize ? objective - proof.bound : proof.bound - objective
            let size = zip(program.columns, values).reduce(proof.size) { $0 + abs($1.0.cost * $1.1) }
            verification.expect(
                gap <= optimalityGap * abs(objective) + tolerance * size,
                "the objective \(objective) is called optimal; the duals prove \(proof.bound)")
        case .infeasible:
            guard !program.hasIntegers, !program.hasCrossedBounds else { break }
            guard let duals = result.farkasDuals else {
                verification.fail("infeasible without a reason")
                break
            }
            verification.expect(provesInfeasible(duals, of: program), "the multipliers prove nothing")
        case .unbounded:
            verification.expect(result.values != nil, "unbounded without a feasible point")
            verification.expect(
                result.ray.map { isRay($0, of: program) } ?? false, "unbounded without a direction that shows it")
        case .feasible, .limitReached, .cancelled, .unverified: break
        }
        return verification
    }

    /// Whether multipliers of the rows prove that no point satisfies them.
    package func provesInfeasible(_ duals: [Double], of program: LinearProgram) -> Bool {
        var costless = program
        costless.sense = .minimize
        costless.constant = 0
        for column in costless.columns.indices { costless.columns[column].cost = 0 }
        // What is too little for the tolerance may still be beyond all rounding, where nothing is left out.
        if let strict = dualBound(of: costless, duals: duals, near: nil, isStrict: true),
            strict.bound > 1e-13 * strict.size
        {
            return true
        }
        guard let proof = dualBound(of: costless, duals: duals, near: nil) else { return false }
        return proof.bound > tolerance * proof.size
    }

    private func check(_ values: [Double], of program: LinearProgram, into verification: inout Verification) {
        guard verification.expect(values.count == program.columns.count, "not one value a column") else { return }
        for (index, column) in program.columns.enumerated() {
            let value = values[index]
            verification.expect(
                value >= column.lower - 1e-7 * abs(column.lower) && value <= column.upper + 1e-7 * abs(column.upper),
                "column \(index) is \(value); its bounds are \(column.lower) and \(column.upper)")
            verification.expect(
                column.kind == .continuous || value == value.rounded(), "column \(index) is \(value), no integer")
        }
        let rounding = 0x1p-50 * values.reduce(0) { max($0, abs($1)) }
        for (index, row) in program.rows.enumerated() {
            // Whoever is at 0 is so but for the rounding of the largest.
            var (sum, size) = (0.0, 1e9 * rounding * row.largestCoefficient)
            for term in row.terms {
                sum += term.value * values[term.column]
                size += abs(term.value * values[term.column])
            }
            let isBelow = row.lower > -.infinity && sum < row.lower - 1e-7 * abs(row.lower) - 1e-9 * size
            let isAbove = row.upper < .infinity && sum > row.upper + 1e-7 * abs(row.upper) + 1e-9 * size
            verification.expect(
                !isBelow && !isAbove, "row \(index) is \(sum); its bounds are \(row.lower) and \(row.upper)")
        }
    }

    /// The bound that row duals prove by weak duality, with the sum of the absolute values that went into it.
    ///
    /// A dual whose sign asks for a bound that a row lacks counts as 0; so does a reduced cost within rounding (1e-11 of
    /// what it is the difference of), or, where its column lacks the bound, within 1e-8; within 1e-15 where `isStrict`. `nil`
    /// when one is beyond.
    private func dualBound(
        of program: LinearProgram, duals: [Double], near values: [Double]?, isStrict: Bool = false
    ) -> (bound: Double, size: Double)? {
        guard duals.count == program.rows.count else { return nil }
        // Everything as if it were a minimisation.
        let sign = program.sense == .minimize ? 1.0 : -1.0
        var reduced = program.columns.map { sign * $0.cost }
        var sizes = reduced.map(abs)
        var (bound, size) = (sign * program.constant, abs(program.constant))
        for (row, dual) in zip(program.rows, duals) {
            let dual = sign * dual
            let end = dual > 0 ? row.lower : row.upper
            guard dual != 0, end.isFinite else { continue }
            bound += dual * end
            size += abs(dual * end)
            for term in row.terms {
                reduced[term.column] -= term.value * dual
                sizes[term.column] += abs(term.value * dual)
            }
        }
        for (index, column) in program.columns.enumerated() {
            let end = reduced[index] > 0 ? column.lower : column.upper
            let noise = isStrict ? 1e-15 : end.isFinite ? 1e-11 : 1e-8
            guard abs(reduced[index]) > noise * sizes[index] else {
                // Within rounding of zero: the column may be where it is.
                if let values { bound += reduced[index] * values[index] }
                continue
            }
            guard end.isFinite else { return nil }
            bound += reduced[index] * end
            size += abs(reduced[index] * end)
        }
        return bound.isFinite ? (sign * bound, size) : nil
    }

    /// Whether a direction keeps every bound for ever and makes the objective better.
    private func isRay(_ ray: [Double], of program: LinearProgram) -> Bool {
        guard ray.count == program.columns.count else { return false }
        let sign = program.sense == .minimize ? 1.0 : -1.0
        var (gain, size) = (0.0, 0.0)
        for (column, step) in zip(program.columns, ray) {
            if step < 0 && column.lower > -.infinity || step > 0 && column.upper < .infinity { return false }
            gain -= sign * column.cost * step
            size += abs(column.cost * step)
        }
        guard gain > 1e-12 * size else { return false }
        let rounding = 0x1p-50 * ray.reduce(0) { max($0, abs($1)) }
        return program.rows.allSatisfy { row in
            var (sum, size) = (0.0, 1e9 * rounding * row.largestCoefficient)
            for term in row.terms {
                sum += term.value * ray[term.column]
                size += abs(term.value * ray[term.column])
            }
            return (row.lower == -.infinity || sum >= -1e-9 * size) && (row.upper == .infinity || sum <= 1e-9 * size)
        }
    }
}

extension LinearProgram.Row {
    fileprivate var largestCoefficient: Double { terms.reduce(0) { max($0, abs($1.value)) } }
}

extension LinearProgram {
    /// Whether a row or column has a lower bound above its upper one, so that no point satisfies it.
    package var hasCrossedBounds: Bool {
        columns.contains { $0.lower > $0.upper } || rows.contains { $0.lower > $0.upper }
    }
}
