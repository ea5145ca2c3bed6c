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
            tick itself. "gap" is the joint gap: the cost of all meshes over the bound on any meshes that share the pool. "tangent-gap"
            is that of the facility objective at the present loads; it bounds nothing. "least-unserved" is the least number of people
            that any plan leaves out. "regret" is what meshes that were kept from tick to tick cost above those planned in their
            place, as a part of the cost of all.

            --pool makes a pool tight: as many servers as a multiple of the least that carry all, in the sites' proportions. --joint
            plans the last state as rmc plan does without a deadline, has the plan checked, and says how far the live meshes cost
            above it. Both costs are without moves: the joint plan is made as if nobody were served yet.

            EXAMPLE
              rmc bench tick --participants 10000 --sessions 200 --sites 200 --ticks 50 --churn 0.05
              rmc bench tick --participants 1600 --sessions 40 --sites 40 --pool 1.05 --ticks 30 --quiet 150 --joint
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

    @Option(help: "Load that the servers carry, as a multiple of the participants'; 2 unless --pool says otherwise.")
    var slack: Double?

    @Option(help: "Servers, as a multiple of the least whole servers that carry all sessions; in place of --slack.")
    var pool: Double?

    @Option(help: "Seconds between ticks.")
    var interval: Double = 1

    @Option(help: "Further ticks at the end in which nothing changes.")
    var quiet: Int = 0

    @Flag(help: "Plan the last state jointly too, as rmc plan does without a deadline, and compare.")
    var joint = false

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
        if let slack, !(slack > 0 && slack <= 1000) {
            throw ValidationError("--slack is \(slack); expected more than 0, up to 1000")
        }
        if let pool, !(pool >= 0 && pool <= 1000) {
            throw ValidationError("--pool is \(pool); expected 0 to 1000")
        }
        if slack != nil, pool != nil {
            throw ValidationError("--slack and --pool both size the pool; expected one of them")
        }
        guard interval >= 0.001, interval <= 1_000_000 else {
            throw ValidationError("--interval is \(interval); expected 0.001 to 1000000 seconds")
        }
        guard (0...100_000).contains(quiet) else {
            throw ValidationError("--quiet is \(quiet); expected 0 to 100000")
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
        parameters.slack = slack ?? parameters.slack
        parameters.pool = pool
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
                var bench = ControlBench(
                    parameters, seed: seed, deadline: deadline, threads: threads,
                    interval: Int64((1000 * interval).rounded()))
                try bench.open()
                for _ in 0..<ticks where !interrupter.isInterrupted { try bench.tick() }
                for _ in 0..<quiet where !interrupter.isInterrupted { bench.quietTick() }
                if joint, !interrupter.isInterrupted { try bench.planJointly(interrupter) }
                return bench
            }
        }
        guard !bench.ticks.isEmpty else { throw CommandFailure(.noAnswer, "no tick was measured before the end") }
        try output.print(text: text(bench, isAhead), json: json(bench))
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
}
