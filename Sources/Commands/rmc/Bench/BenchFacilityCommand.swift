internal import ArgumentParser
internal import MeshEngine
internal import MeshInstances
internal import MeshRendering
internal import Optimization

struct BenchFacilityCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "facility", abstract: "Measure facility location from scratch, on a problem for each seed.",
        discussion: """
            Answers are checked, outside of the time. A problem that the time limit stops counts with its gap.

            EXAMPLE
              rmc bench facility --facilities 100 --customers 200 --runs 10 --time-limit 10 --format json
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

    @OptionGroup var limits: LimitOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (1...10_000).contains(runs) else { throw ValidationError("--runs is \(runs); expected 1 to 10000") }
    }

    /// What is known of one run.
    private struct Run {
        let milliseconds: Double
        let gap: Double
        let isProved: Bool
    }

    func run() throws {
        let measured = try Cancellation.onSignal { interrupter in
            try ProgressLine.during("measuring") {
                var measured: [Run] = []
                for number in 0..<UInt64(runs) {
                    let run = try measure(seed: seed &+ number, interrupter)
                    if interrupter.isInterrupted { break }
                    measured.append(run)
                }
                return measured
            }
        }
        guard !measured.isEmpty else { throw CommandFailure(.noAnswer, "no problem was measured before the end") }
        try output.print(text: text(measured), json: json(measured))
    }

    private func measure(seed: UInt64, _ interrupter: Interrupter) throws -> Run {
        let parameters = EuclideanFacilityParameters(
            facilities: facilities, customers: customers, demands: slack == nil ? 1...1 : 1...20, slack: slack)
        let problem = try parameters.generate(seed: seed)
        let solved = try MeshEngine().solve(problem, criteria: limits.criteria, interrupter: interrupter)
        guard solved.verification.isVerified else {
            throw CommandFailure(
                .internalError,
                "the answer to seed \(seed) is wrong: "
                    + solved.verification.failures.prefix(3).joined(separator: "; "))
        }
        return Run(
            milliseconds: 1000 * solved.solveSeconds, gap: solved.result.gap ?? .infinity,
            isProved: solved.result.termination == .optimal)
    }

    private func json(_ runs: [Run]) -> JSONValue {
        let gaps = Percentiles(runs.map(\.gap))
        return [
            "size": ["facilities": .integer(Int64(facilities)), "customers": .integer(Int64(customers))],
            "runs": .integer(Int64(runs.count)),
            "cold": Percentiles(runs.map(\.milliseconds)).json,
            "proved": .integer(Int64(runs.count { $0.isProved })),
            "gap": ["median": .number(gaps.at(0.5)), "max": .number(gaps.at(1))],
        ]
    }

    private func text(_ runs: [Run]) -> String {
        let times = Percentiles(runs.map(\.milliseconds))
        var table = TextTable([.init("ms", .left)] + Percentiles.printed.map { .init($0.name) })
        table.add(["cold"] + Percentiles.printed.map { Numerals.fixed(times.at($0.part), decimals: 2) })
        return "\(facilities) facilities, \(customers) customers, \(runs.count) problems\n\n"
            + table.text(Terminal.style)
            + "\n\(runs.count { $0.isProved }) proved optimal; all answers verified\n"
    }
}
