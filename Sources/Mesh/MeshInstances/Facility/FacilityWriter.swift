public import Optimization

/// Writes facility location problems in the formats that ``FacilityReader`` reads.
public enum FacilityWriter {
    /// The problem as the text of a file.
    ///
    /// Where the format wants capacities and the problem has none, each facility gets the total demand, which never
    /// binds. Numbers are written so that they read back exactly.
    ///
    /// - Parameters:
    ///   - problem: what to write.
    ///   - format: `orlib`, `ufllib` or `holmberg`; `json` says everything.
    ///   - name: the name that a UflLib file carries.
    /// - Throws: ``ProblemError`` for what the format cannot say: a forbidden pair, a negative cost, capacities in
    ///   UflLib, a prescribed number of open facilities, or a p-median graph, which is more than its distances.
    /// - Complexity: O(facilities * customers).
    public static func text(
        _ problem: FacilityProblem, format: FacilityFormat, name: String = "problem"
    ) throws(ProblemError) -> [UInt8] {
        if format == .json { return json(problem) }
        try check(problem, format: format)
        var output = TextBuilder(capacity: 10 * problem.assignmentCosts.count)
        if format == .ufllib {
            output.append("FILE: \(name.split(whereSeparator: \.isWhitespace).joined(separator: "-"))\n")
        }
        output.append("\(problem.facilityCount) \(problem.customerCount)\(format == .ufllib ? " 0" : "")\n")
        if format != .ufllib { appendFacilities(problem, to: &output) }
        switch format {
        case .orlib:
            for customer in 0..<problem.customerCount {
                output.append(problem.demands[customer], "\n")
                append(
                    (0..<problem.facilityCount).lazy.map { problem.cost(customer: customer, facility: $0) }, to: &output
                )
            }
        case .holmberg:
            append(problem.demands, to: &output)
            for facility in 0..<problem.facilityCount { appendCosts(of: facility, problem, to: &output) }
        case .ufllib, .pmed, .json:
            for facility in 0..<problem.facilityCount {
                output.append(facility + 1, " ")
                output.append(problem.openingCosts[facility], " ")
                appendCosts(of: facility, problem, to: &output)
            }
        }
        return output.bytes
    }

    private static func check(_ problem: FacilityProblem, format: FacilityFormat) throws(ProblemError) {
        guard format != .pmed else { throw ProblemError(.problem, "a graph cannot be told from its distances") }
        guard !problem.isModular, !problem.isCongested, !problem.hasSiteRules, problem.constant == 0 else {
            throw ProblemError(
                .problem, "the format \(format.rawValue) has no servers, congestion, site rules or constants; json has")
        }
        guard problem.minimumOpen == 0, problem.maximumOpen == problem.facilityCount else {
            throw ProblemError(.problem, "the format \(format.rawValue) cannot prescribe how many facilities open")
        }
        guard format != .ufllib || !problem.isCapacitated else {
            throw ProblemError(.problem, "the format ufllib has no capacities")
        }
        for (facility, cost) in problem.openingCosts.enumerated() where cost < 0 {
            throw ProblemError(.facility(facility), "opening cost is \(cost); the format has none under 0")
        }
        for (index, cost) in problem.assignmentCosts.enumerated() where !(cost >= 0 && cost.isFinite) {
            let (customer, facility) = index.quotientAndRemainder(dividingBy: problem.facilityCount)
            throw ProblemError(
                .assignment(customer: customer, facility: facility), "cost is \(cost); the format needs 0 or more")
        }
    }

    private static func appendFacilities(_ problem: FacilityProblem, to output: inout TextBuilder) {
        let total = problem.demands.reduce(0, +)
        for facility in 0..<problem.facilityCount {
            let capacity = problem.capacities?[facility] ?? .infinity
            output.append(capacity.isFinite ? capacity : total, " ")
            output.append(problem.openingCosts[facility], "\n")
        }
    }

    private static func appendCosts(of facility: Int, _ problem: FacilityProblem, to output: inout TextBuilder) {
        append((0..<problem.customerCount).lazy.map { problem.cost(customer: $0, facility: facility) }, to: &output)
    }

    private static func append(_ values: some Collection<Double>, to output: inout TextBuilder) {
        for (index, value) in values.enumerated() { output.append(value, index + 1 == values.count ? "\n" : " ") }
    }
}
