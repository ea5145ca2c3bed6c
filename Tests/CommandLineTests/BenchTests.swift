import Foundation
import Testing

@Suite("rmc bench")
struct BenchTests {
    private func checkPercentiles(_ value: Any?) throws {
        let figures = try #require(value as? [String: Double])
        #expect(Set(figures.keys) == ["p50", "p90", "p99", "max"])
        let ordered = ["p50", "p90", "p99", "max"].compactMap { figures[$0] }
        #expect(ordered == ordered.sorted() && (ordered.first ?? 0) > 0)
    }

    @Test(
        "flows are measured cold and warm",
        arguments: [
            ["--shape", "assignment", "--clusters", "300", "--sites", "30", "--degree", "5"],
            ["--shape", "netgen-8", "--nodes", "256"], ["--shape", "gridgen-8", "--nodes", "256", "--change", "1"],
        ])
    func flow(options: [String]) throws {
        let arguments = ["bench", "flow", "--ticks", "5"] + options
        let run = try CommandLine.run(arguments + ["--format", "json"])
        #expect(run.status == 0, "\(run.errors)")
        let json = try run.json()
        try checkPercentiles(json["cold"])
        try checkPercentiles(json["warm"])
        try checkPercentiles(json["warm-solve"])
        #expect(try #require(json["speed-up"] as? Double) > 0)
        #expect(try #require(json["bytes-per-arc"] as? Double) > 0)
        let pivots = try #require(json["pivots"] as? [String: Int])
        #expect(try #require(pivots["cold"]) > 0 && pivots["warm"] != nil)
        let again = try CommandLine.run(arguments + ["--format", "json"]).json()
        #expect(again["pivots"] as? [String: Int] == pivots, "the counters do not depend on the machine's mood")
        #expect(try CommandLine.run(arguments).text.contains("all answers verified"))
    }

    @Test("the growth of warm flow ticks is measured and fitted")
    func growth() throws {
        let arguments = ["bench", "flow", "--growth", "--ticks", "2", "--clusters", "2000", "--sites", "60"]
        let json = try CommandLine.run(arguments + ["--degree", "6", "--format", "json"]).json()
        let sizes = try #require(json["sizes"] as? [[String: Any]])
        #expect(sizes.compactMap { $0["clusters"] as? Int } == [20, 64, 200, 640, 2000])
        let exponents = try #require(json["exponent"] as? [String: Double])
        #expect(Set(exponents.keys) == ["warm", "pivots", "arcs-scanned", "nodes-updated"])
        #expect(try CommandLine.run(arguments + ["--degree", "6"]).text.contains("changes ^"))
    }

    @Test("facility problems are measured, each answer checked")
    func facility() throws {
        let arguments = ["bench", "facility", "--facilities", "10", "--customers", "20", "--runs", "3"]
        let json = try CommandLine.run(arguments + ["--format", "json"]).json()
        try checkPercentiles(json["cold"])
        #expect(json["proved"] as? Int == 3)
        #expect(try CommandLine.run(arguments).text.contains("3 proved optimal"))
    }

    @Test("facility ticks are measured from scratch and warm, to a gap")
    func facilityTicks() throws {
        let arguments = [
            "bench", "facility", "--facilities", "20", "--customers", "80", "--runs", "2", "--ticks", "3", "--solver",
            "heuristic", "--gap", "0.01",
        ]
        let json = try CommandLine.run(arguments + ["--format", "json"]).json()
        try checkPercentiles(json["cold"])
        try checkPercentiles(json["warm"])
        #expect(json["ticks"] as? Int == 6)
        #expect(try #require(json["warm-gap"] as? [String: Double])["max"] ?? 1 <= 0.01)
        #expect(try CommandLine.run(arguments).text.contains("6 of 6 warm"))
    }

    @Test(
        "options out of range are wrong usage",
        arguments: [
            ["flow", "--change", "2"], ["flow", "--drift", "-1"], ["flow", "--growth", "--shape", "netgen-8"],
            ["flow", "--ticks", "0"], ["flow", "--degree", "0"],
            ["facility", "--runs", "0"], ["facility", "--ticks", "3"], ["facility", "--gap", "-1"],
            ["tick", "--pool", "1.1", "--slack", "2"], ["tick", "--pool", "-1"], ["tick", "--interval", "0"],
            ["tick", "--quiet", "-1"],
        ])
    func ranges(options: [String]) throws {
        #expect(try CommandLine.run(["bench"] + options).status == 64)
    }

    @Test("a day that follows the sun is compared with one server site a session")
    func diurnal() throws {
        let arguments = ["bench", "tick", "--participants", "900", "--sessions", "12", "--sites", "12", "--diurnal"]
        let json = try CommandLine.run(arguments + ["--format", "json"]).json()
        let (peak, p95) = (try #require(json["peak-rent"] as? Double), try #require(json["p95"] as? Double))
        #expect(peak > 0 && peak < (json["provisioned-rent"] as? Double ?? 0))
        #expect(p95 > 0 && p95 <= (json["single-p95"] as? Double ?? 0))
        #expect(json["unserved"] as? Int == 0)
        let again = try CommandLine.run(arguments + ["--format", "json"]).json()
        #expect(again["peak-rent"] as? Double == peak && again["p95"] as? Double == p95)
    }

    @Test("ticks over a tight pool are measured, with quiet ticks at the end and a joint plan beside")
    func tightPool() throws {
        let arguments = [
            "bench", "tick", "--participants", "120", "--sessions", "4", "--sites", "6", "--ticks", "3", "--pool",
            "1.1",
            "--interval", "61", "--quiet", "2", "--joint",
        ]
        let run = try CommandLine.run(arguments + ["--format", "json"])
        #expect(run.status == 0, "\(run.errors)")
        let json = try run.json()
        try checkPercentiles(json["tick"])
        let objective = try #require(json["objective"] as? Double)
        #expect(objective > 0)
        let unserved = try #require(json["unserved"] as? Int)
        #expect(try #require(json["least-unserved"] as? Int) <= unserved)
        for (key, names) in [
            ("gap", ["median", "max"]), ("joint-gap", ["median", "max", "last"]), ("tangent-gap", ["median", "max"]),
            ("moves", ["mean", "median", "max"]), ("quiet", ["ticks", "moves"]), ("pool-prices", ["sites", "largest"]),
            ("master", ["iterations", "columns", "rows", "exchanges", "flows", "glpk-seconds"]),
        ] {
            let figures = try #require(json[key] as? [String: Any], "\(key)")
            #expect(Set(figures.keys) == Set(names), "\(key)")
        }
        #expect((json["quiet"] as? [String: Any])?["ticks"] as? Int == 2)
        let joint = try #require(json["joint"] as? [String: Any])
        let (live, planned) = (try #require(joint["live"] as? Double), try #require(joint["objective"] as? Double))
        #expect(try #require(joint["bound"] as? Double) <= planned)
        #expect(abs(try #require(joint["above"] as? Double) - (live / planned - 1)) < 1e-9)
        let text = try CommandLine.run(arguments).text
        #expect(text.contains("joint gap") && text.contains("above a joint plan"))
    }
}
