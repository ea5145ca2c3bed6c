internal import MeshInstances
internal import MeshRendering
internal import NetworkAnalyzer

/// The accuracy of the analyzer on the bundled frames, beside the bars that it is held to.
struct AccuracyTable {
    let seed: UInt64

    /// One measurement of the table.
    private struct Line {
        var name: String
        var errors: ErrorSummary
        var coverage: Double
        var bar: (median: Double, p90: Double)?
        var vivaldi: ErrorSummary?
        var mean: ErrorSummary?
        var seconds: Double

        /// Whether the bars are met; coverage is to be 87 to 93 %.
        var isMet: Bool {
            guard let bar else { return true }
            return errors.median <= bar.median && errors.p90 <= bar.p90
        }
    }

    func run(_ output: OutputOptions) throws {
        let lines = try ProgressLine.during("estimating") { try measure() }
        try output.print(text: text(lines), json: json(lines))
    }

    private func measure() throws -> [Line] {
        let planetLab = try FrameFiles.bundled("PlanetLab/frame-9.txt.xz")
        let earlier = try FrameFiles.bundled("PlanetLab/frame-8.txt.xz")
        let cities = try FrameFiles.bundled("WonderNetwork2018/rtt_avg_ms_matrix.csv.xz")
        let places = try CoordinateReader.read(
            try InputFile.read(try FrameFiles.locate("WonderNetwork2018/cities.csv")))
        var evaluation = LatencyEvaluation(frame: planetLab.matrix, observed: 0.1, seed: seed)
        var lines = [completion("PL 10 %", evaluation, bar: (0.085, 0.34))]
        lines.append(newcomers("PL newcomers", evaluation, bar: (0.15, 0.55)))
        evaluation.observed = 0.05
        lines.insert(completion("PL 5 %", evaluation, bar: (0.11, 0.5)), at: 1)
        evaluation.previous = earlier.matrix
        lines.insert(
            completion("PL 5 %, previous", evaluation, bar: (0.05, 0.15)), at: 2)
        evaluation = LatencyEvaluation(frame: cities.matrix, observed: 0.1, seed: seed)
        lines.append(completion("WN 10 %", evaluation, bar: nil))
        evaluation.coordinates = cities.names.map { places[$0] }
        lines.append(completion("WN 10 %, places", evaluation, bar: nil))
        lines.append(newcomers("WN newcomers", evaluation, bar: nil))
        return lines
    }

    private func completion(
        _ name: String, _ evaluation: LatencyEvaluation, bar: (median: Double, p90: Double)?
    ) -> Line {
        let scored = Stopwatch.measure { evaluation.run() }
        let peers = Dictionary(scored.value.peers.map { ($0.name, $0.errors) }) { first, _ in first }
        return Line(
            name: name, errors: scored.value.errors, coverage: scored.value.coverage, bar: bar,
            vivaldi: peers["vivaldi"], mean: peers["mean"], seconds: scored.seconds)
    }

    private func newcomers(
        _ name: String, _ evaluation: LatencyEvaluation, bar: (median: Double, p90: Double)?
    ) -> Line {
        let scored = Stopwatch.measure { evaluation.runNewcomers(probes: 8) }
        return Line(
            name: name, errors: scored.value.errors, coverage: scored.value.coverage, bar: bar, vivaldi: nil,
            mean: nil, seconds: scored.seconds)
    }

    private func text(_ lines: [Line]) -> String {
        var table = TextTable([
            .init("median/p90", .left), .init("analyzer"), .init("bar"), .init("covered"), .init("Vivaldi"),
            .init("mean"),
        ])
        let figures = { (median: Double, p90: Double) in
            Numerals.fixed(median, decimals: 3) + "/" + Numerals.fixed(p90, decimals: 3)
        }
        for line in lines {
            table.add([
                line.name, figures(line.errors.median, line.errors.p90),
                line.bar.map { figures($0.median, $0.p90) + (line.isMet ? " met" : " MISSED") } ?? "",
                Numerals.percent(line.coverage), line.vivaldi.map { figures($0.median, $0.p90) } ?? "",
                line.mean.map { figures($0.median, $0.p90) } ?? "",
            ])
        }
        return table.text(Terminal.style)
            + """

            Relative errors on hidden pairs, seed \(seed). PL: PlanetLab; WN: WonderNetwork 2018; newcomers have 8
            probes into a network of which 10 % is seen. 90 % intervals are to cover 87 to 93 %.

            """
    }

    private func json(_ lines: [Line]) -> JSONValue {
        [
            "seed": .integer(Int64(bitPattern: seed)),
            "rows": .array(
                lines.map { line in
                    var row: [(String, JSONValue)] = [
                        ("name", .string(line.name)), ("pairs", .integer(Int64(line.errors.pairs))),
                        ("median", .number(line.errors.median)), ("p90", .number(line.errors.p90)),
                        ("mean", .number(line.errors.mean)), ("coverage-90", .number(line.coverage)),
                        ("seconds", .number(line.seconds)),
                    ]
                    if let bar = line.bar {
                        row.append(("bar", ["median": .number(bar.median), "p90": .number(bar.p90)]))
                        row.append(("met", .bool(line.isMet)))
                    }
                    for (name, peer) in [("vivaldi", line.vivaldi), ("plain-mean", line.mean)] {
                        guard let peer else { continue }
                        row.append((name, ["median": .number(peer.median), "p90": .number(peer.p90)]))
                    }
                    return .object(row)
                }),
        ]
    }
}
