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

            EXAMPLE
              rmc bench flow --shape assignment --clusters 20000 --sites 500 --degree 16 --change 0.1 --ticks 20
            """)

    @Option(help: "The shape of the network.")
    var shape: FlowShape = .assignment

    @Option(help: "About how many nodes; all shapes but assignment.")
    var nodes: Int = 4096

    @OptionGroup var assignment: AssignmentOptions

    @Option(help: "The part that changes each tick, 0 to 1.")
    var change: Double = 0.1

    @Option(help: "How many ticks.")
    var ticks: Int = 20

    @Option(help: "The seed of the network and its changes.")
    var seed: UInt64 = 1

    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (0...1).contains(change) else { throw ValidationError("--change is \(change); expected 0 to 1") }
        guard (1...100_000).contains(ticks) else { throw ValidationError("--ticks is \(ticks); expected 1 to 100000") }
    }

    func run() throws {
        let parameters = shape.family == nil ? assignment.parameters : nil
        let generator: any FlowGenerator = shape.family?.generator(nodes: nodes) ?? assignment.parameters
        let problem = try generator.generate(seed: seed)
        var changing = ChangingFlow(problem, assignment: parameters, seed: seed)
        let bench = try Cancellation.onSignal { interrupter in
            try ProgressLine.during("measuring") {
                try TickBench(problem).measure(ticks: ticks, interrupter: interrupter) {
                    let change = changing.tick(changing: change)
                    return (change, try changing.problem())
                }
            }
        }
        guard !bench.cold.isEmpty else { throw CommandFailure(.noAnswer, "no tick was measured before the end") }
        try output.print(text: text(bench, problem), json: json(bench, problem))
    }

    private func json(_ bench: TickBench, _ problem: FlowProblem) -> JSONValue {
        [
            "shape": .string(shape.rawValue),
            "size": ["nodes": .integer(Int64(problem.nodeCount)), "arcs": .integer(Int64(problem.arcCount))],
            "change": .number(change),
            "ticks": .integer(Int64(bench.cold.count)),
            "cold": Percentiles(bench.cold).json,
            "warm": Percentiles(bench.warm).json,
            "warm-solve": Percentiles(bench.warmSolve).json,
            "speed-up": .number(bench.speedUp),
            "pivots": ["cold": .integer(Int64(bench.coldPivots)), "warm": .integer(Int64(bench.warmPivots))],
        ]
    }

    private func text(_ bench: TickBench, _ problem: FlowProblem) -> String {
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
            + "\nspeed-up \(Numerals.fixed(bench.speedUp, decimals: 1)) at the median; all answers verified\n"
    }
}
