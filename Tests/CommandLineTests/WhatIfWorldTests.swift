import Foundation
import TestSupport
import Testing

/// `rmc whatif` beside what is around it: a live service, workers that die, arrays of Slurm, GLPK.
@Suite("rmc whatif and what is around it", .serialized)
struct WhatIfWorldTests {
    @Test("a fork of a live service answers at once, and its kept snapshot gives the same rows")
    func live() throws {
        let files = try Scratch()
        let process = Process()
        process.executableURL = CommandLine.binary
        process.arguments = [
            "serve", "--port", "0", "--data", files.path("data"), "--world", "wonder", "--world-participants", "40",
            "--world-data", SharedData.repositoryRoot.appending(path: "Models/Sessions/world-match.json").path,
        ]
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        defer {
            process.terminate()
            process.waitUntilExit()
        }
        var text = ""
        while !text.contains("curl"), let part = try pipe.fileHandleForReading.read(upToCount: 1), !part.isEmpty {
            text += String(decoding: part, as: UTF8.self)
        }
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("rmc: ready on ") })
        let address = line.dropFirst("rmc: ready on ".count).prefix { !$0.isWhitespace }
        let key = try String(contentsOf: files.url("data/operator.key"), encoding: .utf8)
        func study(_ base: String) -> String {
            """
            name: live
            base: \(base)
            variations:
              - failures: {of: site, count: one}
            """
        }
        let live = try files.file("live.yaml", study("{service: \"\(address)\"}"))
        let refused = try CommandLine.run(["whatif", live])
        #expect(refused.status == 65 && refused.errorLines.count == 1 && refused.errors.contains("RMC_TOKEN"))
        let start = ContinuousClock.now
        let run = try CommandLine.run(
            ["whatif", live, "--report", files.path("live")],
            environment: ["RMC_TOKEN": key.trimmingCharacters(in: .whitespacesAndNewlines)])
        #expect(run.status == 0, "\(run.errors)")
        #expect(ContinuousClock.now - start < .seconds(60))
        let saved = try files.file("saved.yaml", study("live/base.json"))
        let again = try CommandLine.run(["whatif", saved, "--report", files.path("saved")])
        #expect(again.status == 0, "\(again.errors)")
        #expect(
            try Data(contentsOf: files.url("live/results.jsonl")) == Data(contentsOf: files.url("saved/results.jsonl")))
    }

    @Test("killed outright, the same command goes on to the same results")
    func killed() throws {
        let files = try Scratch()
        let study = try files.file(
            "study.yaml", WhatIfTests.study.replacingOccurrences(of: "sites: 10", with: "sites: 26"))
        let arguments = ["whatif", study, "--report", files.path("out"), "--jobs", "2"]
        let units = files.url("out/units").path
        var kept = 0
        for _ in 0..<2 {
            let process = try CommandLine.start(arguments, output: files.url("o"), errors: files.url("e"))
            for _ in 0..<800 {
                if let done = try? FileManager.default.contentsOfDirectory(atPath: units), done.count >= kept + 2 {
                    kept = done.count
                    break
                }
                Thread.sleep(forTimeInterval: 0.01)
            }
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
        #expect(kept >= 4)
        #expect(try CommandLine.run(arguments).status == 0)
        let other = files.path("other")
        #expect(try CommandLine.run(["whatif", study, "--report", other, "--jobs", "1"]).status == 0)
        for name in WhatIfTests.results {
            #expect(
                try Data(contentsOf: files.url("out/\(name)")) == Data(contentsOf: files.url("other/\(name)")),
                "\(name)")
        }
    }

    @Test("a Slurm array gives the same results as one machine")
    func slurm() throws {
        let files = try Scratch()
        let study = try files.file("study.yaml", WhatIfTests.study)
        let one = ["whatif", study, "--report", files.path("one"), "--unit-size", "7"]
        #expect(try CommandLine.run(one).status == 0)
        let array = ["whatif", study, "--report", files.path("array"), "--unit-size", "7"]
        #expect(try CommandLine.run(array + ["--prepare"]).status == 0)
        for task in 4..<7 {
            let process = Process()
            process.executableURL = SharedData.repositoryRoot.appending(path: "Scripts/whatif-slurm.sh")
            process.arguments = [files.path("array")]
            process.environment = ProcessInfo.processInfo.environment.merging([
                "RMC": CommandLine.binary.path, "SLURM_ARRAY_TASK_ID": "\(task)", "SLURM_ARRAY_TASK_MIN": "4",
                "SLURM_ARRAY_TASK_COUNT": "3",
            ]) { $1 }
            process.standardOutput = FileHandle.nullDevice
            try process.run()
            process.waitUntilExit()
            #expect(process.terminationStatus == 0)
        }
        #expect(try CommandLine.run(array).status == 0)
        for name in WhatIfTests.results {
            #expect(
                try Data(contentsOf: files.url("one/\(name)")) == Data(contentsOf: files.url("array/\(name)")),
                "\(name)")
        }
    }

    @Test(
        "neighbours and audiences: GLPK's optimum of the exported data is what the planner proves",
        arguments: [
            "\"interaction\": \"nearby\", \"reach\": 4000", "\"interaction\": \"audience\"",
            "\"soft-latency-cap\": 40, \"soft-cap-price\": 2", "\"latency-cap\": 90, \"cap-relaxation\": 0",
        ])
    func weights(policy: String) throws {
        let files = try Scratch()
        for seed in 1...3 {
            let world = try CommandLine.run([
                "generate", "world", "--sites", "3", "--participants", "4", "--sessions", "1", "--seed", "\(seed)",
            ])
            let text = world.text
                .replacingOccurrences(of: "\"unserved-price\": 10000", with: "\"unserved-price\": 10000, \(policy)")
                .replacingOccurrences(
                    of: "\"profiles\": [",
                    with: "\"profiles\": [{\"name\": \"quiet\", \"load\": 1, \"publishes\": false},"
                )
                .replacingOccurrences(
                    of: "\"id\": \"p2\", \"session\"", with: "\"id\": \"p2\", \"profile\": \"quiet\", \"session\"")
            let snapshot = try files.file("w.json", text)
            let data = files.path("w.dat")
            #expect(try CommandLine.run(["export", snapshot, "--out", data]).status == 0)
            let model = SharedData.repositoryRoot.appending(path: "Models/session-mesh.mod").path
            let solved = try CommandLine.run(["solve", "model", model, "--data", data, "--format", "json"])
            #expect(solved.status == 0, "\(solved.errors)")
            let plan = try CommandLine.run(["plan", snapshot, "--format", "json"])
            #expect(plan.status == 0, "\(plan.errors)")
            let (exact, found) = (try solved.json()["objective"] as? Double, try plan.json()["objective"] as? Double)
            #expect(try plan.json()["stage"] as? String == "proved")
            #expect(abs(try #require(exact) - (try #require(found))) < 1e-3, "seed \(seed)")
        }
    }
}
