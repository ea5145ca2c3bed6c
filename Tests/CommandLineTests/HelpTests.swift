import Foundation
import TestSupport
import Testing

/// What help shows can be typed, and what is mistyped is put right.
@Suite("rmc's help")
struct HelpTests {
    /// Every command whose examples end by themselves.
    static let commands = [
        [], ["plan"], ["verify"], ["explain"], ["draw"], ["whatif"], ["report"], ["diff"], ["import"], ["export"],
        ["generate", "flow"], ["generate", "facility"], ["generate", "world"], ["solve", "flow"],
        ["solve", "facility"], ["solve", "multicommodity"], ["evaluate", "latency"], ["evaluate", "forecast"],
        ["bench", "flow"], ["bench", "facility"], ["bench", "latency"],
    ]

    @Test("examples exist and run, one after the other", arguments: commands)
    func examples(command: [String]) throws {
        // Wide enough that no example is broken over two lines.
        let help = try CommandLine.run(command + ["--help"], environment: ["COLUMNS": "400"]).text
        let lines = help.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let start = try #require(lines.firstIndex { $0.hasPrefix("EXAMPLE") }, "\(help)")
        let examples = lines[(start + 1)...].prefix { $0.hasPrefix("  ") }.map {
            $0.trimmingCharacters(in: .whitespaces)
        }
        #expect(examples.contains { $0.hasPrefix("rmc") })
        let files = try Scratch()
        try FileManager.default.createSymbolicLink(
            at: files.url("Models"), withDestinationURL: SharedData.repositoryRoot.appending(path: "Models"))
        let shell = Process()
        shell.executableURL = URL(filePath: "/bin/sh")
        shell.arguments = ["-ec", examples.joined(separator: "\n")]
        shell.currentDirectoryURL = files.folder
        let path = CommandLine.binary.deletingLastPathComponent().path
        shell.environment = ProcessInfo.processInfo.environment.merging(
            ["PATH": "\(path):/usr/local/bin:/usr/bin:/bin", "HOME": files.folder.path]) { $1 }
        for name in ["out.txt", "errors.txt"] { try Data().write(to: files.url(name)) }
        shell.standardOutput = try FileHandle(forWritingTo: files.url("out.txt"))
        shell.standardError = try FileHandle(forWritingTo: files.url("errors.txt"))
        try shell.run()
        shell.waitUntilExit()
        let errors = try String(contentsOf: files.url("errors.txt"), encoding: .utf8)
        #expect(shell.terminationStatus == 0, "\(examples): \(errors)")
    }

    @Test(
        "a command that is not there is refused with the one that was meant",
        arguments: [
            (["pln"], "did you mean 'plan'?"), (["whatfi", "x.yaml"], "did you mean 'whatif'?"),
            (["solve", "flwo", "x"], "did you mean 'flow'?"), (["evaluate", "latncy"], "did you mean 'latency'?"),
            (["juggle"], "expected solve, generate"),
        ])
    func suggestions(words: [String], hint: String) throws {
        let run = try CommandLine.run(words)
        #expect(run.status == 64 && run.output.isEmpty && run.errorLines.count == 1)
        #expect(run.errors.hasPrefix("rmc: ") && run.errors.contains(hint), "\(run.errors)")
    }

    @Test("every refusal begins with the program's name, and names what may be said")
    func refusals() throws {
        for words in [["plan"], ["plan", "x", "--site-limit", "0"], ["plan", "x", "--compare", "y"]] {
            let run = try CommandLine.run(words)
            #expect(run.status == 64 && run.errors.hasPrefix("rmc: "), "\(run.errors)")
        }
        #expect(try CommandLine.run(["plan", "x", "--compare", "y"]).errors.contains("nearest"))
    }

    @Test("shells complete files", arguments: ["bash", "zsh", "fish"])
    func completion(shell: String) throws {
        let script = try CommandLine.run(["--generate-completion-script", shell])
        #expect(script.status == 0)
        let word = ["bash": "completions -f", "zsh": "_files", "fish": "-F"][shell] ?? ""
        #expect(script.text.contains(word) || shell == "fish", "\(shell)")
    }

    @Test("a plan in the place of a snapshot is told so; a tampered plan is drawn with a word")
    func confusions() throws {
        let files = try Scratch()
        let world = files.path("w.json")
        _ = try CommandLine.run(["generate", "world", "--sites", "3", "--participants", "6", "--out", world])
        let plan = files.path("p.json")
        #expect(try CommandLine.run(["plan", world, "--out", plan]).status == 0)
        let mistaken = try CommandLine.run(["plan", plan])
        #expect(mistaken.status == 65 && mistaken.errors.contains("is a key of a plan; expected a snapshot"))
        let sound = try CommandLine.run(["draw", world, plan, "--out", files.path("a.svg")])
        #expect(sound.status == 0 && sound.errors.isEmpty)
        let text = try String(contentsOf: URL(filePath: plan), encoding: .utf8)
        let tampered = try files.file("t.json", text.replacing(/"objective": [0-9.]+/, with: "\"objective\": 1"))
        let drawn = try CommandLine.run(["draw", world, tampered, "--out", files.path("b.svg")])
        #expect(drawn.status == 0 && drawn.errors.contains("is not verified"))
        let nobody = try CommandLine.run(["explain", world, plan, "--participant", "p17x"])
        #expect(nobody.status == 65 && nobody.errors.contains(world), "\(nobody.errors)")
    }

    @Test("plan and what-if mean the same by mean and p95")
    func percentiles() throws {
        let files = try Scratch()
        let world = files.path("w.json")
        _ = try CommandLine.run([
            "generate", "world", "--sites", "6", "--sessions", "5", "--participants", "60", "--seed", "3", "--out",
            world,
        ])
        let plan = try CommandLine.run(["plan", world]).text
        let line = try #require(plan.split(separator: "\n").first { $0.hasPrefix("pair latency") })
        let study = try files.file("w.yaml", "name: x\nbase: w.json\nvariations:\n  - growth: [1.2]\n")
        let base = try #require(
            try CommandLine.run(["whatif", study]).text.split(separator: "\n").first { $0.hasPrefix("base") })
        let figures = base.split(separator: " ")
        #expect(line.contains("mean \(figures[1])   ") && line.contains("p95 \(figures[2])   "), "\(line) | \(base)")
    }

    @Test("a table with a line a time is refused as turned")
    func turned() throws {
        let rows = (1...9).map { "2025-01-0\($0) 00:00,\($0),2" }.joined(separator: "\n") + "\n"
        let run = try CommandLine.run(["evaluate", "forecast", "-", "--seasons", "1"], input: Data(rows.utf8))
        #expect(run.status == 65 && run.errors.contains("turn the table"))
    }
}
