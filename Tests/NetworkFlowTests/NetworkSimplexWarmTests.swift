import NetworkFlow
import Optimization
import TestSupport
import Testing

@Suite("Network simplex, warm")
struct NetworkSimplexWarmTests {
    private let checker = CertificateChecker()

    /// Applies one random change of any kind.
    private func change(_ network: NetworkSimplex, random: inout SplitMix64) throws {
        let node = random.integer(0...(network.nodeCount - 1))
        let other = random.integer(0...(network.nodeCount - 1))
        let arc = network.arcCount > 0 ? random.integer(0...(network.arcCount - 1)) : -1
        switch random.integer(0...(arc < 0 ? 3 : 11)) {
        case 0, 1:
            let amount = Int64(random.integer(-6...6))
            try network.setSupply(ofNode: node, to: network.supply(ofNode: node) + amount)
            try network.setSupply(ofNode: other, to: network.supply(ofNode: other) - amount)
        case 2:
            let added = try network.addNode()
            _ = try network.addArc(.init(tail: node, head: added, cost: Int64(random.integer(0...9))))
            _ = try network.addArc(.init(tail: added, head: other, upper: 9, cost: Int64(random.integer(-9...9))))
        case 3:
            let lower = Int64(random.integer(0...2))
            let upper = random.chance(0.2) ? FlowProblem.unlimited : lower + Int64(random.integer(0...9))
            let cost = Int64(random.integer(-3...30))
            _ = try network.addArc(.init(tail: node, head: other, lower: lower, upper: upper, cost: cost))
        case 4, 5, 6:
            try network.setCost(ofArc: arc, to: network.arc(arc).cost + Int64(random.integer(-20...25)))
        case 7, 8, 9:
            let lower = random.chance(0.3) ? Int64(random.integer(0...3)) : 0
            let upper = random.chance(0.1) ? FlowProblem.unlimited : lower + Int64(random.integer(0...15))
            try network.setBounds(ofArc: arc, lower: lower, upper: upper)
        case 10:
            try network.removeArc(arc)
        default:
            let supply = network.supply(ofNode: node)
            try network.removeNode(node)
            try network.setSupply(ofNode: other, to: network.supply(ofNode: other) + supply)
        }
    }

    private func compareSequence(seed: UInt64, largest: Int, changesPerStep: Int) throws {
        var random = SplitMix64(seed: seed &* 31 &+ 7)
        let network = NetworkSimplex(try RandomFlow.problem(seed: seed, largest: largest))
        for step in 0...20 {
            for _ in 0..<(step == 0 ? 0 : random.integer(1...changesPerStep)) {
                try change(network, random: &random)
            }
            if step % 5 == 3 { #expect(network.invariantViolations() == [], "seed \(seed), step \(step)") }
            let warm = try network.solve()
            let problem = try network.problem
            let cold = try NetworkSimplexSolver().solve(problem)
            #expect(warm.termination == cold.termination, "seed \(seed), step \(step)")
            if warm.termination == .optimal {
                #expect(warm.objective == cold.objective, "seed \(seed), step \(step)")
            }
            let verification = checker.verify(problem, warm)
            #expect(verification.isVerified, "seed \(seed), step \(step): \(verification.failures)")
            try FlowMutations.expectRejections(problem, warm, random: &random)
        }
    }

    @Test("sequences of 20 changes on small networks agree with cold solves", arguments: 0..<20)
    func smallSequences(block: Int) throws {
        for index in 0..<100 {
            try compareSequence(seed: UInt64(block * 100 + index), largest: 20, changesPerStep: 3)
        }
    }

    @Test("sequences of larger changes on larger networks agree with cold solves", arguments: 0..<50)
    func largerSequences(seed: Int) throws {
        try compareSequence(seed: UInt64(7_000 + seed), largest: 200, changesPerStep: 60)
    }

    @Test("goes on after a stop, and starts cold when asked")
    func resumesAfterStop() throws {
        for seed in 0..<100 {
            let problem = try RandomFlow.problem(seed: UInt64(seed), largest: 100)
            let network = NetworkSimplex(problem)
            let stopped = try network.solve(criteria: .init(iterationLimit: 3))
            #expect(checker.verify(problem, stopped).isVerified)
            let resumed = try network.solve()
            network.startCold()
            let cold = try network.solve()
            #expect(resumed.termination == cold.termination && resumed.bound == cold.bound)
        }
    }

    @Test("changes of many arcs at once are the same as one by one", arguments: 0..<100)
    func changesManyArcs(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed) &+ 40_000)
        let problem = try RandomFlow.problem(seed: UInt64(seed) &+ 40_000, largest: 100)
        let (together, apart) = (NetworkSimplex(problem), NetworkSimplex(problem))
        for _ in 0..<5 where problem.arcCount > 0 {
            let changes = (0..<random.integer(0...problem.arcCount)).map { _ in
                let lower = random.chance(0.2) ? Int64(random.integer(0...3)) : 0
                return FlowArcChange(
                    arc: random.integer(0...(problem.arcCount - 1)), lower: lower,
                    upper: random.chance(0.2) ? FlowProblem.unlimited : lower + Int64(random.integer(0...15)),
                    cost: Int64(random.integer(-10...30)))
            }
            try together.setArcs(changes)
            for change in changes {
                try apart.setCost(ofArc: change.arc, to: change.cost)
                try apart.setBounds(ofArc: change.arc, lower: change.lower, upper: change.upper)
            }
            #expect(together.invariantViolations() == [])
            let (first, second) = (try together.solve(), try apart.solve())
            #expect(try together.problem == apart.problem)
            #expect(first.termination == second.termination && first.objective == second.objective)
            #expect(checker.verify(try together.problem, first).isVerified)
        }
        let before = try together.problem
        guard problem.arcCount > 0 else { return }
        #expect(throws: ProblemError.self) {
            try together.setArcs([FlowArcChange(arc: 0, lower: 3, upper: 2, cost: 1)])
        }
        #expect(try together.problem == before)
    }

    @Test("refuses changes that a problem would refuse, and stays as it was")
    func refusesBadChanges() throws {
        let problem = try RandomFlow.problem(seed: 11, largest: 50)
        let network = NetworkSimplex(problem)
        #expect(throws: ProblemError.self) { try network.setCost(ofArc: 0, to: 1 << 59) }
        #expect(throws: ProblemError.self) { try network.setBounds(ofArc: 0, lower: -1, upper: 2) }
        #expect(throws: ProblemError.self) { try network.setBounds(ofArc: 0, lower: 3, upper: 2) }
        #expect(throws: ProblemError.self) { try network.setSupply(ofNode: 0, to: 1 << 61) }
        #expect(throws: ProblemError.self) { try network.addArc(.init(tail: 0, head: 500, cost: 1)) }
        #expect(try network.problem == problem)
    }

    @Test("an unchanged problem is solved again without a pivot")
    func unchangedTakesNoPivot() throws {
        let network = NetworkSimplex(try RandomFlow.problem(seed: 21, largest: 200))
        let first = try network.solve()
        let second = try network.solve()
        #expect(second.statistics["pivots"] == 0)
        #expect(first.flows == second.flows && first.termination == second.termination)
    }
}
