internal import ArgumentParser
internal import DenseMatrices
internal import MeshInstances
internal import MeshRendering
internal import NetworkAnalyzer

struct BenchLatencyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "latency", abstract: "Measure the network analyzer: ingestion, updates, refresh, completion.",
        discussion: """
            The network is synthetic: nodes in a plane with access links. Every figure is of the same seed.

            EXAMPLE
              rmc bench latency --rows 5000 --sites 200 --threads 2 --format json
            """)

    @Option(help: "Participants whose latencies to all sites are refreshed.")
    var rows: Int = 50_000

    @Option(help: "Sites.")
    var sites: Int = 1_000

    @Option(help: "Factors of each participant.")
    var rank: Int = 10

    @Option(help: "Participants that are updated at a time, each with a measurement of every site.")
    var updates: Int = 200

    @Option(help: "Measurements that are taken in.")
    var measurements: Int = 1_000_000

    @Option(help: "Cores that the refresh uses.")
    var threads: Int = 2

    @Option(help: "How often refresh, update and newcomer are measured.")
    var runs: Int = 20

    @Option(help: "The seed of the network.")
    var seed: UInt64 = 1

    @OptionGroup var output: OutputOptions

    func validate() throws {
        let ranges: [(name: String, value: Int, range: ClosedRange<Int>)] = [
            ("--rows", rows, 1...1_000_000), ("--sites", sites, 10...2_000), ("--rank", rank, 1...64),
            ("--updates", updates, 1...100_000), ("--measurements", measurements, 1...20_000_000),
            ("--threads", threads, 1...256), ("--runs", runs, 1...10_000),
        ]
        for (name, value, range) in ranges where !range.contains(value) {
            throw ValidationError("\(name) is \(value); expected \(range.lowerBound) to \(range.upperBound)")
        }
        guard updates <= rows else {
            throw ValidationError("--updates is \(updates); expected at most --rows, \(rows)")
        }
        guard rows * sites <= 1 << 28 else {
            throw ValidationError("--rows times --sites is \(rows * sites); expected at most \(1 << 28)")
        }
    }

    func run() throws {
        BLAS.threadCount = 1
        let bench = ProgressLine.during("measuring") {
            LatencyBench(
                rows: rows, sites: sites, rank: rank, updates: updates, measurements: measurements, threads: threads,
                runs: runs, seed: seed)
        }
        try output.print(text: text(bench), json: json(bench))
    }

    private func json(_ bench: LatencyBench) -> JSONValue {
        [
            "size": [
                "rows": .integer(Int64(rows)), "sites": .integer(Int64(sites)), "rank": .integer(Int64(rank)),
                "updates": .integer(Int64(updates)), "threads": .integer(Int64(threads)),
            ],
            "refresh": Percentiles(bench.refresh).json, "update": Percentiles(bench.update).json,
            "newcomer": Percentiles(bench.newcomer).json, "complete": Percentiles(bench.complete).json,
            "ingest": [
                "measurements": .integer(Int64(measurements)), "paths": .integer(Int64(bench.paths)),
                "seconds": .number(bench.ingestSeconds),
                "measurements-per-second": .number(Double(measurements) / max(bench.ingestSeconds, 1e-9)),
            ],
        ]
    }

    private func text(_ bench: LatencyBench) -> String {
        var table = TextTable([.init("ms", .left)] + Percentiles.printed.map { .init($0.name) })
        let lines: [(String, [Double])] = [
            ("refresh \(Numerals.grouped(rows)) x \(Numerals.grouped(sites))", bench.refresh),
            ("update \(updates) rows", bench.update), ("newcomer, 8 probes into 490", bench.newcomer),
            ("complete 490 nodes, 5 % seen", bench.complete),
        ]
        for (name, times) in lines {
            let percentiles = Percentiles(times)
            table.add([name] + Percentiles.printed.map { Numerals.fixed(percentiles.at($0.part), decimals: 2) })
        }
        let rate = Double(measurements) / max(bench.ingestSeconds, 1e-9)
        return table.text(Terminal.style) + "\n\(Numerals.grouped(measurements)) measurements of "
            + "\(Numerals.grouped(bench.paths)) paths taken in at \(Numerals.fixed(rate / 1e6, decimals: 2)) million "
            + "a second on one core; refresh on \(threads)\n"
    }
}
