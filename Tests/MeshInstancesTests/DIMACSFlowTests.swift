import Foundation
import MeshInstances
import Optimization
import TestSupport
import Testing

@Suite("DIMACS minimum-cost flow files")
struct DIMACSFlowTests {
    private func read(_ text: String) throws -> FlowProblem { try DIMACSFlowReader.read(input(text)) }

    @Test("A file is read as it says")
    func meaning() throws {
        let problem = try read("c hello\r\n\np min 3 2\nn 1 5\na 1 3 0 7 -2\nc between\n n 3 -5\na 3 3 1 1 4")
        #expect(problem.supplies == [5, 0, -5])
        #expect(
            problem.arcs == [
                .init(tail: 0, head: 2, lower: 0, upper: 7, cost: -2),
                .init(tail: 2, head: 2, lower: 1, upper: 1, cost: 4),
            ])
        #expect(problem.supplyRule == .equal)
    }

    @Test("What is wrong is refused at its line")
    func refusals() {
        let cases: [(line: Int, part: String, text: String)] = [
            (1, "no problem line", ""), (1, "before the problem line", "n 1 2\np min 1 0\n"),
            (2, "second problem line", "p min 1 0\np min 1 0\n"), (1, "'max'; expected 'min'", "p max 2 1\n"),
            (1, "number of nodes is -1", "p min -1 0\n"), (1, "too short", "p min 2 5000000000\n"),
            (1, "number of nodes is 99999999", "p min 99999999 0\n"),
            (1, "expected an integer", "p min 2.5 0\n"), (1, "the line ends", "p min 2\n"),
            (2, "node is 3; expected a node from 1 to 2", "p min 2 0\nn 3 1\n"),
            (2, "node is 0", "p min 2 0\nn 0 1\n"), (3, "second line", "p min 2 0\nn 1 1\nn 1 1\n"),
            (2, "'nan'; expected an integer", "p min 2 0\nn 1 nan\n"),
            (2, "head is 9", "p min 2 1\na 1 9 0 1 1\n"), (2, "lower bound is -1", "p min 2 1\na 1 2 -1 1 1\n"),
            (2, "upper bound is -1", "p min 2 1\na 1 2 0 -1 1\n"),
            (2, "at least the lower bound, 5", "p min 2 1\na 1 2 5 1 1\n"),
            (2, "too large; expected a 64-bit", "p min 2 1\na 1 2 0 9223372036854775808 1\n"),
            (2, "too large for 2 nodes", "p min 2 1\na 1 2 0 1 1152921504606846976\n"),
            (3, "2^60", "p min 2 0\nn 1 1\nn 2 1152921504606846976\n"),
            (3, "2^60", "p min 2 2\na 1 2 0 1 1\na 1 2 1152921504606846976 1152921504606846976 1\n"),
            (3, "one arc more than the 1", "p min 2 1\na 1 2 0 1 1\na 1 2 0 1 1\n"),
            (2, "ends after 1 arcs", "p min 2 2\na 1 2 0 1 1"), (2, "more than expected", "p min 2 1\na 1 2 0 1 1 7\n"),
            (2, "the line ends before the cost", "p min 2 1\na 1 2 0 1\n"),
            (2, "'x'; expected c, p, n or a", "p min 2 0\nx\n"), (2, "'arc'", "p min 2 1\narc 1 2 0 1 1\n"),
        ]
        for (line, part, text) in cases { expectRefusal(at: line, part) { try read(text) } }
    }

    @Test("What is written reads back", arguments: 0..<50)
    func roundTrip(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let nodes = Int.random(in: 1...30, using: &random)
        let arcs = (0..<Int.random(in: 0...100, using: &random)).map { _ in
            let lower = Int64.random(in: 0...9, using: &random)
            let upper =
                Bool.random(using: &random) ? FlowProblem.unlimited : lower + .random(in: 0...99, using: &random)
            return FlowProblem.Arc(
                tail: .random(in: 0..<nodes, using: &random), head: .random(in: 0..<nodes, using: &random),
                lower: lower, upper: upper, cost: .random(in: -1_000...1_000, using: &random))
        }
        let supplies = (0..<nodes).map { _ in Int64.random(in: -5...5, using: &random) }
        let problem = try FlowProblem(supplies: supplies, arcs: arcs)
        let file = try InputFile(
            name: "written", contents: DIMACSFlowWriter.text(problem, comments: ["two\nlines", "seed \(seed)"]))
        #expect(try DIMACSFlowReader.read(file) == problem)
    }

    @Test(
        "All published files are read, with the published sizes",
        .enabled(if: SharedData.isAvailable, "\(SharedData.hint)"))
    func published() throws {
        for row in SharedData.table("mcf/reference.csv") {
            let folders = ["pdegenhardt", "mcfclass", "glpk"]
            let files = folders.flatMap { SharedData.files(in: "mcf/\($0)") }
            let file = try #require(files.first { $0.lastPathComponent == row[0] })
            let problem = try DIMACSFlowReader.read(.read(file.path))
            #expect("\(problem.nodeCount)" == row[1])
            #expect("\(problem.arcCount)" == row[2])
            #expect(problem.supplies.reduce(0, +) == 0)
        }
        let netgen = SharedData.files(in: "mcf/netgen_101_150")
        #expect(!netgen.isEmpty)
        for file in netgen {
            let problem = try DIMACSFlowReader.read(.read(file.path))
            #expect(problem.supplies.reduce(0, +) == 0)
            #expect(problem.arcCount > 10_000)
        }
    }
}
