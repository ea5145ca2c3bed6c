import Foundation
import TestSupport
import Testing

@Suite("rmc solve multicommodity")
struct SolveMulticommodityTests {
    /// Three nodes; from a to c directly for 1 or by b for 3. Six units, of which four fit on the direct link.
    private static let network = """
        {"directed": true, "nodes": [{"id": "a"}, {"id": "b"}, {"id": "c"}],
         "links": [{"source": "a", "target": "c", "capacity": 4, "cost": 1},
                   {"source": "a", "target": "b", "capacity": 9, "cost": 1},
                   {"source": "b", "target": "c", "capacity": 9, "cost": 2}],
         "demands": [{"source": "a", "target": "c", "volume": 6}]}
        """

    @Test("prints the document that the interface promises", arguments: ["auto", "column-generation"])
    func document(method: String) throws {
        let files = try Scratch()
        let path = try files.file("n.json", Self.network)
        let run = try CommandLine.run(
            ["solve", "multicommodity", path, "--method", method, "--format", "json", "--solution"])
        #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
        let json = try run.json()
        #expect(json["problem"] as? String == "multicommodity-flow")
        #expect(json["size"] as? [String: Int] == ["nodes": 3, "links": 3, "demands": 1])
        #expect(json["termination"] as? String == "optimal")
        #expect(abs(try #require(json["objective"] as? Double) - 10) < 1e-4)
        #expect(try #require(json["bound"] as? Double) <= 10 + 1e-9)
        let certificate = try #require(json["certificate"] as? [String: Any])
        #expect(certificate["kind"] as? String == "dual" && certificate["verified"] as? Bool == true)
        #expect(abs(try #require(json["routed"] as? Double) - 6) < 1e-6)
        #expect(abs(try #require(json["utilisation"] as? Double) - 1) < 1e-4)
        let routes = try #require(json["routes"] as? [[String: Any]])
        let ways = Set(routes.compactMap { ($0["nodes"] as? [String])?.joined() })
        #expect(ways == ["ac", "abc"])
        #expect((json["loads"] as? [Double])?.count == 3)
    }

    @Test("a gap that is asked for is certified by price balancing, in words too")
    func gap() throws {
        let files = try Scratch()
        let path = try files.file("n.json", Self.network)
        let arguments = ["solve", "multicommodity", path, "--method", "price-balancing", "--gap", "0.02"]
        let json = try CommandLine.run(arguments + ["--format", "json"]).json()
        #expect(try #require(json["gap"] as? Double) <= 0.02)
        let words = try CommandLine.run(arguments + ["--solution"]).text
        #expect(words.contains("dual, verified") && words.contains("a > b > c"))
    }

    @Test("demands without room are proved to have none, and dropped where that has a price")
    func infeasible() throws {
        let files = try Scratch()
        let path = try files.file("n.json", Self.network)
        let run = try CommandLine.run(["solve", "multicommodity", path, "--scale", "3", "--format", "json"])
        #expect(run.status == 0)
        let json = try run.json()
        #expect(json["termination"] as? String == "infeasible")
        let certificate = try #require(json["certificate"] as? [String: Any])
        #expect(certificate["kind"] as? String == "metric" && certificate["verified"] as? Bool == true)
        #expect(try #require(json["reason"] as? String).contains("a-c"))
        let dropped = try CommandLine.run(
            ["solve", "multicommodity", path, "--scale", "3", "--drop-penalty", "10", "--format", "json"]
        ).json()
        // Thirteen units are routed for 4 + 27, five are dropped.
        #expect(abs(try #require(dropped["objective"] as? Double) - 81) < 1e-3)
        #expect(abs(try #require(dropped["routed"] as? Double) - 13) < 1e-3)
    }

    @Test(
        "TEAVAR's files are solved as they are",
        .enabled(if: SharedData.isAvailable, "\(SharedData.hint)"), arguments: ["B4", "Abilene", "ATT"])
    func teavar(name: String) throws {
        let folder = "multicommodity/teavar/\(name)"
        let topology = try #require(SharedData.url("\(folder)/topology.txt")).path
        let demands = try #require(SharedData.url("\(folder)/demand.txt") ?? SharedData.url("\(folder)/demand.txt.xz"))
        let json = try CommandLine.run(
            [
                "solve", "multicommodity", topology, "--demands", demands.path, "--matrix", "2", "--scale", "4",
                "--drop-penalty", "100", "--format", "json",
            ]
        ).json()
        #expect(json["termination"] as? String == "optimal")
        #expect((json["certificate"] as? [String: Any])?["verified"] as? Bool == true)
    }

    @Test(
        "options out of range are wrong usage",
        arguments: [["--gap", "-1"], ["--matrix", "0"], ["--scale", "-1"], ["--method", "simplex"]])
    func ranges(options: [String]) throws {
        #expect(try CommandLine.run(["solve", "multicommodity", "x"] + options).status == 64)
    }
}
