import Foundation
import TestSupport
import Testing

/// Planning on the bundled sessions: what is printed, written and refused. What makes a plan good is tested elsewhere.
@Suite("rmc plan, verify, explain and draw")
struct PlanTests {
    static let session = SharedData.repositoryRoot.appending(path: "Models/Sessions/europe-conference.json").path

    @Test("prints the document that the interface promises")
    func document() throws {
        let run = try CommandLine.run(["plan", Self.session, "--strategy", "nearest", "--format", "json"])
        #expect(run.status == 0)
        #expect(run.errors.isEmpty)
        let json = try run.json()
        for key in ["strategy", "objective", "bound", "gap", "stage", "sessions", "totals", "seconds"] {
            #expect(json[key] != nil, "\(key)")
        }
        #expect(json["strategy"] as? String == "nearest")
        let session = try #require((json["sessions"] as? [[String: Any]])?.first)
        let keys = ["id", "sites", "participants", "latency", "migrations", "assignment", "cost"]
        for key in keys { #expect(session[key] != nil, "\(key)") }
        let latency = try #require(session["latency"] as? [String: Any])
        #expect(latency["unit"] as? String == "ms")
        for key in ["mean", "p50", "p95", "max"] { #expect(latency[key] is Double, "\(key)") }
        let totals = try #require(json["totals"] as? [String: Any])
        #expect(totals["rent"] != nil && totals["moves"] != nil)
    }

    @Test("writes plan and picture, which verify, explain and draw read")
    func files() throws {
        let files = try Scratch()
        let (plan, page, drawing) = (files.path("plan.json"), files.path("mesh.html"), files.path("mesh.svg"))
        let run = try CommandLine.run(
            [
                "plan", Self.session, "--strategy", "greedy", "--compare", "single,nearest", "--out", plan, "--picture",
                page,
            ], environment: ["COLUMNS": "90"])
        #expect(run.status == 0)
        #expect(run.text.contains("plan     \(plan)\npicture  \(page)\n"))
        for word in ["single", "nearest", "greedy", "mean vs plan", "bound", "gap"] { #expect(run.text.contains(word)) }
        let tables = run.text.split(separator: "\n").filter { !$0.contains(files.folder.path) }
        #expect(tables.allSatisfy { $0.count <= 90 })
        #expect(!run.text.contains("\u{1B}"), "colours are for terminals")
        #expect(files.names == ["mesh.html", "plan.json"], "nothing else is left behind")
        #expect(try String(contentsOfFile: page, encoding: .utf8).contains("Beside other strategies"))

        let verified = try CommandLine.run(["verify", Self.session, plan, "--format", "json"])
        #expect(verified.status == 0)
        #expect(try verified.json()["verified"] as? Bool == true)

        #expect(try CommandLine.run(["draw", Self.session, plan, "--out", drawing]).status == 0)
        #expect(try String(contentsOfFile: drawing, encoding: .utf8).hasPrefix("<svg"))
    }

    @Test("the same snapshot gives the same files, and they hold no clock")
    func deterministic() throws {
        let files = try Scratch()
        for name in ["a", "b"] {
            let run = try CommandLine.run([
                "plan", Self.session, "--out", files.path("\(name).json"), "--picture", files.path("\(name).svg"),
            ])
            #expect(run.status == 0)
        }
        let first = try Data(contentsOf: files.url("a.json"))
        #expect(first == (try Data(contentsOf: files.url("b.json"))))
        #expect(try Data(contentsOf: files.url("a.svg")) == (try Data(contentsOf: files.url("b.svg"))))
        let json = try #require(try JSONSerialization.jsonObject(with: first) as? [String: Any])
        #expect(json["seconds"] == nil)
        #expect(json["checksum"] is String)
    }

    @Test("a plan that was tampered with is refused with 1, and all that fails is listed")
    func tampered() throws {
        let files = try Scratch()
        let plan = files.path("plan.json")
        _ = try CommandLine.run(["plan", Self.session, "--strategy", "nearest", "--out", plan])
        var json = try #require(
            try JSONSerialization.jsonObject(with: Data(contentsOf: files.url("plan.json"))) as? [String: Any])
        json["objective"] = (json["objective"] as? Double ?? 0) - 1
        json["gap"] = 0.5
        try files.write(try JSONSerialization.data(withJSONObject: json), as: "plan.json")
        let run = try CommandLine.run(["verify", Self.session, plan, "--format", "json"])
        #expect(run.status == 1)
        #expect(run.errors.isEmpty, "all is said on stdout")
        let failures = try #require(try run.json()["failures"] as? [[String: String]])
        let paths = Set(failures.compactMap { $0["path"] })
        #expect(paths.isSuperset(of: ["objective", "gap", "checksum"]))
        let words = try CommandLine.run(["verify", Self.session, plan])
        #expect(words.status == 1)
        for path in paths { #expect(words.text.contains(path)) }
    }

    @Test("a stricter limit of sites holds")
    func siteLimit() throws {
        let json = try CommandLine.run([
            "plan", Self.session, "--strategy", "greedy", "--site-limit", "2", "--format", "json",
        ]).json()
        let session = try #require((json["sessions"] as? [[String: Any]])?.first)
        #expect(try #require(session["sites"] as? [String]).count <= 2)
    }

    @Test("a deadline of nothing still gives a plan")
    func deadline() throws {
        let run = try CommandLine.run(["plan", Self.session, "--deadline", "0", "--format", "json"])
        #expect(run.status == 0)
        #expect(try run.json()["stage"] is String)
    }

    @Test("explains a participant, and refuses one that is not there")
    func explain() throws {
        let files = try Scratch()
        let plan = files.path("plan.json")
        _ = try CommandLine.run(["plan", Self.session, "--strategy", "greedy", "--out", plan])
        let world = try #require(
            try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: Self.session))) as? [String: Any])
        let participant = try #require((world["participants"] as? [[String: Any]])?.first?["id"] as? String)
        let arguments = ["explain", Self.session, plan, "--participant"]
        let json = try CommandLine.run(arguments + [participant, "--format", "json"]).json()
        #expect(json["participant"] as? String == participant)
        #expect(json["site"] is String)
        #expect((json["current"] as? [String: Double])?["access"] != nil)
        #expect(json["would-change"] is String && json["alternatives"] is [Any])
        let words = try CommandLine.run(arguments + [participant])
        #expect(words.status == 0 && words.text.contains("served at"))
        let nobody = try CommandLine.run(arguments + ["nobody"])
        #expect(nobody.status == 65)
        #expect(nobody.errorLines.count == 1 && nobody.errors.contains("nobody"))
    }

    @Test(
        "options out of range are wrong usage",
        arguments: [
            ["--deadline", "-1"], ["--deadline", "soon"], ["--strategy", "magic"], ["--compare", "single,"],
            ["--site-limit", "0"], ["--picture", "mesh.png"], ["--out", "-"],
        ])
    func ranges(options: [String]) throws {
        let run = try CommandLine.run(["plan", Self.session] + options)
        #expect(run.status == 64)
        #expect(run.output.isEmpty)
    }

    @Test("bad snapshots are one line with file and line, and leave no file")
    func badSnapshot() throws {
        let files = try Scratch()
        let bad = try files.file("bad.json", "{\n  \"version\": 1,\n  \"sites\": [{\"id\": 7}]\n}\n")
        let run = try CommandLine.run(["plan", bad, "--out", files.path("plan.json")])
        #expect(run.status == 65)
        #expect(run.errorLines.count == 1)
        #expect(run.errors.hasPrefix("rmc: \(bad):3: "))
        #expect(files.names == ["bad.json"])
    }

    @Test("a folder that is not there is said in one line")
    func unwritable() throws {
        let run = try CommandLine.run([
            "plan", Self.session, "--strategy", "nearest", "--out", "/nowhere/at/all/plan.json",
        ])
        #expect(run.status == 64)
        #expect(run.output.isEmpty)
        #expect(run.errorLines.count == 1 && run.errors.contains("/nowhere/at/all/plan.json"))
    }
}
