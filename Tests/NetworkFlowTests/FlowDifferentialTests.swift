import Foundation
import GLPKSolver
import NetworkFlow
import Optimization
import TestSupport
import Testing

/// Ten thousand random problems with all features mixed, of 1 to 200 nodes: every solver of ours against GLPK's simplex on
/// the flow as a linear program, and against LEMON where it is installed.
@Suite("Flow solvers agree with others", .serialized)
struct FlowDifferentialTests {
    private static let count = 10_000
    private static let ours: [any FlowSolver] = [NetworkSimplexSolver(), CostScalingSolver()]

    private static func problem(_ seed: Int) throws -> FlowProblem {
        // Every second problem is small: there all features meet.
        try RandomFlow.problem(seed: UInt64(100_000 + seed), largest: seed % 2 == 0 ? 200 : 20)
    }

    /// The flow as a linear program; a loop's terms cancel, so that it stays out of the rows.
    private func program(_ problem: FlowProblem) -> LinearProgram {
        var program = LinearProgram(
            columns: problem.arcs.map {
                .init(
                    cost: Double($0.cost), lower: Double($0.lower),
                    upper: $0.upper == FlowProblem.unlimited ? .infinity : Double($0.upper))
            })
        program.rows = problem.supplies.map {
            .init(lower: problem.supplyRule == .equal ? Double($0) : -.infinity, upper: Double($0), terms: [])
        }
        for (column, arc) in problem.arcs.enumerated() where arc.tail != arc.head {
            program.rows[Int(arc.tail)].terms.append(.init(column, 1))
            program.rows[Int(arc.head)].terms.append(.init(column, -1))
        }
        return program
    }

    @Test("with GLPK on status and objective, all certificates verified", arguments: 0..<20)
    func glpk(block: Int) throws {
        let checker = CertificateChecker()
        // Programs of which the linear solver proves nothing: large ones with a direction that gains next to nothing.
        var undecided = 0
        for seed in stride(from: block, to: Self.count, by: 20) {
            let problem = try Self.problem(seed)
            let reference = try GLPKLinearSolver().solve(program(problem))
            for solver in Self.ours {
                let result = try solver.solve(problem)
                if reference.termination == .unverified {
                    undecided += 1
                } else {
                    #expect(result.termination == reference.termination, "seed \(seed), \(solver.name)")
                }
                if let value = reference.objective, reference.termination == .optimal {
                    #expect(result.objective == Int64(value.rounded()), "seed \(seed), \(solver.name)")
                }
                #expect(checker.verify(problem, result).isVerified, "seed \(seed), \(solver.name)")
            }
        }
        #expect(undecided <= 2 * Self.ours.count)
    }

    @Test(
        "with LEMON on status and objective",
        .enabled(if: LEMONOracle.isInstalled, "needs g++ and liblemon-dev; `make differential` installs them"))
    func lemon() throws {
        var text = ""
        for seed in 0..<Self.count { LEMONOracle.write(try Self.problem(seed), into: &text) }
        let answers = try LEMONOracle.answers(to: text)
        #expect(answers.count == Self.count)
        var tally = FeatureTally()
        for (seed, answer) in answers.enumerated() {
            let problem = try Self.problem(seed)
            for solver in Self.ours {
                let result = try solver.solve(problem)
                for peer in [answer.simplex, answer.scaling] where !["skipped", "crashed"].contains(peer.status) {
                    #expect(result.termination.word == peer.status, "seed \(seed), \(solver.name)")
                    if peer.status == "optimal" {
                        #expect(result.objective == peer.objective, "seed \(seed), \(solver.name)")
                    }
                }
            }
            tally.count(problem, answer)
        }
        print(tally.table)
        #expect(tally.crashCount < 10)
        #expect(tally.leastCount > 50, "a feature or status hardly occurs")
    }
}

/// How many problems have which feature and end in which status.
private struct FeatureTally {
    private static let statuses = ["optimal", "infeasible", "unbounded"]
    private static let features: [(name: String, holds: @Sendable (FlowProblem) -> Bool)] = [
        ("all", { _ in true }),
        ("lower bounds", { $0.arcs.contains { $0.lower > 0 } }),
        ("infinite capacities", { $0.arcs.contains { $0.upper == FlowProblem.unlimited } }),
        ("negative costs", { $0.arcs.contains { $0.cost < 0 } }),
        ("at-most supplies", { $0.supplyRule == .atMost }),
        ("parallel arcs", { Set($0.arcs.map { [$0.tail, $0.head] }).count < $0.arcs.count }),
        ("self-loops", { $0.arcs.contains { $0.tail == $0.head } }),
        ("disconnected", { !isConnected($0) }),
        ("unbalanced", { $0.supplies.reduce(0, +) != 0 }),
    ]

    private var counts = Array(repeating: Array(repeating: 0, count: statuses.count), count: features.count)
    private var scalingCount = 0
    private(set) var crashCount = 0

    var leastCount: Int { counts.map { $0.reduce(0, +) }.min().map { min($0, counts[0].min() ?? 0) } ?? 0 }

    mutating func count(_ problem: FlowProblem, _ answer: LEMONOracle.Answer) {
        guard let status = Self.statuses.firstIndex(of: answer.simplex.status) else { return }
        for (index, feature) in Self.features.enumerated() where feature.holds(problem) { counts[index][status] += 1 }
        if answer.scaling.status != "skipped" { scalingCount += 1 }
        if answer.scaling.status == "crashed" { crashCount += 1 }
    }

    var table: String {
        var text = "feature: " + Self.statuses.joined(separator: " / ") + "\n"
        for (feature, row) in zip(Self.features, counts) {
            text += "  \(feature.name): " + row.map(String.init).joined(separator: " / ") + "\n"
        }
        return text + "  LEMON's cost scaling was asked on \(scalingCount), and crashed on \(crashCount)"
    }

    private static func isConnected(_ problem: FlowProblem) -> Bool {
        var roots = Array(0..<problem.nodeCount)
        func root(_ node: Int) -> Int {
            var node = node
            while roots[node] != node {
                roots[node] = roots[roots[node]]
                node = roots[node]
            }
            return node
        }
        for arc in problem.arcs { roots[root(Int(arc.tail))] = root(Int(arc.head)) }
        return Set((0..<problem.nodeCount).map(root)).count <= 1
    }
}
