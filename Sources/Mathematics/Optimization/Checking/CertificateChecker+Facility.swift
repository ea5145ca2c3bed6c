extension CertificateChecker {
    /// Checks the answer to a facility problem: the solution in O(m n), each set of prices in O(m n log n).
    public func verify(_ problem: FacilityProblem, _ result: FacilityResult) -> Verification {
        var verification = Verification()
        if let solution = result.solution {
            check(solution, objective: result.objective, of: problem, into: &verification)
        } else {
            verification.expect(result.objective == nil, "an objective without a solution")
        }
        check(result.certificate, of: problem, into: &verification)
        if let bound = result.bound, result.certificate != .none {
            let proved = verification.provedBound ?? -.infinity
            verification.expect(
                bound <= proved + costSlack(bound, of: problem),
                "the certificate proves \(proved), not the bound \(bound)")
        }
        switch result.termination {
        case .optimal:
            guard let objective = result.objective else {
                verification.fail("optimal without a solution")
                break
            }
            let bound = verification.provedBound ?? -.infinity
            verification.expect(
                objective - bound <= optimalityGap * max(problem.costUnit, abs(objective)),
                "the objective \(objective) is called optimal; the certificate proves \(bound)")
        case .infeasible:
            verification.expect(result.solution == nil, "infeasible with a solution")
            if case .infeasible = result.certificate { break }
            verification.expect(
                verification.provedBound ?? -.infinity > worstCost(of: problem), "infeasible without a reason")
        case .unbounded:
            verification.fail("a facility problem is never unbounded")
        case .feasible, .limitReached, .cancelled, .unverified:
            break
        }
        return verification
    }

    /// Checks a certificate in itself and sets the bound it proves.
    private func check(
        _ certificate: FacilityCertificate, of problem: FacilityProblem, into verification: inout Verification
    ) {
        switch certificate {
        case .dual(let prices):
            let root = FacilityCertificate.Leaf(open: [], closed: [], prices: prices)
            verification.provedBound = bound(of: root, problem: problem, into: &verification)
        case .branchAndBound(let leaves):
            guard verification.expect(Self.covers(leaves), "the leaves do not cover every set of facilities")
            else { return }
            var least = Double.infinity
            for leaf in leaves {
                guard let bound = bound(of: leaf, problem: problem, into: &verification) else { return }
                least = min(least, bound)
            }
            verification.provedBound = least
        case .infeasible(let reason):
            check(reason, of: problem, into: &verification)
        case .none:
            break
        }
    }
}
