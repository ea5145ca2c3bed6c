import Foundation
import TestSupport
import Testing

@Suite("rmc solve flow")
struct SolveFlowTests {
    @Test("prints the document that the interface promises")
    func document() throws {
        let files = try Scratch()
        let run = try CommandLine.run(
            ["solve", "flow", try files.file("a.min", Samples.flow), "--format", "json", "--solution"])
        #expect(run.status == 0)
        #expect(run.errors.isEmpty)
        let json = try run.json()
        #expect(json["problem"] as? String == "min-cost-flow")
        #expect(json["size"] as? [String: Int] == ["nodes": 4, "arcs": 5])
        #expect(json["termination"] as? String == "optimal")
        #expect(json["objective"] as? Int == 14)
        #expect(json["bound"] as? Int == 14)
        #expect(json["gap"] as? Double == 0)
        #expect(run.text.contains("\"objective\": 14,"), "integers are printed as integers")
        let certificate = try #require(json["certificate"] as? [String: Any])
        #expect(certificate["kind"] as? String == "potentials")
        #expect(certificate["verified"] as? Bool == true)
        let seconds = try #require(json["seconds"] as? [String: Double])
        #expect(Set(seconds.keys) == ["read", "solve", "certify"])
        #expect(seconds.values.allSatisfy { $0 >= 0 })
        #expect((json["statistics"] as? [String: Int])?["pivots"] != nil)
        let flows = try #require(json["flows"] as? [Int])
        #expect(zip(flows, [2, 2, 1, 3, 1]).reduce(0) { $0 + $1.0 * $1.1 } == 14)
    }

    @Test("says in words what it found", arguments: [["--solver", "network-simplex"], []])
    func words(options: [String]) throws {
        let files = try Scratch()
        let run = try CommandLine.run(["solve", "flow", try files.file("a.min", Samples.flow)] + options)
        #expect(run.status == 0)
        #expect(run.text.contains("optimal"))
        #expect(run.text.contains("potentials, verified"))
    }

    @Test("an infeasible problem is an answer, and names its cut from 1")
    func infeasible() throws {
        let files = try Scratch()
        let path = try files.file("a.min", Samples.infeasibleFlow)
        let run = try CommandLine.run(["solve", "flow", path, "--format", "json"])
        #expect(run.status == 0)
        let json = try run.json()
        #expect(json["termination"] as? String == "infeasible")
        for key in ["objective", "bound", "gap"] { #expect(json[key] is NSNull, "\(key)") }
        let certificate = try #require(json["certificate"] as? [String: Any])
        #expect(certificate["kind"] as? String == "cut")
        #expect(certificate["verified"] as? Bool == true)
        let nodes = try #require(certificate["nodes"] as? [Int])
        #expect(nodes == [1] || nodes == [2])
        #expect(json["reason"] is String)
        let words = try CommandLine.run(["solve", "flow", path])
        #expect(words.text.contains("reason") && words.text.contains("nodes \(nodes[0])"))
    }

    @Test("supplies that do not sum to zero are named")
    func unbalanced() throws {
        let files = try Scratch()
        let path = try files.file("a.min", "p min 2 1\nn 1 5\nn 2 -3\na 1 2 0 9 1\n")
        let json = try CommandLine.run(["solve", "flow", path, "--format", "json"]).json()
        #expect((json["reason"] as? String)?.contains("sum to 2") == true)
    }

    @Test("an unbounded problem is an answer, and names its cycle")
    func unbounded() throws {
        let files = try Scratch()
        let path = try files.file("a.min", Samples.unboundedFlow)
        let run = try CommandLine.run(["solve", "flow", path, "--format", "json"])
        #expect(run.status == 0)
        let json = try run.json()
        #expect(json["termination"] as? String == "unbounded")
        for key in ["objective", "bound", "gap"] { #expect(json[key] is NSNull, "\(key)") }
        let certificate = try #require(json["certificate"] as? [String: Any])
        #expect(certificate["kind"] as? String == "negative-cycle")
        #expect((certificate["arcs"] as? [Int])?.sorted() == [1, 2])
        #expect(certificate["verified"] as? Bool == true)
    }

    @Test("reads the standard input")
    func standardInput() throws {
        let run = try CommandLine.run(["solve", "flow", "-", "--format", "json"], input: Data(Samples.flow.utf8))
        #expect(try run.json()["objective"] as? Int == 14)
    }

    @Test("reads xz archives", .enabled(if: SharedData.isAvailable, "\(SharedData.hint)"))
    func archive() throws {
        let url = try #require(SharedData.url("mcf/netgen_101_150/netgen_101.min.xz"))
        let run = try CommandLine.run(["solve", "flow", url.path, "--format", "json"])
        #expect(try run.json()["objective"] as? Int == 6_191_726)
    }

    @Test("no time at all is a limit without an answer")
    func timeLimit() throws {
        let files = try Scratch()
        let run = try CommandLine.run(
            ["solve", "flow", try files.file("a.min", Samples.flow), "--time-limit", "0", "--format", "json"])
        #expect(run.status == 75)
        let json = try run.json()
        #expect(json["termination"] as? String == "time-limit")
        #expect(json["objective"] is NSNull)
    }
}
