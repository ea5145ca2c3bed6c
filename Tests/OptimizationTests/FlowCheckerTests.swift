import Optimization
import TestSupport
import Testing

/// The checker against exhaustive search on problems small enough to enumerate.
@Suite struct FlowCheckerTests {
    private let checker = CertificateChecker()

    @Test func acceptsAProofAndRejectsEachChangeOfIt() throws {
        // Two units from node 0 to node 2: one over the cheap path, one over the direct arc.
        let problem = try FlowProblem(
            supplies: [2, 0, -2],
            arcs: [
                .init(tail: 0, head: 1, upper: 1, cost: 1), .init(tail: 1, head: 2, upper: 5, cost: 1),
                .init(tail: 0, head: 2, upper: 5, cost: 4),
            ])
        let proof = FlowResult(
            termination: .optimal, flows: [1, 1, 1], objective: 6, bound: 6, certificate: .potentials([0, 3, 4]))
        #expect(checker.verify(problem, proof).isVerified)
        #expect(checker.verify(problem, proof).provedBound == 6)
        for (name, change) in [
            ("flow", { $0.flows = [1, 1, 2] }), ("bounds", { $0.flows = [2, 2, 0] }),
            ("objective", { $0.objective = 5 }), ("bound", { $0.bound = 7 }),
            ("potentials", { $0.certificate = .potentials([0, 0, 4]) }), ("none", { $0.certificate = .none }),
            ("count", { $0.certificate = .potentials([0, 3]) }), ("word", { $0.termination = .infeasible }),
            (
                "cheaper",
                {
                    $0.flows = [0, 0, 2]; $0.objective = 8
                }
            ),
        ] as [(String, (inout FlowResult) -> Void)] {
            var changed = proof
            change(&changed)
            #expect(!checker.verify(problem, changed).isVerified, "\(name)")
        }
    }

    @Test func cutsProveInfeasibility() throws {
        let problem = try FlowProblem(supplies: [3, -3], arcs: [.init(tail: 0, head: 1, upper: 2, cost: 1)])
        #expect(verify(problem, .cut([0])))
        #expect(verify(problem, .cut([1])))
        #expect(!verify(problem, .cut([])))
        #expect(!verify(problem, .cut([0, 1])))
        #expect(!verify(problem, .cut([0, 0])))
        #expect(!verify(problem, .cut([2])))
        let unbalanced = try FlowProblem(supplies: [3, -1], arcs: [.init(tail: 0, head: 1, cost: 1)])
        #expect(verify(unbalanced, .cut([0, 1])))
        let spare = try FlowProblem(
            supplies: [3, -1], arcs: [.init(tail: 0, head: 1, cost: 1)], supplyRule: .atMost)
        #expect(!verify(spare, .cut([0, 1])))
        let short = try FlowProblem(
            supplies: [1, -3], arcs: [.init(tail: 0, head: 1, cost: 1)], supplyRule: .atMost)
        #expect(verify(short, .cut([0, 1])))
        func verify(_ problem: FlowProblem, _ certificate: FlowCertificate) -> Bool {
            checker.verify(problem, FlowResult(termination: .infeasible, certificate: certificate)).isVerified
        }
    }

    @Test func cyclesProveUnboundedness() throws {
        let problem = try FlowProblem(
            supplies: [0, 0, 0],
            arcs: [
                .init(tail: 0, head: 1, cost: -3), .init(tail: 1, head: 0, cost: 2), .init(tail: 1, head: 0, cost: 3),
                .init(tail: 2, head: 2, upper: 7, cost: -1),
            ])
        let flows: [Int64] = [0, 0, 0, 0]
        for (cycle, holds) in [
            ([0, 1], true), ([1, 0], true), ([0, 2], false), ([0], false), ([3], false), ([], false),
        ] {
            let result = FlowResult(
                termination: .unbounded, flows: flows, objective: 0, certificate: .negativeCycle(cycle))
            #expect(checker.verify(problem, result).isVerified == holds, "\(cycle)")
        }
        let bare = FlowResult(termination: .unbounded, certificate: .negativeCycle([0, 1]))
        #expect(!checker.verify(problem, bare).isVerified, "without a feasible flow nothing is proved")
    }

    /// Whatever potentials are claimed, the bound they prove is never above the cheapest flow there is.
    @Test func provedBoundsNeverExceedTheOptimum() throws {
        var random = SplitMix64(seed: 71)
        var feasible = 0
        for _ in 0..<10_000 {
            let problem = try Self.tiny(&random)
            let best = Self.enumerate(problem)
            let potentials = (0..<problem.nodeCount).map { _ in Int64.random(in: -6...6, using: &random) }
            let claim = FlowResult(termination: .feasible, certificate: .potentials(potentials))
            let verification = checker.verify(problem, claim)
            if let best, let bound = verification.provedBound {
                feasible += 1
                #expect(bound <= Double(best))
            }
            let nodes = (0..<problem.nodeCount).filter { _ in Bool.random(using: &random) }
            let cut = FlowResult(termination: .infeasible, certificate: .cut(nodes))
            if checker.verify(problem, cut).isVerified {
                #expect(best == nil, "a cut was accepted of a feasible problem")
            }
        }
        #expect(feasible > 500)
    }

    private static func tiny(_ random: inout SplitMix64) throws -> FlowProblem {
        let nodes = Int.random(in: 1...3, using: &random)
        let arcs = (0..<Int.random(in: 0...4, using: &random)).map { _ in
            let lower = Int64.random(in: 0...1, using: &random)
            return FlowProblem.Arc(
                tail: Int.random(in: 0..<nodes, using: &random), head: Int.random(in: 0..<nodes, using: &random),
                lower: lower, upper: lower + Int64.random(in: 0...2, using: &random),
                cost: Int64.random(in: -4...4, using: &random))
        }
        return try FlowProblem(
            supplies: (0..<nodes).map { _ in Int64.random(in: -2...2, using: &random) }, arcs: arcs,
            supplyRule: Bool.random(using: &random) ? .equal : .atMost)
    }

    /// The least cost of a feasible flow, by trying every one.
    private static func enumerate(_ problem: FlowProblem) -> Int64? {
        var best: Int64?
        var flows = problem.arcs.map(\.lower)
        while true {
            var net = Array(repeating: Int64(0), count: problem.nodeCount)
            var cost = Int64(0)
            for (arc, flow) in zip(problem.arcs, flows) {
                net[Int(arc.tail)] += flow
                net[Int(arc.head)] -= flow
                cost += flow * arc.cost
            }
            let holds = zip(net, problem.supplies).allSatisfy {
                problem.supplyRule == .equal ? $0 == $1 : $0 <= $1
            }
            if holds { best = min(best ?? cost, cost) }
            guard let next = flows.indices.first(where: { flows[$0] < problem.arcs[$0].upper }) else { return best }
            flows[next] += 1
            for index in 0..<next { flows[index] = problem.arcs[index].lower }
        }
    }
}
