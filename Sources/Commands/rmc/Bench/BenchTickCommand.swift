internal import ArgumentParser
internal import MeshControl
internal import MeshRendering
internal import MeshSimulation
internal import Optimization

struct BenchTickCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tick", abstract: "Measure the controller's ticks in a simulated world.",
        discussion: """
            A seeded world opens its sessions; then each tick is what changed since the last one, told to the controller, and the
            tick itself. "gap" is that of the facility objective each tick, "pair-gap" that of the cost of all meshes against the
            bound on any meshes. "regret" is what
            meshes that were kept from tick to tick cost above those planned in their place, as a part of the cost of all.

            EXAMPLE
              rmc bench tick --participants 10000 --sessions 200 --sites 200 --ticks 50 --churn 0.05
              rmc bench tick --participants 2000 --sessions 40 --sites 60 --ticks 20 --from-scratch
              rmc bench tick --participants 3000 --sessions 120 --sites 40 --diurnal
              rmc bench tick --participants 300 --sites 60 --frame frame.xz
            """)

    @Option(help: "Participants.")
    var participants: Int = 10_000

    @Option(help: "Sessions.")
    var sessions: Int = 200

    @Option(help: "Sites.")
    var sites: Int = 200

    @Option(help: "Ticks after the first plan.")
    var ticks: Int = 50

    @Option(help: "The part of the participants with a change each tick, 0 to 1.")
    var churn: Double = 0.05

    @Option(help: "Participants with a change each tick, in place of a part of them.")
    var churnCount: Int?

    @Option(help: "Load that the servers carry, as a multiple of the participants'.")
    var slack: Double = 2

    @Option(help: "The chance of a fault in a tick, 0 to 1.")
    var faults: Double = 0

    @Option(help: "Threads that sessions are planned on.")
    var threads: Int = 2

    @Option(help: "Milliseconds that a tick may take; no limit without it.")
    var deadline: Int?

    @Option(help: "Threads that keep the machine busy meanwhile.")
    var busy: Int = 0

    @Flag(help: "Compare moves and cost with a controller that plans each tick from nothing.")
    var fromScratch = false

    @Flag(help: "Compare a day of demand that follows the sun with one server site for each session.")
    var diurnal = false

    @Option(
        help: "Compare the strategies for one session over measured latencies: a square matrix in ms, .xz or plain.")
    var frame: String?

    @Option(help: "With --frame: the most sites of a mesh.")
    var siteLimit: Int = 8

    @Option(help: "With --frame: how often participants and sites are drawn from its nodes.")
    var draws: Int = 3

    @Option(help: "Types of the sessions, separated by commas.")
    var types: String = "match,conference,webinar,world"

    @Option(help: "The seed of the world.")
    var seed: UInt64 = 1

    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (1...10_000_000).contains(participants) else {
            throw ValidationError("--participants is \(participants); expected 1 to 10000000")
        }
        guard frame == nil || (1...10_000).contains(participants) else {
            throw ValidationError("--participants is \(participants); expected 1 to 10000 with --frame")
        }
        guard (1...5_000).contains(siteLimit) else {
            throw ValidationError("--site-limit is \(siteLimit); expected 1 to 5000")
        }
        guard (1...1_000).contains(draws) else { throw ValidationError("--draws is \(draws); expected 1 to 1000") }
        guard frame != nil || (1...participants).contains(sessions) else {
            throw ValidationError("--sessions is \(sessions); expected 1 to as many as participants")
        }
        guard (1...5_000).contains(sites) else { throw ValidationError("--sites is \(sites); expected 1 to 5000") }
        guard (1...100_000).contains(ticks) else { throw ValidationError("--ticks is \(ticks); expected 1 to 100000") }
        guard (0...1).contains(churn) else { throw ValidationError("--churn is \(churn); expected 0 to 1") }
        guard (0...1).contains(faults) else { throw ValidationError("--faults is \(faults); expected 0 to 1") }
        if let churnCount, churnCount < 0 || churnCount > participants {
            throw ValidationError("--churn-count is \(churnCount); expected 0 to as many as participants")
        }
        guard slack > 0, slack <= 1000 else {
            throw ValidationError("--slack is \(slack); expected more than 0, up to 1000")
        }
        guard types.split(separator: ",").count > 0 else {
            throw ValidationError("--types is empty; expected a type or more")
        }
        guard (1...64).contains(threads) else { throw ValidationError("--threads is \(threads); expected 1 to 64") }
        guard (0...64).contains(busy) else { throw ValidationError("--busy is \(busy); expected 0 to 64") }
        if let deadline, deadline < 1 { throw ValidationError("--deadline is \(deadline); expected 1 or more") }
    }

    func run() throws {
        var parameters = SimulationParameters(
            participants: participants, sessions: sessions, sites: sites, churn: churn)
        parameters.slack = slack
        parameters.churnCount = churnCount
        parameters.faults = faults
        parameters.types = types.split(separator: ",").map(String.init)
        if let frame { return try compareOnFrame(frame) }
        if diurnal { return try compareDay() }
        if fromScratch { return try compareFromScratch(parameters) }
        let load = BusyThreads(busy)
        // As the service does; the busy threads run already, and stay as they are.
        let isAhead = deadline != nil && ThreadUrgency.raise()
        defer { load.stop() }
        let bench = try Cancellation.onSignal { interrupter in
            try ProgressLine.during("measuring") {
                var bench = ControlBench(parameters, seed: seed, deadline: deadline, threads: threads)
                try bench.open()
                for _ in 0..<ticks where !interrupter.isInterrupted { try bench.tick() }
                return bench
            }
        }
        guard !bench.ticks.isEmpty else { throw CommandFailure(.noAnswer, "no tick was measured before the end") }
        try output.print(text: text(bench, isAhead), json: json(bench))
    }

    private func json(_ bench: ControlBench) -> JSONValue {
        let gaps = Percentiles(bench.gaps)
        let pairGaps = Percentiles(bench.pairGaps)
        let (regrets, soldOut) = (Percentiles(bench.regrets), Percentiles(bench.soldOut))
        return .object([
            (
                "size",
                [
                    "participants": .integer(Int64(participants)), "sessions": .integer(Int64(sessions)),
                    "sites": .integer(Int64(sites)),
                ]
            ),
            ("ticks", .integer(Int64(bench.ticks.count))), ("churn", .number(churn)),
            ("first", .number(bench.first)),
            ("tick", Percentiles(bench.ticks).json),
            ("stages", .object(bench.stageNames.map { ($0, Percentiles(bench.stages[$0] ?? []).json) })),
            ("gap", ["median": .number(gaps.at(0.5)), "max": .number(gaps.at(1))]),
            ("pair-gap", ["median": .number(pairGaps.at(0.5)), "max": .number(pairGaps.at(1))]),
            (
                "moves",
                ["median": .number(Percentiles(bench.moves).at(0.5)), "max": .number(Percentiles(bench.moves).at(1))]
            ),
            ("regret", ["median": .number(regrets.at(0.5)), "max": .number(regrets.at(1))]),
            ("sold-out-sites", ["median": .number(soldOut.at(0.5)), "max": .number(soldOut.at(1))]),
            ("served", .integer(Int64(bench.served))), ("unserved", .integer(Int64(bench.unserved))),
            ("late", late(bench)),
            ("peak-memory-bytes", .optional(ProcessMemory.peak) { .integer($0) }),
        ])
    }

    private func lateness(_ bench: ControlBench, _ isAhead: Bool) -> String {
        guard let deadline, !bench.late.isEmpty else { return "" }
        let late = Percentiles(bench.late)
        return
            "deadline \(deadline) ms: \(bench.cut) ticks cut, at most \(Numerals.fixed(late.at(1), decimals: 1)) ms late "
            + "(p99 \(Numerals.fixed(late.at(0.99), decimals: 1)) ms), \(bench.late.count { $0 > 10 }) later than 10 ms"
            + "; at \(isAhead ? "a raised" : "the usual") priority\n"
            + "a loop that only looks at the clock: at most \(Numerals.fixed(Percentiles(bench.machineLate).at(1), decimals: 1)) ms late "
            + "(p99 \(Numerals.fixed(Percentiles(bench.machineLate).at(0.99), decimals: 1)) ms)\n"
    }

    /// Milliseconds beyond the deadline, and how many ticks it cut.
    private func late(_ bench: ControlBench) -> JSONValue {
        let late = Percentiles(bench.late.isEmpty ? [0] : bench.late)
        return [
            "p99": .number(late.at(0.99)), "max": .number(late.at(1)), "cut": .integer(Int64(bench.cut)),
            "over-10-ms": .integer(Int64(bench.late.count { $0 > 10 })),
            "machine-max": .number(bench.machineLate.max() ?? 0),
        ]
    }

    private func compareFromScratch(_ parameters: SimulationParameters) throws {
        let study = try Cancellation.onSignal { interrupter in
            try ProgressLine.during("comparing") {
                try ContinuityStudy.run(
                    parameters, seed: seed, ticks: ticks, threads: threads, interrupter: interrupter)
            }
        }
        guard !study.moves.isEmpty else { throw CommandFailure(.noAnswer, "no tick was compared before the end") }
        let mean = { (figures: [Double]) in figures.reduce(0, +) / Double(figures.count) }
        let (moves, scratch, cost) = (mean(study.moves), mean(study.movesFromScratch), mean(study.costs))
        try output.print(
            text:
                "\(study.moves.count) ticks of \(Numerals.percent(churn)) churn: \(Numerals.fixed(moves, decimals: 1)) moves a tick, "
                + "\(Numerals.fixed(scratch, decimals: 1)) planned from nothing, 1 to "
                + "\(Numerals.fixed(scratch / max(moves, 1e-9), decimals: 1)); cost \(Numerals.percent(cost - 1)) above\n",
            json: .object([
                ("ticks", .integer(Int64(study.moves.count))), ("moves", .number(moves)),
                ("moves-from-scratch", .number(scratch)), ("cost-ratio", .number(cost)),
            ]))
    }

    private func text(_ bench: ControlBench, _ isAhead: Bool) -> String {
        var table = TextTable([.init("ms", .left)] + Percentiles.printed.map { .init($0.name) })
        let row = { (name: String, figures: [Double]) in
            let percentiles = Percentiles(figures)
            table.add([name] + Percentiles.printed.map { Numerals.fixed(percentiles.at($0.part), decimals: 2) })
        }
        row("tick", bench.ticks)
        for name in bench.stageNames { row("  " + name, bench.stages[name] ?? []) }
        let gaps = Percentiles(bench.gaps)
        let memory = ProcessMemory.peak.map { "\(Numerals.grouped(Int($0 / 1_048_576))) MB" } ?? "unknown"
        return
            "\(Numerals.grouped(participants)) participants, \(Numerals.grouped(sessions)) sessions, \(Numerals.grouped(sites)) sites, "
            + "\(bench.ticks.count) ticks of \(churnCount.map { "\($0) changes" } ?? Numerals.percent(churn) + " churn")\n\n"
            + table.text(Terminal.style)
            + "\nfirst plan \(Numerals.fixed(bench.first, decimals: 0)) ms; gap of the facility objective "
            + "median \(Numerals.percent(gaps.at(0.5))), largest \(Numerals.percent(gaps.at(1))); "
            + "pair gap median \(Numerals.percent(Percentiles(bench.pairGaps).at(0.5)))\n"
            + lateness(bench, isAhead)
            + "regret of the meshes that were kept median \(Numerals.percent(Percentiles(bench.regrets).at(0.5))) of the cost, "
            + "largest \(Numerals.percent(Percentiles(bench.regrets).at(1))); "
            + "sold-out sites median \(Int(Percentiles(bench.soldOut).at(0.5))), most \(Int(Percentiles(bench.soldOut).at(1)))\n"
            + "moves a tick median \(Int(Percentiles(bench.moves).at(0.5))); \(Numerals.grouped(bench.unserved)) not served at the end; "
            + "peak memory \(memory)\n"
    }
}
