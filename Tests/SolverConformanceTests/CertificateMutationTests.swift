import Optimization
import TestSupport
import Testing

/// Wrong claims are rejected, whichever solver's answer they started from.
@Suite struct CertificateMutationTests {
    private static let instances: Range<UInt64> = 0..<1_000
    private let checker = CertificateChecker()

    @Test(arguments: SolverLists.flow) func mutatedFlowAnswersAreRejected(tested: Tested<any FlowSolver>) throws {
        var rejected = 0
        for seed in Self.instances {
            let problem = try RandomFlows.problem(seed: seed)
            let answer = try tested.solver.solve(problem)
            var random = SplitMix64(seed: seed)
            for (name, wrong) in Self.mutations(of: answer, problem: problem, random: &random) {
                rejected += 1
                #expect(!checker.verify(problem, wrong).isVerified, "seed \(seed): \(name)")
            }
        }
        #expect(rejected > 4_000, "\(rejected)")
    }

    /// Changes after which the answer is wrong for certain.
    private static func mutations(
        of answer: FlowResult, problem: FlowProblem, random: inout SplitMix64
    ) -> [(String, FlowResult)] {
        var wrong: [(String, FlowResult)] = []
        func add(_ name: String, _ change: (inout FlowResult) -> Void) {
            var copy = answer
            change(&copy)
            wrong.append((name, copy))
        }
        if answer.objective != nil { add("objective") { $0.objective = ($0.objective ?? 0) &+ 1 } }
        if answer.termination != .unbounded { add("called unbounded") { $0.termination = .unbounded } }
        if answer.termination != .infeasible { add("called infeasible") { $0.termination = .infeasible } }
        if answer.termination != .optimal { add("called optimal") { $0.termination = .optimal } }
        add("no certificate") { $0.certificate = .none }
        if let flows = answer.flows, !flows.isEmpty {
            add("flows short") { $0.flows = Array(flows.dropLast()) }
            let loose = problem.arcs.indices.filter { problem.arcs[$0].tail != problem.arcs[$0].head }
            if problem.supplyRule == .equal, !loose.isEmpty {
                let arc = random.element(of: loose)
                add("a flow of one more") { $0.flows?[arc] += 1 }
            }
            let bounded = problem.arcs.indices.filter { problem.arcs[$0].upper < FlowProblem.unlimited }
            if !bounded.isEmpty {
                let arc = random.element(of: bounded)
                add("a flow over capacity") { $0.flows?[arc] = problem.arcs[arc].upper + 1 }
            }
        }
        switch answer.certificate {
        case .potentials(let potentials): mutate(potentials, answer, problem, &random, &wrong)
        case .cut(let side):
            add("an empty cut") { $0.certificate = .cut([]) }
            add("a node that is not there") { $0.certificate = .cut(side + [problem.nodeCount]) }
            if let first = side.first { add("a node twice") { $0.certificate = .cut(side + [first]) } }
        case .negativeCycle(let arcs):
            add("an empty cycle") { $0.certificate = .negativeCycle([]) }
            add("an arc that is not there") { $0.certificate = .negativeCycle(arcs + [problem.arcCount]) }
        case .none: break
        }
        return wrong
    }

    /// Potentials that break complementary slackness at some arc, and false cuts and cycles of a solvable problem.
    private static func mutate(
        _ potentials: [Int64], _ answer: FlowResult, _ problem: FlowProblem, _ random: inout SplitMix64,
        _ wrong: inout [(String, FlowResult)]
    ) {
        guard !potentials.isEmpty, let flows = answer.flows else { return }
        var short = answer
        short.certificate = .potentials(Array(potentials.dropLast()))
        wrong.append(("potentials short", short))
        var changed = potentials
        changed[random.integer(0...(potentials.count - 1))] += random.chance(0.5) ? 1_000_000_000_000 : -3
        let isBroken = zip(problem.arcs, flows).contains { arc, flow in
            let reduced = arc.cost + changed[Int(arc.tail)] - changed[Int(arc.head)]
            return (reduced > 0 && flow > arc.lower) || (reduced < 0 && flow < arc.upper)
        }
        if isBroken {
            var copy = answer
            copy.certificate = .potentials(changed)
            wrong.append(("a potential", copy))
        }
        var infeasible = answer
        infeasible.termination = .infeasible
        infeasible.flows = nil
        infeasible.objective = nil
        infeasible.bound = nil
        infeasible.certificate = .cut(potentials.indices.filter { _ in random.chance(0.5) })
        wrong.append(("a cut of a feasible problem", infeasible))
        guard !problem.arcs.isEmpty else { return }
        var unbounded = answer
        unbounded.termination = .unbounded
        unbounded.bound = nil
        unbounded.certificate = .negativeCycle([random.integer(0...(problem.arcCount - 1))])
        wrong.append(("a cycle of a bounded problem", unbounded))
    }

    @Test(arguments: SolverLists.facility) func mutatedFacilityAnswersAreRejected(
        tested: Tested<any FacilitySolver>
    ) throws {
        var rejected = 0
        let kinds = RandomFacilities.Kind.allCases.filter { tested.solver.capabilities.isSuperset(of: $0.needs) }
        for seed in Self.instances {
            let problem = try RandomFacilities.problem(kinds[Int(seed) % kinds.count], seed: seed)
            let answer = try tested.solver.solve(problem)
            guard let objective = answer.objective, let solution = answer.solution, problem.customerCount > 0 else {
                continue
            }
            var wrong: [(String, FacilityResult)] = []
            func add(_ name: String, _ change: (inout FacilityResult) -> Void) {
                var copy = answer
                change(&copy)
                wrong.append((name, copy))
            }
            add("objective") { $0.objective = objective - 1 }
            add("everything closed") { $0.solution?.open = [] }
            add("a customer left out") { $0.solution?.shares[0] = [] }
            add("a customer served twice") { $0.solution?.shares[0] += solution.shares[0] }
            add("optimal without proof") {
                $0.termination = .optimal
                $0.certificate = .none
            }
            add("called infeasible") { $0.termination = .infeasible }
            if answer.certificate != .none {
                add("a bound above the optimum") { $0.bound = objective + 0.01 * max(1, abs(objective)) }
                add("prices far too low") {
                    $0.termination = .optimal
                    $0.certificate = .dual(prices: problem.demands.map { _ in -1e6 })
                }
            }
            for (name, result) in wrong {
                rejected += 1
                #expect(!checker.verify(problem, result).isVerified, "seed \(seed): \(name)")
            }
        }
        #expect(rejected > 4_000, "\(rejected)")
    }
}
