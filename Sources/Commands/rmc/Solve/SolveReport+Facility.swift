internal import MeshEngine
internal import Optimization

extension SolveReport {
    init(
        file: String, problem: FacilityProblem, solved: Checked<FacilityResult>, readSeconds: Double,
        showsSolution: Bool
    ) {
        let result = solved.result
        let isInfeasible = result.termination == .infeasible
        // A bound that says nothing is no figure.
        let bound = isInfeasible ? nil : result.bound.flatMap { $0.isFinite ? $0 : nil }
        var details: [(String, JSONValue)] = [
            ("open", .optional(result.solution?.open, JSONValue.integers)),
            ("assignment", .optional(result.solution?.assignment, JSONValue.integers)),
        ]
        if let solution = result.solution, problem.isModular {
            details.insert(("servers", .integers(solution.servers)), at: 1)
        }
        if showsSolution, let solution = result.solution {
            details.append(("shares", .array(solution.shares.map(Self.shares))))
        }
        self.init(
            problem: "facility-location", file: file,
            size: [("facilities", problem.facilityCount), ("customers", problem.customerCount)],
            solver: solved.solver, termination: result.termination,
            objective: .optional(result.objective, JSONValue.exact), bound: .optional(bound, JSONValue.exact),
            gap: bound == nil ? nil : result.gap, certificate: result.certificate.kind,
            evidence: Self.evidence(result.certificate), verification: solved.verification,
            reason: Self.reason(result.certificate, problem, isInfeasible: isInfeasible), details: details,
            seconds: [
                ("read", readSeconds), ("solve", solved.solveSeconds), ("certify", solved.certifySeconds),
            ],
            statistics: result.statistics,
            solverMessage: result.solverMessage,
            listing: Self.listing(result.solution, all: showsSolution),
            isAnswered: result.solution != nil || isInfeasible)
    }

    private static func shares(_ shares: [FacilitySolution.Share]) -> JSONValue {
        .array(
            shares.map { share in
                ["facility": .integer(Int64(share.facility)), "fraction": .exact(share.fraction)]
            })
    }

    private static func evidence(_ certificate: FacilityCertificate) -> [(String, JSONValue)] {
        switch certificate {
        case .infeasible(.capacityShort(let customers)): [("customers", .integers(customers))]
        case .infeasible(.unreachable(let customer)): [("customers", .integers([customer]))]
        case .infeasible(.unserved(let customers, let leaves)):
            [("customers", .integers(customers)), ("leaves", .integer(Int64(leaves.count)))]
        case .branchAndBound(let leaves): [("leaves", .integer(Int64(leaves.count)))]
        case .infeasible(.openCount), .dual, .none: []
        }
    }

    private static func reason(
        _ certificate: FacilityCertificate, _ problem: FacilityProblem, isInfeasible: Bool
    ) -> String? {
        guard isInfeasible else { return nil }
        switch certificate {
        case .infeasible(.capacityShort(let customers)):
            let demand = customers.reduce(0) { $0 + problem.demands[$1] }
            return "customers \(NumberList.short(customers)) demand \(demand), more than the facilities that may serve "
                + "any of them hold"
        case .infeasible(.unreachable(let customer)):
            return "customer \(customer) has no facility that may serve it"
        case .infeasible(.unserved(let customers, _)):
            return customers.isEmpty
                ? "no number of open facilities keeps to the limits and the site rules"
                : "customers \(NumberList.short(customers)) cannot all be served by the facilities that may be open"
        case .infeasible(.openCount):
            return "the facilities that may be open cannot serve everyone"
        case .dual, .branchAndBound, .none:
            return nil
        }
    }

    private static func listing(_ solution: FacilitySolution?, all: Bool) -> String {
        guard let solution else { return "" }
        var text = "open         \(NumberList.short(solution.open, limit: 40))\n"
        if solution.servers.contains(where: { $0 > 1 }) {
            text += "servers      \(NumberList.short(solution.servers, limit: 40))\n"
        }
        guard all else { return text }
        text += "\ncustomer facility fraction\n"
        for (customer, shares) in solution.shares.enumerated() {
            for share in shares { text += "\(customer) \(share.facility) \(share.fraction)\n" }
        }
        return text
    }
}
