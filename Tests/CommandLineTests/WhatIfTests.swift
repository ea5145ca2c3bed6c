import Foundation
import TestSupport
import Testing

/// `rmc whatif`, `report`, `diff`, `import`, `export`: identical results however they come about, and clear refusals.
@Suite("rmc whatif and its companions")
struct WhatIfTests {
    static let study = """
        name: small
        base: {generate: {sites: 10, sessions: 2, participants: 50, seed: 5}}
        variations:
          - name: demand
            growth: [1, 1.3]
          - name: loss
            failures: {of: site, count: two}
        assertions:
          - unserved = 0
          - mean pair latency <= 100000 ms
        """
    static let results = ["results.jsonl", "results.csv", "summary.json", "report.html"]

    private static func contents(_ folder: URL) throws -> [Data] {
        try results.map { try Data(contentsOf: folder.appending(path: $0)) }
    }

    @Test("one job, two jobs, resumed, and unit by unit: identical results")
    func identical() throws {
        let files = try Scratch()
        let study = try files.file("study.yaml", Self.study)
        let one = try CommandLine.run([
            "whatif", study, "--report", files.path("one"), "--jobs", "1", "--unit-size", "7",
        ])
        #expect(one.status == 0, "\(one.errors)")
        let expected = try Self.contents(files.url("one"))
        let two = try CommandLine.run([
            "whatif", study, "--report", files.path("two"), "--jobs", "2", "--unit-size", "7",
        ])
        #expect(two.status == 0)
        #expect(try Self.contents(files.url("two")) == expected)
        // What an interrupted sweep leaves: some units, none of the rest, and a damaged one.
        let units = files.url("two/units")
        let names = try FileManager.default.contentsOfDirectory(atPath: units.path).sorted()
        #expect(names.count == 13)
        for name in names.dropFirst(4) { try FileManager.default.removeItem(at: units.appending(path: name)) }
        try Data("{\"ind".utf8).write(to: units.appending(path: names[0]))
        for name in Self.results { try FileManager.default.removeItem(at: files.url("two/\(name)")) }
        let again = try CommandLine.run([
            "whatif", study, "--report", files.path("two"), "--jobs", "2", "--unit-size", "7",
        ])
        #expect(again.status == 0, "\(again.errors)")
        #expect(try Self.contents(files.url("two")) == expected)
        // Units as files, as an engine's workers take them.
        let prepared = try CommandLine.run(
            ["whatif", study, "--report", files.path("engine"), "--prepare", "--unit-size", "7"])
        #expect(prepared.status == 0, "\(prepared.errors)")
        let list = try FileManager.default.contentsOfDirectory(atPath: files.url("engine/units").path).sorted()
        #expect(list.count == 13)
        for name in list.reversed() {
            let unit = try CommandLine.run(["whatif", "--unit", files.path("engine/units/\(name)")])
            #expect(unit.status == 0, "\(unit.errors)")
        }
        #expect(
            try CommandLine.run(["whatif", study, "--report", files.path("engine"), "--unit-size", "7"]).status == 0)
        #expect(try Self.contents(files.url("engine")) == expected)
    }

    @Test("an interrupt keeps what is done, and the same command goes on")
    func interrupted() throws {
        let files = try Scratch()
        let study = try files.file(
            "study.yaml", Self.study.replacingOccurrences(of: "sites: 10", with: "sites: 28"))
        let (output, errors) = (files.url("stdout"), files.url("stderr"))
        let arguments = ["whatif", study, "--report", files.path("out"), "--jobs", "2"]
        let process = try CommandLine.start(arguments, output: output, errors: errors)
        let units = files.url("out/units").path
        for _ in 0..<400 {
            if let done = try? FileManager.default.contentsOfDirectory(atPath: units), done.count >= 2 { break }
            Thread.sleep(forTimeInterval: 0.02)
        }
        process.interrupt()
        process.waitUntilExit()
        let message = String(decoding: try Data(contentsOf: errors), as: UTF8.self)
        #expect(process.terminationStatus == 75, "\(message)")
        #expect(message.contains("interrupted") && message.split(separator: "\n").count == 1)
        let kept = try FileManager.default.contentsOfDirectory(atPath: units).count
        #expect(kept >= 2)
        #expect(try CommandLine.run(arguments).status == 0)
        let other = files.path("other")
        #expect(try CommandLine.run(["whatif", study, "--report", other, "--jobs", "1"]).status == 0)
        #expect(try Self.contents(files.url("out")) == Self.contents(files.url("other")))
    }

    @Test("assertions that fail end with 1 and name the scenario; every plan passes rmc verify")
    func verdicts() throws {
        let files = try Scratch()
        let study = try files.file(
            "study.yaml", Self.study.replacingOccurrences(of: "100000 ms", with: "1 ms under demand=1.3,*"))
        let run = try CommandLine.run(["whatif", study, "--plans", files.path("plans"), "--report", files.path("out")])
        #expect(run.status == 1)
        #expect(run.errorLines.count == 1 && run.errors.contains("demand=1.3,loss="))
        let plans = try FileManager.default.contentsOfDirectory(atPath: files.path("plans")).filter {
            $0.hasSuffix(".plan.json")
        }
        #expect(plans.count == 91)
        for name in plans.sorted().prefix(40) {
            let plan = files.path("plans/\(name)")
            let snapshot = plan.replacingOccurrences(of: ".plan.json", with: ".snapshot.json")
            #expect(try CommandLine.run(["verify", snapshot, plan]).status == 0, "\(name)")
        }
        let (one, other) = (files.path("plans/000000"), files.path("plans/000002"))
        let difference = try CommandLine.run([
            "diff", one + ".plan.json", other + ".plan.json", "--before", one + ".snapshot.json", "--after",
            other + ".snapshot.json",
        ])
        #expect(difference.status == 0 && difference.text.contains("cost"))
        let worlds = try CommandLine.run(["diff", one + ".snapshot.json", other + ".snapshot.json"])
        #expect(worlds.text.contains("free servers"))
        let sweeps = try CommandLine.run(["diff", files.path("out"), files.path("out"), "--format", "json"])
        #expect(try sweeps.json()["same"] as? Int == 91)
        let report = try CommandLine.run(["report", files.path("out"), "--out", files.path("r.html")])
        #expect(report.status == 0, "\(report.errors)")
        #expect(try Data(contentsOf: files.url("r.html")) == Data(contentsOf: files.url("out/report.html")))
    }

    @Test(
        "what is wrong is one line on stderr, with the file's line",
        arguments: [
            ("base: nowhere.json\n", "nowhere.json:1: cannot be read"),
            (
                "base: {generate: {sites: 3}}\nvariatoins: []\n",
                "s.yaml:2: has the unknown key 'variatoins' (did you mean 'variations'?)"
            ),
            (
                "base: {generate: {sites: 3}}\nvariations:\n  - remove-sites: {sites: [site-9]}\n",
                "s.yaml:3: 'remove-sites' names the site"
            ),
            (
                "base: {generate: {sites: 3}}\nvariations:\n  - failures: {of: provider}\n",
                "s.yaml:3: failures of kind 'provider'"
            ),
            ("base: {generate: {sites: 3}}\nvariations:\n  - servers: {to: -1000}\n", "s.yaml:3: 'servers'"),
            (
                "base: {generate: {sites: 3}}\nvariations:\n  - times: 2026-01-05T20:00:00Z\n",
                "s.yaml:3: demand at a time needs"
            ),
            (
                "base: {generate: {sites: 3}}\nassertions:\n  - unserved = 0 under demand=2\n",
                "s.yaml:3: the assertion 'unserved = 0 under demand=2' speaks of no scenario"
            ),
            ("base: {service: 3}\n", "s.yaml:1: "),
            ("base: {url: \"http://127.0.0.1:9/v1/snapshot\"}\n", "cannot be fetched"),
        ])
    func refused(text: String, message: String) throws {
        let files = try Scratch()
        let run = try CommandLine.run(["whatif", try files.file("s.yaml", text), "--report", files.path("out")])
        #expect(run.status == 65, "\(run.errors)")
        #expect(run.errorLines.count == 1 && run.errors.contains(message), "\(run.errors)")
    }

    @Test("another sweep's folder and a full disk are refused, and what was finished is kept")
    func folders() throws {
        let files = try Scratch()
        let study = try files.file("study.yaml", Self.study)
        #expect(try CommandLine.run(["whatif", study, "--report", files.path("out")]).status == 0)
        let other = try files.file("study.yaml", Self.study.replacingOccurrences(of: "1.3", with: "1.4"))
        let refused = try CommandLine.run(["whatif", other, "--report", files.path("out")])
        #expect(refused.status == 65 && refused.errors.contains("another sweep"))
        #expect(try CommandLine.run(["whatif", other, "--report", files.path("out"), "--restart"]).status == 0)
        let full = try CommandLine.run(["whatif", other, "--report", "/dev/full/out"])
        #expect(full.status == 64 && full.errorLines.count == 1)
    }

    @Test("a small session's exported data gives the model the plan's own cost")
    func model() throws {
        let files = try Scratch()
        let world = try CommandLine.run(["generate", "world", "--sites", "3", "--participants", "4", "--seed", "2"])
        let snapshot = try files.write(world.output, as: "w.json").path
        let data = files.path("w.dat")
        #expect(try CommandLine.run(["export", snapshot, "--out", data]).status == 0)
        let model = SharedData.repositoryRoot.appending(path: "Models/session-mesh.mod").path
        let solved = try CommandLine.run(["solve", "model", model, "--data", data, "--format", "json"])
        #expect(solved.status == 0, "\(solved.errors)")
        let plan = try CommandLine.run(["plan", snapshot, "--format", "json"])
        let (exact, found) = (try solved.json()["objective"] as? Double, try plan.json()["objective"] as? Double)
        #expect(abs(try #require(exact) - (try #require(found))) < 1e-3)
        #expect(try CommandLine.run(["solve", "model", files.path("none.mod")]).status == 65)
    }

    @Test("tables become a snapshot that can be planned")
    func imported() throws {
        let files = try Scratch()
        let sites = try files.file("sites.csv", "id,latitude,longitude,price\na,50,8,10\nb,48,2,20\n")
        let demand = try files.file("demand.csv", "id,latitude,longitude,participants\nx,50,8,5\ny,48,2,4\n")
        let matrix = try files.file("rtt.csv", ",a,b\na,0,9\nb,9,0\n")
        let access = try files.file("access.csv", ",a,b\nx,3,12\ny,,4\n")
        let out = files.path("s.json")
        let run = try CommandLine.run([
            "import", "--sites", sites, "--demand", demand, "--site-latency", matrix, "--access-latency", access,
            "--out", out,
        ])
        #expect(run.status == 0, "\(run.errors)")
        #expect(try CommandLine.run(["plan", out]).status == 0)
        let wrong = try CommandLine.run(["import", "--sites", sites, "--site-latency", access, "--out", out])
        #expect(wrong.status == 65 && wrong.errorLines.count == 1)
    }

    @Test(
        "the guide shows what the worked examples print, to the letter",
        arguments: ["open-region", "next-year"])
    func figures(example: String) throws {
        let root = SharedData.repositoryRoot
        let run = try CommandLine.run(
            ["whatif", root.appending(path: "Models/Scenarios/\(example).yaml").path], environment: ["COLUMNS": "120"])
        #expect(run.status == 0 || run.status == 1, "\(run.errors)")
        let guide = try String(contentsOf: root.appending(path: "Documentation/Guides/WhatIf.md"), encoding: .utf8)
        for line in run.text.split(separator: "\n") {
            #expect(guide.contains(line.trimmingCharacters(in: .whitespaces)), "\(line)")
        }
    }

    @Test("a Dask cluster gives the same results, a worker killed on the way")
    func engine() throws {
        let process = Process()
        process.executableURL = SharedData.repositoryRoot.appending(path: "Scripts/test-whatif-engine.sh")
        process.environment = ProcessInfo.processInfo.environment.merging(["RMC": CommandLine.binary.path]) { $1 }
        let files = try Scratch()
        for name in ["o", "e"] { try Data().write(to: files.url(name)) }
        process.standardOutput = try FileHandle(forWritingTo: files.url("o"))
        process.standardError = try FileHandle(forWritingTo: files.url("e"))
        try process.run()
        process.waitUntilExit()
        let words =
            try String(contentsOf: files.url("o"), encoding: .utf8)
            + String(contentsOf: files.url("e"), encoding: .utf8)
        #expect(process.terminationStatus == 0, "\(words)")
        #expect(words.contains("identical results") || words.contains("skipped"))
    }
}
