internal import ArgumentParser
internal import DenseMatrices
internal import MeshInstances
internal import MeshRendering
internal import MeshTypes
internal import NetworkAnalyzer

struct EvaluateLatencyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "latency", abstract: "Hide pairs of a measured frame, estimate them from the others, and score.",
        discussion: """
            A frame is a square text matrix of round-trip times in milliseconds, with names in its first row and column or
            without; 0, -1, NA or nothing off the diagonal is missing.
            Pairs are hidden with both directions. Errors are relative: |estimate - truth| / truth on the hidden pairs.
            Without a frame, the accuracy table of the bundled frames is printed.

            EXAMPLE
              rmc evaluate latency Models/Data/PlanetLab/frame-9.txt.xz --observed 0.05 --seed 1 \\
                --previous Models/Data/PlanetLab/frame-8.txt.xz --format json
            """)

    @Argument(help: "The frame; - for the standard input. gzip and xz are unpacked.", completion: .file())
    var frame: String?

    @Option(help: "The part of the pairs that is shown, 0 to 1.")
    var observed: Double = 0.1

    @Option(help: "Decides which pairs are shown.")
    var seed: UInt64 = 1

    @Option(help: "An earlier frame of the same nodes, known as a whole.", completion: .file())
    var previous: String?

    @Option(help: "Where the frame's named nodes are: lines of name,latitude,longitude.", completion: .file())
    var coordinates: String?

    @Option(help: "Score newcomers instead: three tenths of the nodes in turn, with this many probes each.")
    var newcomerProbes: Int?

    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (0...1).contains(observed) else {
            throw ValidationError("--observed is \(observed); expected a part of 0 to 1")
        }
        if let newcomerProbes, !(0...1_000).contains(newcomerProbes) {
            throw ValidationError("--newcomer-probes is \(newcomerProbes); expected 0 to 1000")
        }
        guard frame != nil || (previous == nil && coordinates == nil && newcomerProbes == nil) else {
            throw ValidationError("--previous, --coordinates and --newcomer-probes go with a frame")
        }
    }

    func run() throws {
        BLAS.threadCount = 1
        guard let frame else { return try AccuracyTable(seed: seed).run(output) }
        let evaluation = try evaluation(frame)
        if let newcomerProbes {
            let scored = ProgressLine.during("estimating") {
                Stopwatch.measure { evaluation.runNewcomers(probes: newcomerProbes) }
            }
            try report(
                Row(name: "newcomers", errors: scored.value.errors, coverage: scored.value.coverage),
                peers: [], extra: [("newcomers", .integer(Int64(scored.value.newcomers)))], seconds: scored.seconds)
        } else {
            let scored = ProgressLine.during("estimating") { Stopwatch.measure { evaluation.run() } }
            try report(
                Row(name: "analyzer", errors: scored.value.errors, coverage: scored.value.coverage),
                peers: scored.value.peers.map { Row(name: $0.name, errors: $0.errors) },
                extra: [
                    ("shown", .integer(Int64(scored.value.shown))),
                    ("interval-ratio", .number(scored.value.medianIntervalRatio)),
                    ("weights", Self.weights(scored.value.weights)),
                ], seconds: scored.seconds)
        }
    }

    private func evaluation(_ path: String) throws -> LatencyEvaluation {
        let file = try InputFile.read(path)
        let read = try LatencyFrameReader.read(file)
        try FrameFiles.check(read, file)
        var evaluation = LatencyEvaluation(frame: read.matrix, observed: observed, seed: seed)
        if let previous {
            let file = try InputFile.read(previous)
            let earlier = try LatencyFrameReader.read(file)
            guard earlier.nodeCount == read.nodeCount else {
                throw InputError(
                    file: previous, line: 1,
                    message: "has \(earlier.nodeCount) nodes; expected \(read.nodeCount), as \(path) has")
            }
            // By their names where both have them; an order of their own would give each pair another's past.
            var ordered = earlier
            if !read.names.isEmpty, !earlier.names.isEmpty {
                guard let same = earlier.ordered(as: read.names) else {
                    throw InputError(
                        file: previous, line: 1, message: "has nodes of other names; expected those of \(path)")
                }
                ordered = same
            }
            evaluation.previous = ordered.matrix
        }
        if let coordinates {
            let places = try CoordinateReader.read(try InputFile.read(coordinates))
            guard !read.names.isEmpty else {
                throw InputError(
                    file: path, line: 1, message: "names no nodes; expected names where --coordinates is given")
            }
            evaluation.coordinates = read.names.map { places[$0] }
        }
        return evaluation
    }

    static func weights(_ weights: [Float]) -> JSONValue {
        let names = ["embeddings", "factorization", "levels", "geography", "history"]
        return .object(zip(names, weights).map { ($0, .number((Double($1) * 100).rounded() / 100)) })
    }

    /// One line of the report.
    struct Row {
        var name: String
        var errors: ErrorSummary
        var coverage: Double?

        var json: JSONValue {
            [
                "pairs": .integer(Int64(errors.pairs)), "median": .number(errors.median), "p90": .number(errors.p90),
                "mean": .number(errors.mean),
            ]
        }
    }

    private func report(_ row: Row, peers: [Row], extra: [(String, JSONValue)], seconds: Double) throws {
        var document: [(String, JSONValue)] = [
            ("pairs", .integer(Int64(row.errors.pairs))), ("median", .number(row.errors.median)),
            ("p90", .number(row.errors.p90)), ("mean", .number(row.errors.mean)), ("seconds", .number(seconds)),
            ("coverage-90", .optional(row.coverage) { .number($0) }),
        ]
        document += extra
        if !peers.isEmpty { document.append(("peers", .object(peers.map { ($0.name, $0.json) }))) }
        var table = TextTable(
            [.init("method", .left), .init("pairs"), .init("median"), .init("p90"), .init("mean"), .init("coverage")])
        for row in [row] + peers {
            let figure = { (value: Double, decimals: Int) in
                value.isFinite ? Numerals.fixed(value, decimals: decimals) : "undefined"
            }
            table.add([
                row.name, Numerals.grouped(row.errors.pairs), figure(row.errors.median, 4), figure(row.errors.p90, 3),
                figure(row.errors.mean, 3), row.coverage.map { $0.isFinite ? Numerals.percent($0) : "undefined" } ?? "",
            ])
        }
        try output.print(
            text: table.text(Terminal.style) + "\nrelative errors on pairs that were hidden; "
                + "\(Numerals.fixed(seconds, decimals: 2)) s\n",
            json: .object(document))
    }
}
