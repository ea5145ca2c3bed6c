import Foundation
import TestSupport
import Testing

@Suite("rmc evaluate latency, rmc bench latency")
struct EvaluateTests {
    /// Points on a line with access links, as a text matrix.
    private static let frame: Data = {
        let places = (0..<40).map { Double(($0 * 37) % 100) }
        let rows = places.indices.map { row in
            places.indices.map { column in
                row == column ? "0" : String(abs(places[row] - places[column]) + 5 + Double(row % 3 + column % 3))
            }.joined(separator: " ")
        }
        return Data((rows.joined(separator: "\n") + "\n").utf8)
    }()

    @Test("a frame is scored, the same each time")
    func frame() throws {
        let arguments = ["evaluate", "latency", "-", "--observed", "0.4", "--seed", "3", "--format", "json"]
        var json = try CommandLine.run(arguments, input: Self.frame).json()
        let median = try #require(json["median"] as? Double)
        #expect(median > 0 && median < 0.2)
        #expect(try #require(json["p90"] as? Double) >= median)
        #expect(json["mean"] is Double && json["seconds"] is Double)
        let pairs = try #require(json["pairs"] as? Int)
        #expect(pairs + (try #require(json["shown"] as? Int)) == 40 * 39)
        let peers = try #require(json["peers"] as? [String: [String: Any]])
        #expect(Set(peers.keys) == ["vivaldi", "mean"])
        #expect(median < (try #require(peers["mean"]?["median"] as? Double)))
        var again = try CommandLine.run(arguments, input: Self.frame).json()
        (json["seconds"], again["seconds"]) = (nil, nil)
        #expect(NSDictionary(dictionary: json) == NSDictionary(dictionary: again))
        #expect(try CommandLine.run(Array(arguments.dropLast(2)), input: Self.frame).text.contains("vivaldi"))
    }

    @Test("with nothing hidden there is nothing to score, and no score")
    func nothingHidden() throws {
        let arguments = ["evaluate", "latency", "-", "--observed", "1"]
        let json = try CommandLine.run(arguments + ["--format", "json"], input: Self.frame).json()
        #expect(json["pairs"] as? Int == 0)
        for key in ["median", "p90", "mean", "coverage-90"] { #expect(json[key] is NSNull, "\(key)") }
        #expect(try CommandLine.run(arguments, input: Self.frame).text.contains("undefined"))
    }

    @Test("an earlier frame, and newcomers")
    func modes() throws {
        let shipped = SharedData.repositoryRoot.appending(path: "Models/Data/WonderNetwork2018")
        let matrix = shipped.appending(path: "rtt_avg_ms_matrix.csv.xz").path
        let previous = try CommandLine.run([
            "evaluate", "latency", matrix, "--observed", "0.05", "--previous", matrix, "--format", "json",
        ]).json()
        #expect(try #require(previous["median"] as? Double) < 0.02)
        let newcomers = try CommandLine.run([
            "evaluate", "latency", matrix, "--newcomer-probes", "8", "--coordinates",
            shipped.appending(path: "cities.csv").path, "--format", "json",
        ]).json()
        #expect(try #require(newcomers["median"] as? Double) < 0.15)
        #expect(newcomers["newcomers"] as? Int == 72)
    }

    @Test("nothing and everything seen are answers, too", arguments: ["0", "1"])
    func ends(observed: String) throws {
        let json = try CommandLine.run(
            ["evaluate", "latency", "-", "--observed", observed, "--format", "json"], input: Self.frame
        ).json()
        #expect(json["pairs"] as? Int == (observed == "0" ? 40 * 39 : 0))
    }

    @Test(
        "bad input and usage",
        arguments: [
            (["-"], "0 1\n1\n", 65), (["-"], "", 65), (["-"], "0 0\n0 0\n", 65), (["-", "--observed", "2"], "0", 64),
            (["--previous", "x"], "", 64), (["-", "--newcomer-probes", "-1"], "0", 64), (["missing.txt"], "", 65),
        ] as [([String], String, Int32)])
    func refusals(arguments: [String], input: String, status: Int32) throws {
        let run = try CommandLine.run(["evaluate", "latency"] + arguments, input: Data(input.utf8))
        #expect(run.status == status, "\(run.errors)")
        if status == 65 { #expect(run.errorLines.count == 1 && run.output.isEmpty) }
    }

    @Test("the analyzer is measured")
    func bench() throws {
        let json = try CommandLine.run([
            "bench", "latency", "--rows", "500", "--sites", "60", "--updates", "20", "--measurements", "5000",
            "--runs", "3", "--format", "json",
        ]).json()
        for part in ["refresh", "update", "newcomer", "complete"] {
            let figures = try #require(json[part] as? [String: Double])
            #expect(try #require(figures["p50"]) > 0 && figures["p50"] ?? 0 <= figures["max"] ?? 0)
        }
        let ingest = try #require(json["ingest"] as? [String: Double])
        #expect(try #require(ingest["measurements-per-second"]) > 1_000)
        #expect(try CommandLine.run(["bench", "latency", "--sites", "1"]).status == 64)
    }
}
