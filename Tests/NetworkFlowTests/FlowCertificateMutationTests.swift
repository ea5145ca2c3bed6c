import NetworkFlow
import Optimization
import TestSupport
import Testing

@Suite("Mutated flow answers are rejected")
struct FlowCertificateMutationTests {
    @Test("a changed flow, objective or potential fails", arguments: 0..<300)
    func rejectsMutations(seed: Int) throws {
        let problem = try RandomFlow.problem(seed: UInt64(seed), largest: 30)
        let result = try NetworkSimplexSolver().solve(problem)
        var random = SplitMix64(seed: UInt64(seed))
        try FlowMutations.expectRejections(problem, result, random: &random)
    }
}

/// Damages to right answers, each of which the checker has to find.
enum FlowMutations {
    private static let checker = CertificateChecker()

    /// Damages an answer that ended with a proof, in the ways that fit its certificate.
    static func expectRejections(_ problem: FlowProblem, _ result: FlowResult, random: inout SplitMix64) throws {
        switch result.certificate {
        case .potentials(let potentials):
            try rejectOptimal(problem, result, potentials: potentials, random: &random)
        case .cut(let nodes):
            // The complement of a violated cut claims the opposite; an empty cut claims nothing.
            var empty = result
            empty.certificate = .cut([])
            #expect(!checker.verify(problem, empty).isVerified)
            var doubled = result
            doubled.certificate = .cut(nodes + nodes)
            #expect(!checker.verify(problem, doubled).isVerified)
        case .negativeCycle(let arcs):
            var shorter = result
            shorter.certificate = .negativeCycle(Array(arcs.dropLast()))
            #expect(!checker.verify(problem, shorter).isVerified)
            var flowless = result
            flowless.flows = nil
            #expect(!checker.verify(problem, flowless).isVerified)
        case .none:
            Issue.record("no certificate")
        }
    }

    private static func rejectOptimal(
        _ problem: FlowProblem, _ result: FlowResult, potentials: [Int64], random: inout SplitMix64
    ) throws {
        var cheaper = result
        cheaper.objective = try #require(result.objective) - 1
        #expect(!checker.verify(problem, cheaper).isVerified)
        let flows = try #require(result.flows)
        if let index = problem.arcs.firstIndex(where: { $0.tail != $0.head }) {
            var moved = flows
            moved[index] += random.chance(0.5) ? 1 : -1
            var changed = result
            changed.flows = moved
            #expect(problem.supplyRule == .atMost || !checker.verify(problem, changed).isVerified)
        }
        // Raising one node's potential so far that an arc with flow strictly inside its bounds prices in.
        for (index, arc) in problem.arcs.enumerated() where flows[index] > arc.lower && arc.tail != arc.head {
            var raised = potentials
            raised[Int(arc.tail)] += 1 << 40
            var changed = result
            changed.certificate = .potentials(raised)
            let supplied = problem.supplyRule == .equal
            #expect(!supplied || !checker.verify(problem, changed).isVerified)
            break
        }
    }
}
