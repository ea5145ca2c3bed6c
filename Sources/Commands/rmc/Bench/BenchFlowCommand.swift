internal import ArgumentParser
internal import MeshInstances
internal import MeshRendering
internal import NetworkFlow
internal import Optimization

struct BenchFlowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "flow", abstract: "Measure the flow kernel on a network that changes, from scratch and warm.",
        discussion: """
            Each tick changes a part of the costs, and with the shape assignment of the demands; both ways then solve the
            same network. Their objectives are compared and their certificates checked, outside of the time.

            With --growth, ticks of assignment shapes of five sizes up to the one asked for are measured instead, and the
            exponent with which their time grows with the number of changes.

            EXAMPLES
              rmc bench flow --shape assignment --clusters 2000 --sites 100 --degree 16 --change 0.1 --ticks 5
              rmc bench flow --growth --clusters 2000 --sites 100 --degree 16 --change 0.01 --ticks 3
            """)

    @Option(help: "The shape of the network.")
    var shape: FlowShape = .assignment

    @Option(help: "About how many nodes; all shapes but assignment.")
    var nodes: Int = 4096

    @OptionGroup var assignment: AssignmentOptions

    @Option(help: "The part that changes each tick, 0 to 1.")
    var change: Double = 0.1

    @Option(help: "How far costs and demands drift from what they were at first, as a part of them, 0 to 1.")
    var drift: Double = 0.05

    @Flag(help: "Measure how ticks grow with the network.")
    var growth = false

    @Option(help: "How many ticks.")
    var ticks: Int = 20

    @Option(help: "The seed of the network and its changes.")
    var seed: UInt64 = 1

    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (0...1).contains(change) else { throw ValidationError("--change is \(change); expected 0 to 1") }
        guard (0...1).contains(drift) else { throw ValidationError("--drift is \(drift); expected 0 to 1") }
        guard !growth || shape == .assignment else {
            throw ValidationError("--growth measures the shape assignment, not \(shape.rawValue)")
        }
        guard (1...100_000).contains(ticks) else { throw ValidationError("--ticks is \(ticks); expected 1 to 100000") }
    }

    func run() throws {
        if growth { return try runGrowth() }
        let memoryBefore = ProcessMemory.resident
        let parameters = shape.family == nil ? assignment.parameters : nil
        let generator: any FlowGenerator = shape.family?.generator(nodes: nodes) ?? assignment.parameters
        let problem = try generator.generate(seed: seed)
        var changing = ChangingFlow(problem, assignment: parameters, drift: drift, seed: seed)
        let bench = try Cancellation.onSignal { interrupter in
            try ProgressLine.during("measuring") {
                try TickBench(problem).measure(ticks: ticks, interrupter: interrupter) {
                    let change = changing.tick(changing: change)
                    return (change, try changing.problem())
                }
            }
        }
        guard !bench.cold.isEmpty else { throw CommandFailure(.noAnswer, "no tick was measured before the end") }
        // The problem, the kernel and the first answer.
        let memory = bench.peakMemory.flatMap { peak in memoryBefore.map { peak - $0 } }
        try output.print(text: text(bench, problem, memory), json: json(bench, problem, memory))
    }

    private func runGrowth() throws {
        let measured = try Cancellation.onSignal { interrupter in
            try ProgressLine.during("measuring") {
                try FlowGrowth(
                    upTo: assignment.parameters, change: change, drift: drift, ticks: ticks, seed: seed,
                    interrupter: interrupter)
            }
        }
        guard !measured.rows.isEmpty else { throw CommandFailure(.noAnswer, "no size was measured before the end") }
        try output.print(text: measured.text, json: measured.json)
    }

    private func json(_ bench: TickBench, _ problem: FlowProblem, _ memory: Int64?) -> JSONValue {
        let perArc = memory.map { Double($0) / Double(max(1, problem.arcCount)) }
        return [
            "shape": .string(shape.rawValue),
            "size": ["nodes": .integer(Int64(problem.nodeCount)), "arcs": .integer(Int64(problem.arcCount))],
            "change": .number(change),
            "drift": .number(drift),
            "ticks": .integer(Int64(bench.cold.count)),
            "cold": Percentiles(bench.cold).json,
            "warm": Percentiles(bench.warm).json,
            "warm-solve": Percentiles(bench.warmSolve).json,
            "speed-up": .number(bench.speedUp),
            "pivots": ["cold": .integer(Int64(bench.coldPivots)), "warm": .integer(Int64(bench.warmPivots))],
            "arcs-scanned": .integer(Int64(bench.warmWork["arcs-scanned"])),
            "nodes-updated": .integer(Int64(bench.warmWork["nodes-updated"])),
            "peak-memory-bytes": .optional(memory, JSONValue.integer),
            "bytes-per-arc": .optional(perArc, JSONValue.number),
        ]
    }

    private func text(_ bench: TickBench, _ problem: FlowProblem, _ memory: Int64?) -> String {
        var table = TextTable(
            [.init("ms", .left)] + Percentiles.printed.map { .init($0.name) } + [.init("pivots")])
        let rows = [
            ("cold", bench.cold, Numerals.grouped(bench.coldPivots)),
            ("warm", bench.warm, Numerals.grouped(bench.warmPivots)), ("  of which the solve", bench.warmSolve, ""),
        ]
        for (name, times, pivots) in rows {
            let percentiles = Percentiles(times)
            let figures = Percentiles.printed.map { Numerals.fixed(percentiles.at($0.part), decimals: 2) }
            table.add([name] + figures + [pivots])
        }
        return "\(shape.rawValue): \(Numerals.grouped(problem.nodeCount)) nodes, "
            + "\(Numerals.grouped(problem.arcCount)) arcs, \(bench.cold.count) ticks, "
            + "\(Numerals.percent(change)) changed\n\n" + table.text(Terminal.style)
            + (memory.map {
                "\npeak memory \(Numerals.fixed(Double($0) / 1_048_576, decimals: 1)) MiB, "
                    + "\(Numerals.fixed(Double($0) / Double(max(1, problem.arcCount)), decimals: 1)) bytes an arc"
            } ?? "")
            + "\nspeed-up \(Numerals.fixed(bench.speedUp, decimals: 1)) at the median; all answers verified\n"
    }
}
