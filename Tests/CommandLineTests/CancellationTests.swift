import Foundation
import TestSupport
import Testing

@Suite("rmc and Ctrl-C")
struct CancellationTests {
    /// A Koerkel-Ghosh-like problem that takes much longer than the test.
    private func longProblem() -> String {
        var random = SplitMix64(seed: 7)
        let size = 250
        var text = "FILE: long\n\(size) \(size) 0\n"
        for facility in 1...size {
            let costs = (0..<size).map { _ in String(random.integer(1000...2000)) }
            text += "\(facility) \(random.integer(1000...2000)) " + costs.joined(separator: " ") + "\n"
        }
        return text
    }

    @Test("prints the best answer so far", .timeLimit(.minutes(1)))
    func interrupt() throws {
        let files = try Scratch()
        let path = try files.file("long.txt", longProblem())
        let (output, errors) = (files.url("stdout"), files.url("stderr"))
        let process = try CommandLine.start(
            ["solve", "facility", path, "--format", "json"], output: output, errors: errors)
        try waitUntilSignalsAreCaught(by: process)
        // Let it find something to print.
        Thread.sleep(forTimeInterval: 1)
        #expect(process.isRunning, "the problem is too easy for this test")
        process.interrupt()
        process.waitUntilExit()
        #expect(process.terminationReason == .exit)
        let json = try #require(
            try JSONSerialization.jsonObject(with: Data(contentsOf: output)) as? [String: Any])
        #expect(json["termination"] as? String == "cancelled")
        #expect(try Data(contentsOf: errors).isEmpty)
        // A heuristic answer is there from the start, so the command ends well.
        #expect(process.terminationStatus == 0)
        let objective = try #require(json["objective"] as? Double)
        let bound = try #require(json["bound"] as? Double)
        #expect(bound > 0 && bound <= objective)
        #expect((json["certificate"] as? [String: Any])?["verified"] as? Bool == true)
    }

    /// The process reads its input with the signal's usual effect, and catches it once it solves.
    private func waitUntilSignalsAreCaught(by process: Process) throws {
        let status = URL(filePath: "/proc/\(process.processIdentifier)/status")
        let interruptBit: UInt64 = 1 << (UInt64(SIGINT) - 1)
        for _ in 0..<400 {
            let text = try String(contentsOf: status, encoding: .utf8)
            let line = text.split(separator: "\n").first { $0.hasPrefix("SigCgt:") }
            let mask = line.flatMap { UInt64($0.dropFirst(7).trimmingCharacters(in: .whitespaces), radix: 16) } ?? 0
            if mask & interruptBit != 0 { return }
            Thread.sleep(forTimeInterval: 0.02)
        }
        Issue.record("rmc never caught the signal")
    }
}
