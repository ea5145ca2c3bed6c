extension CertificateChecker {
    /// Checks the answer to a flow problem in O(n + m), in 128-bit integers.
    ///
    /// With potentials `p` and reduced costs `r[a] = cost[a] + p[tail] - p[head]`, every flow costs
    /// `sum of r[a] x[a] - sum of p[v] (out - in)(v)`, which is at least
    /// `sum of (r[a] > 0 ? r[a] lower[a] : r[a] upper[a]) - sum of p[v] supply[v]`: weak duality (Ahuja et al., 9.4).
    /// An optimal answer must meet it with equality, which is complementary slackness.
    public func verify(_ problem: FlowProblem, _ result: FlowResult) -> Verification {
        var verification = Verification()
        if let flows = result.flows {
            check(flows: flows, objective: result.objective, of: problem, into: &verification)
        } else {
            verification.expect(result.objective == nil, "an objective without flows")
        }
        let proved = check(result.certificate, of: problem, into: &verification)
        verification.provedBound = proved.map(Double.init)
        if let bound = result.bound {
            verification.expect(proved.map { Int128(bound) <= $0 } ?? false, "bound \(bound) is not proved")
        }
        checkTermination(result, provedBound: proved, into: &verification)
        return verification
    }

    private func checkTermination(
        _ result: FlowResult, provedBound: Int128?, into verification: inout Verification
    ) {
        switch result.termination {
        case .optimal:
            guard let objective = result.objective else { return verification.fail("optimal without a flow") }
            verification.expect(
                provedBound == Int128(objective),
                "the potentials prove \(provedBound.map(String.init) ?? "nothing"), not the objective \(objective)")
        case .infeasible:
            verification.expect(result.flows == nil, "infeasible with a flow")
            if case .cut = result.certificate { return }
            verification.fail("infeasible without a cut")
        case .unbounded:
            verification.expect(result.flows != nil, "unbounded without a feasible flow")
            if case .negativeCycle = result.certificate { return }
            verification.fail("unbounded without a negative cycle")
        case .feasible, .limitReached, .cancelled, .unverified:
            break
        }
    }

    private func check(
        flows: [Int64], objective: Int64?, of problem: FlowProblem, into verification: inout Verification
    ) {
        guard verification.expect(flows.count == problem.arcCount, "\(flows.count) flows for \(problem.arcCount) arcs")
        else { return }
        var net = Array(repeating: Int128(0), count: problem.nodeCount)
        var cost = Int128(0)
        for (index, arc) in problem.arcs.enumerated() {
            let flow = flows[index]
            verification.expect(
                arc.lower <= flow && flow <= arc.upper, "flow \(flow) of arc \(index) is outside its bounds")
            net[Int(arc.tail)] += Int128(flow)
            net[Int(arc.head)] -= Int128(flow)
            cost += Int128(flow) * Int128(arc.cost)
        }
        for (node, supply) in problem.supplies.enumerated() {
            let holds = problem.supplyRule == .equal ? net[node] == Int128(supply) : net[node] <= Int128(supply)
            verification.expect(holds, "node \(node) sends \(net[node]), its supply is \(supply)")
        }
        verification.expect(objective.map { Int128($0) == cost } ?? false, "the flow costs \(cost), not as stated")
    }

    /// Checks a certificate in itself; returns the lower bound that potentials prove.
    private func check(
        _ certificate: FlowCertificate, of problem: FlowProblem, into verification: inout Verification
    ) -> Int128? {
        switch certificate {
        case .potentials(let potentials):
            return bound(provedBy: potentials, of: problem, into: &verification)
        case .cut(let nodes):
            check(cut: nodes, of: problem, into: &verification)
        case .negativeCycle(let arcs):
            check(cycle: arcs, of: problem, into: &verification)
        case .none:
            break
        }
        return nil
    }

    private func bound(
        provedBy potentials: [Int64], of problem: FlowProblem, into verification: inout Verification
    ) -> Int128? {
        guard verification.expect(potentials.count == problem.nodeCount, "not one potential a node") else { return nil }
        var bound = Int128(0)
        for (node, supply) in problem.supplies.enumerated() {
            if problem.supplyRule == .atMost, potentials[node] < 0 {
                verification.fail("potential of node \(node) is negative although supplies are upper limits")
                return nil
            }
            bound -= Int128(potentials[node]) * Int128(supply)
        }
        for arc in problem.arcs {
            let reduced =
                Int128(arc.cost) + Int128(potentials[Int(arc.tail)]) - Int128(potentials[Int(arc.head)])
            if reduced >= 0 {
                bound += reduced * Int128(arc.lower)
            } else if arc.upper == FlowProblem.unlimited {
                return nil
            } else {
                bound += reduced * Int128(arc.upper)
            }
        }
        return bound
    }

    private func check(cut nodes: [Int], of problem: FlowProblem, into verification: inout Verification) {
        var inside = Array(repeating: false, count: problem.nodeCount)
        var supply = Int128(0)
        for node in nodes {
            guard verification.expect(inside.indices.contains(node) && !inside[node], "cut names node \(node) wrongly")
            else { return }
            inside[node] = true
            supply += Int128(problem.supplies[node])
        }
        // What leaves the side less what enters it lies between `least` and `most`; nil means no limit.
        var least: Int128? = 0
        var most: Int128? = 0
        for arc in problem.arcs where inside[Int(arc.tail)] != inside[Int(arc.head)] {
            let upper: Int128? = arc.upper == FlowProblem.unlimited ? nil : Int128(arc.upper)
            let lower = Int128(arc.lower)
            if inside[Int(arc.tail)] {
                least = least.map { $0 + lower }
                most = most.flatMap { most in upper.map { most + $0 } }
            } else {
                most = most.map { $0 - lower }
                least = least.flatMap { least in upper.map { least - $0 } }
            }
        }
        let tooMuch = problem.supplyRule == .equal && (most.map { supply > $0 } ?? false)
        let tooLittle = least.map { supply < $0 } ?? false
        verification.expect(tooMuch || tooLittle, "the cut of \(nodes.count) nodes is not violated")
    }

    private func check(cycle arcs: [Int], of problem: FlowProblem, into verification: inout Verification) {
        guard verification.expect(!arcs.isEmpty && arcs.allSatisfy(problem.arcs.indices.contains), "no such cycle")
        else { return }
        var cost = Int128(0)
        for (position, index) in arcs.enumerated() {
            let arc = problem.arcs[index]
            let next = problem.arcs[arcs[(position + 1) % arcs.count]]
            verification.expect(arc.head == next.tail, "arc \(index) does not lead to the next arc of the cycle")
            verification.expect(arc.upper == FlowProblem.unlimited, "arc \(index) of the cycle is bounded")
            cost += Int128(arc.cost)
        }
        verification.expect(cost < 0, "the cycle costs \(cost), which is not negative")
    }
}
