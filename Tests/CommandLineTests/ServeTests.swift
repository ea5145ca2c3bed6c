import Foundation
import TestSupport
import Testing

/// `rmc serve` and `rmc replay` as users run them; short forms of `make load` and `make chaos`.
@Suite(.serialized) struct ServeTests {
    private func run(_ executable: URL, _ arguments: [String]) throws -> (status: Int32, text: String) {
        let process = Process()
        process.executableURL = executable
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }

    private var folder: URL { FileManager.default.temporaryDirectory.appending(path: "rmc-serve-\(UUID().uuidString)") }

    @Test func settingsArePrintedAndFaultsNamed() throws {
        let printed = try CommandLine.run(["serve", "--port", "0", "--print-config"], environment: ["RMC_LEASE": "7"])
        #expect(printed.status == 0)
        #expect(printed.text.contains("port: 0") && printed.text.contains("# flag"))
        #expect(printed.text.contains("lease: 7") && printed.text.contains("# environment"))
        let wrong = try CommandLine.run(["serve", "--port", "x"])
        #expect(wrong.status == 64 && wrong.errorLines.count == 1)
        #expect(try CommandLine.run(["serve", "--help"]).text.contains("--tick-deadline"))
        let nothing = try CommandLine.run(["replay", folder.path])
        #expect(nothing.status == 65 && nothing.errorLines.count == 1)
    }

    @Test func aServiceSaysThatItIsReadyAndEndsPolitely() throws {
        let folder = folder
        defer { try? FileManager.default.removeItem(at: folder) }
        let process = Process()
        process.executableURL = CommandLine.binary
        process.arguments = [
            "serve", "--port", "0", "--data", folder.path, "--world", "wonder", "--world-participants", "40",
            "--world-data", SharedData.repositoryRoot.appending(path: "Models/Sessions/world-match.json").path,
        ]
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        var text = ""
        while !text.contains("curl"), let part = try pipe.fileHandleForReading.read(upToCount: 1), !part.isEmpty {
            text += String(decoding: part, as: UTF8.self)
        }
        #expect(text.contains("rmc: ready on http://127.0.0.1:"))
        #expect(text.contains("simulated world"))
        let mode = try FileManager.default.attributesOfItem(atPath: folder.appending(path: "operator.key").path)
        #expect(mode[.posixPermissions] as? Int == 0o600)
        Thread.sleep(forTimeInterval: 2.5)
        process.terminate()
        process.waitUntilExit()
        #expect(process.terminationReason == .exit && process.terminationStatus == 0)
        let replay = try CommandLine.run(["replay", folder.path, "--format", "json"])
        #expect(replay.status == 0, "\(replay.text) \(replay.errors)")
        #expect(try replay.json()["commands"] as? Int ?? 0 > 60)
    }

    @Test func aShortLoadIsBorneWithoutErrors() throws {
        let binary = CommandLine.binary.deletingLastPathComponent().appending(path: "mesh-load")
        let outcome = try run(
            binary,
            [
                "--rmc", CommandLine.binary.path, "--participants", "300", "--sessions", "6", "--seconds", "2",
                "--every", "2",
                "--joins", "50", "--join-seconds", "2", "--subscribers", "40", "--changes", "2", "--no-bars",
            ])
        #expect(outcome.status == 0, "\(outcome.text)")
        for line in ["reports", "joins", "events"] {
            #expect(outcome.text.contains(line) && !outcome.text.contains("errors ["), "\(outcome.text)")
        }
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/python3"), "needs python3"))
    func killsLoseNothing() throws {
        let outcome = try run(
            URL(filePath: "/usr/bin/python3"),
            [
                SharedData.repositoryRoot.appending(path: "Scripts/service/chaos.py").path, "--rmc",
                CommandLine.binary.path, "--short", "--recovery", "20",
                "kills", "damaged-page", "full-disk", "read-only", "malformed",
            ])
        #expect(outcome.status == 0, "\(outcome.text)")
    }
}
