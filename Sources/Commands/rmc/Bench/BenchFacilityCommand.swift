internal import ArgumentParser
internal import MeshEngine
internal import MeshInstances
internal import MeshRendering
internal import Optimization

struct BenchFacilityCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "facility", abstract: "Measure facility location from scratch, and warm where demands change.",
        discussion: """
            One problem in the plane for each seed, solved to the gap asked for. With --ticks, each tick multiplies the
            demand of a part of the customers by 0.5 to 1.5; the heuristic then brackets the same problem from scratch and
            from what it remembers. Answers are checked, outside of the time. What the time limit stops counts with its gap.

            EXAMPLE
              rmc bench facility --facilities 20 --customers 200 --solver heuristic --gap 0.005 --ticks 3
            """)

    @Option(help: "Facilities of each problem.")
    var facilities: Int = 50

    @Option(help: "Customers of each problem.")
    var customers: Int = 100

    @Option(help: "Capacity of all facilities together, as a multiple of the demand; none without it.")
    var slack: Double?

    @Option(help: "How many problems.")
    var runs: Int = 10

    @Option(help: "The seed of the first problem; the others follow it.")
    var seed: UInt64 = 1

    @Option(help: "How to solve them.")
    var solver: FacilityMethod = .automatic

    @Option(help: "A relative gap that is good enough; 0 asks for the proof.")
    var gap: Double = 0

    @Option(help: "Ticks of each problem after the first solve; solver heuristic.")
    var ticks: Int = 0

    @Option(help: "The part of the customers whose demand changes each tick, 0 to 1.")
    var change: Double = 0.05

    @OptionGroup var limits: LimitOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (1...10_000).contains(runs) else { throw ValidationError("--runs is \(runs); expected 1 to 10000") }
        guard (0...10_000).contains(ticks) else { throw ValidationError("--ticks is \(ticks); expected 0 to 10000") }
        guard (0...1).contains(change) else { throw ValidationError("--change is \(change); expected 0 to 1") }
        guard gap >= 0, gap.isFinite else { throw ValidationError("--gap is \(gap); expected a number, 0 or more") }
        guard ticks == 0 || solver == .heuristic else {
            throw ValidationError("--ticks is for --solver heuristic; the other solvers do not start warm")
        }
    }

    func run() throws {
        var bench = FacilityBench(method: solver, criteria: limits.criteria, gap: gap)
        bench = try Cancellation.onSignal { interrupter in
            try ProgressLine.during("measuring") {
                for number in 0..<UInt64(runs) where !interrupter.isInterrupted {
                    let problem = try problem(seed: seed &+ number)
                    if ticks == 0 {
                        try bench.measure(problem, seed: seed &+ number, interrupter: interrupter)
                    } else {
                        try bench.measure(
                            problem, ticks: ticks, changing: change, seed: seed &+ number, interrupter: interrupter)
                    }
                }
                return bench
            }
        }
        guard !bench.cold.isEmpty else { throw CommandFailure(.noAnswer, "no problem was measured before the end") }
        try output.print(text: text(bench), json: json(bench))
    }

    private func problem(seed: UInt64) throws -> FacilityProblem {
        try EuclideanFacilityParameters(
            facilities: facilities, customers: customers, demands: slack == nil ? 1...1 : 1...20, slack: slack
        ).generate(seed: seed)
    }

    private func json(_ bench: FacilityBench) -> JSONValue {
        var members: [(String, JSONValue)] = [
            ("size", ["facilities": .integer(Int64(facilities)), "customers": .integer(Int64(customers))]),
            ("solver", .string(solver.rawValue)),
            ("runs", .integer(Int64(runs))),
            ("target", .number(gap)),
            ("cold", Percentiles(bench.cold.map(\.milliseconds)).json),
            ("proved", .integer(Int64(bench.cold.count { $0.isProved }))),
            ("gap", Self.gaps(bench.cold)),
        ]
        if !bench.warm.isEmpty {
            members += [
                ("ticks", .integer(Int64(bench.warm.count))),
                ("change", .number(change)),
                ("warm", Percentiles(bench.warm.map(\.milliseconds)).json),
                ("warm-proved", .integer(Int64(bench.warm.count { $0.isProved }))),
                ("warm-gap", Self.gaps(bench.warm)),
            ]
        }
        return .object(members)
    }

    private static func gaps(_ runs: [FacilityBench.Run]) -> JSONValue {
        let gaps = Percentiles(runs.map(\.gap))
        return ["median": .number(gaps.at(0.5)), "max": .number(gaps.at(1))]
    }

    private func text(_ bench: FacilityBench) -> String {
        var table = TextTable([.init("ms", .left)] + Percentiles.printed.map { .init($0.name) })
        for (name, runs) in [("cold", bench.cold), ("warm", bench.warm)] where !runs.isEmpty {
            let times = Percentiles(runs.map(\.milliseconds))
            table.add([name] + Percentiles.printed.map { Numerals.fixed(times.at($0.part), decimals: 2) })
        }
        let goal = gap == 0 ? "proved optimal" : "within \(Numerals.percent(gap))"
        let warm = bench.warm.isEmpty ? "" : ", \(bench.warm.count { $0.isProved }) of \(bench.warm.count) warm"
        return "\(facilities) facilities, \(customers) customers, \(runs) problems"
            + (ticks == 0 ? "" : ", \(ticks) ticks of each, \(Numerals.percent(change)) of the demands changed")
            + "\n\n" + table.text(Terminal.style)
            + "\n\(bench.cold.count { $0.isProved }) \(goal)\(warm); all answers verified\n"
    }
}
