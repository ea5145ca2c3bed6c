import Foundation
import TestSupport
import Testing

@Suite("rmc solve model")
struct SolveModelTests {
    private static let model = """
        param rooms := 4;
        display rooms;
        printf "before %d\\n", rooms;
        var use >= 0;
        minimize cost: 3 * use;
        s.t. need: use >= rooms;
        solve;
        printf "after %g\\n", use;
        end;
        """

    @Test("shows what the model prints, before and after solving, and nothing of the solver's progress")
    func prints() throws {
        let files = try Scratch()
        let file = try files.file("rooms.mod", Self.model)
        let words = try CommandLine.run(["solve", "model", file]).text
        #expect(words.contains("rooms = 4\nbefore 4\nafter 4\n"))
        #expect(words.contains("objective  12"))
        for chatter in ["Constructing", "Reading", "Generating", "triangular", "generated"] {
            #expect(!words.contains(chatter))
        }
        let json = try CommandLine.run(["solve", "model", file, "--format", "json"]).json()
        #expect((json["output"] as? String)?.hasSuffix("rooms = 4\nbefore 4\nafter 4\n") == true)
        #expect((json["log"] as? String)?.contains("rooms.mod") == true)
        #expect(json["objective"] as? Double == 12)
    }

    @Test("takes the standard input and packed files, and names them in refusals")
    func sources() throws {
        let files = try Scratch()
        let piped = try CommandLine.run(["solve", "model", "-", "--format", "json"], input: Data(Self.model.utf8))
        #expect(piped.status == 0)
        #expect(try piped.json()["objective"] as? Double == 12)
        let plain = try files.file("rooms.mod", Self.model)
        let pack = Process()
        pack.executableURL = URL(filePath: "/usr/bin/env")
        pack.arguments = ["gzip", "-k", plain]
        try pack.run()
        pack.waitUntilExit()
        let packed = try CommandLine.run(["solve", "model", plain + ".gz", "--format", "json"])
        #expect(packed.status == 0)
        #expect(try packed.json()["objective"] as? Double == 12)
        let broken = try CommandLine.run(
            ["solve", "model", "-"], input: Data("var x >= 0;\nminimize o x;\nend;\n".utf8))
        #expect(broken.status == 65)
        #expect(broken.errors.contains("<stdin>:2:") && !broken.errors.contains("mathprog-"))
        #expect(try CommandLine.run(["solve", "model", "-", "--data", "-"]).status == 64)
    }

    @Test("calls models what they are, in whatever units")
    func terminations() throws {
        let cases: [(String, String, Double?)] = [
            ("var part >= 0, <= 0.004; minimize o: -2500 * part; s.t. c: -5e8 * part <= -1e6; end;", "optimal", -10),
            ("var far >= 0; var n integer >= 0; maximize o: far; s.t. c: 5 * n = 3; end;", "infeasible", nil),
            ("var far >= 0; maximize o: far; s.t. c: far >= 2; end;", "unbounded", 2),
        ]
        for (text, termination, objective) in cases {
            let run = try CommandLine.run(["solve", "model", "-", "--format", "json"], input: Data(text.utf8))
            #expect(run.status == 0)
            #expect(try run.json()["termination"] as? String == termination)
            let found = try run.json()["objective"] as? Double
            #expect(found == nil ? objective == nil : abs((found ?? 0) - (objective ?? .infinity)) < 1e-6, "\(text)")
        }
    }
}
