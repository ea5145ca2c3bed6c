import Foundation
import Testing

/// What every command has in common.
@Suite("rmc")
struct BehaviourTests {
    /// Every subcommand.
    static let commands = [
        ["solve", "flow"], ["solve", "facility"], ["generate", "flow"], ["generate", "facility"],
        ["generate", "world"], ["plan"], ["verify"], ["explain"], ["draw"], ["bench", "flow"], ["bench", "facility"],
    ]

    @Test("explains each command with an example", arguments: commands)
    func help(command: [String]) throws {
        let run = try CommandLine.run(command + ["--help"])
        #expect(run.status == 0)
        #expect(run.text.contains("EXAMPLE"))
        #expect(run.text.contains("rmc " + command.joined(separator: " ")))
        #expect(run.text.contains("--format"))
    }

    @Test("says its version and lists its commands")
    func overview() throws {
        #expect(try CommandLine.run(["--version"]).text.split(separator: ".").count == 3)
        let run = try CommandLine.run([])
        #expect(run.status == 0)
        for command in Self.commands { #expect(run.text.contains(command[0])) }
    }

    @Test(
        "wrong usage ends with 64 and says nothing on stdout",
        arguments: [
            ["fly"], ["solve"], ["solve", "flow"], ["solve", "flow", "a", "b"], ["solve", "flow", "a", "--x"],
        ])
    func usage(arguments: [String]) throws {
        let run = try CommandLine.run(arguments)
        // A group of commands alone shows its help.
        #expect(run.status == (arguments == ["solve"] ? 0 : 64))
        if run.status == 64 { #expect(run.output.isEmpty && !run.errors.isEmpty) }
    }

    @Test(
        "bad input is one line with file and line, and 65",
        arguments: [
            ("", 1, "problem line"), ("p min 2 1\nn 1 x\n", 2, "'x'"), ("p min 2 1\na 1 3 0 1 1\n", 2, "1 to 2"),
            ("p min 2 1\na 1 2 5 1 1\n", 2, "lower bound"), ("p min 2 2\na 1 2 0 1 1\n", 2, "declares 2"),
            ("p max 2 1\n", 1, "'min'"), ("p min 2 1\na 1 2 0 -1 1\n", 2, "upper bound"),
            ("p min 2 1\na 1 2 0 1 99999999999999999999\n", 2, "cost"), ("hello\n", 1, "expected"),
        ])
    func badInput(text: String, line: Int, word: String) throws {
        let files = try Scratch()
        let path = try files.file("bad.min", text)
        let run = try CommandLine.run(["solve", "flow", path])
        #expect(run.status == 65)
        #expect(run.output.isEmpty)
        #expect(run.errorLines.count == 1)
        let prefix = "rmc: \(path):\(line): "
        #expect(run.errors.hasPrefix(prefix), "\(run.errors) should begin with \(prefix)")
        #expect(run.errors.contains(word), "\(run.errors) should mention \(word)")
    }

    @Test("a file that is not there, or not a file, is bad input")
    func missing() throws {
        let files = try Scratch()
        for path in [files.path("nothing.min"), files.folder.path] {
            let run = try CommandLine.run(["solve", "flow", path])
            #expect(run.status == 65)
            #expect(run.errorLines.count == 1)
            #expect(run.errors.hasPrefix("rmc: \(path):1: "))
        }
    }

    @Test("what is wrong on stdin is said of <stdin>")
    func standardInput() throws {
        let run = try CommandLine.run(["solve", "flow", "-"], input: Data("p min".utf8))
        #expect(run.status == 65)
        #expect(run.errors.hasPrefix("rmc: <stdin>:1: "))
    }

    @Test("a reader that goes away is no crash")
    func closedPipe() throws {
        let files = try Scratch()
        let path = try files.file("a.min", Samples.flow)
        let shell = Process()
        shell.executableURL = URL(filePath: "/bin/sh")
        // The pipe's reader has ended before rmc writes; rmc's own status goes to the file.
        shell.arguments = [
            "-c", "(sleep 0.2; \"$0\" solve flow \"$1\" --format json; echo $? > \"$2\") | true",
            CommandLine.binary.path, path, files.path("status"),
        ]
        try shell.run()
        shell.waitUntilExit()
        let status = try waitForText(files.url("status"))
        #expect(status == "0")
    }

    private func waitForText(_ url: URL) throws -> String {
        for _ in 0..<100 {
            if let text = try? String(contentsOf: url, encoding: .utf8), text.hasSuffix("\n") {
                return text.trimmingCharacters(in: .newlines)
            }
            Thread.sleep(forTimeInterval: 0.05)
        }
        Issue.record("rmc left no status")
        return ""
    }
}
