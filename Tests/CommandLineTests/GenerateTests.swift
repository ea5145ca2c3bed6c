import Foundation
import Testing

@Suite("rmc generate")
struct GenerateTests {
    static let recipes: [[String]] = [
        ["flow", "--shape", "netgen", "--nodes", "256"], ["flow", "--shape", "gridgen", "--nodes", "256"],
        ["flow", "--shape", "goto", "--nodes", "256"],
        ["flow", "--shape", "assignment", "--clusters", "60", "--sites", "12", "--degree", "4"],
        ["facility", "--facilities", "12", "--customers", "30"],
        ["facility", "--facilities", "8", "--slack", "3"],
        ["facility", "--facilities", "8", "--slack", "3", "--term", "servers", "--term", "history"],
        ["facility", "--kind", "koerkel-ghosh", "--facilities", "10", "--class", "c"],
    ]
    static let worldRecipe = ["world", "--sites", "8", "--participants", "30", "--sessions", "2"]

    @Test("the same seed gives the same bytes, another seed others", arguments: recipes + [worldRecipe])
    func seeds(recipe: [String]) throws {
        func bytes(_ seed: String) throws -> Data {
            let run = try CommandLine.run(["generate"] + recipe + ["--seed", seed])
            #expect(run.status == 0)
            return run.output
        }
        let first = try bytes("7")
        #expect(!first.isEmpty)
        #expect(first == (try bytes("7")))
        #expect(first != (try bytes("8")))
    }

    @Test("what is made can be solved", arguments: recipes)
    func solvable(recipe: [String]) throws {
        let made = try CommandLine.run(["generate"] + recipe)
        let solved = try CommandLine.run(["solve", recipe[0], "-", "--format", "json"], input: made.output)
        #expect(solved.status == 0, "\(solved.errors)")
        let json = try solved.json()
        #expect(json["termination"] as? String == "optimal")
        #expect((json["certificate"] as? [String: Any])?["verified"] as? Bool == true)
    }

    @Test("a world that is made can be planned and the plan verified")
    func world() throws {
        let files = try Scratch()
        let (world, plan) = (files.path("world.json"), files.path("plan.json"))
        #expect(try CommandLine.run(["generate"] + Self.worldRecipe + ["--out", world]).status == 0)
        #expect(try CommandLine.run(["plan", world, "--out", plan]).status == 0)
        #expect(try CommandLine.run(["verify", world, plan]).status == 0)
    }

    @Test("a file gets the same bytes as the standard output, and is described")
    func file() throws {
        let files = try Scratch()
        let recipe = ["generate"] + Self.recipes[0] + ["--seed", "3"]
        let run = try CommandLine.run(recipe + ["--out", files.path("a.min"), "--format", "json"])
        #expect(run.status == 0)
        let json = try run.json()
        #expect(json["nodes"] as? Int == 256)
        #expect(files.names == ["a.min"])
        #expect(try Data(contentsOf: files.url("a.min")) == (try CommandLine.run(recipe).output))
    }

    @Test(
        "what cannot be made is wrong usage, and leaves no file",
        arguments: [
            ["flow", "--shape", "spiral"], ["flow", "--nodes", "-5"], ["flow", "--nodes", "99999999999"],
            ["flow", "--shape", "assignment", "--degree", "0"], ["flow", "--seed", "-1"],
            ["world", "--sites", "0"], ["world", "--slack", "-1"], ["facility", "--facilities", "0"],
            ["facility", "--slack", "-1"], ["facility", "--term", "servers"],
            ["facility", "--term", "congestion", "--output-format", "orlib"],
            ["facility", "--kind", "koerkel-ghosh", "--slack", "2"],
            ["facility", "--output-format", "pmed"], ["facility", "--slack", "2", "--output-format", "ufllib"],
        ])
    func refused(recipe: [String]) throws {
        let files = try Scratch()
        let run = try CommandLine.run(["generate"] + recipe + ["--out", files.path("out")])
        #expect(run.status == 64)
        #expect(run.output.isEmpty)
        #expect(!run.errors.isEmpty)
        #expect(files.names.isEmpty)
    }
}
