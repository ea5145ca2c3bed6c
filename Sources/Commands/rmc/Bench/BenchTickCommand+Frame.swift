internal import MeshEngine
internal import MeshInstances
internal import MeshRendering
internal import MeshTypes
internal import Optimization

extension BenchTickCommand {
    /// One session over measured latencies, some draws of it.
    func compareOnFrame(_ path: String) throws {
        let frame = try LatencyFrameReader.read(InputFile.read(path))
        guard frame.nodeCount > sites else {
            throw CommandFailure(
                .badInput,
                "\(path) has \(frame.nodeCount) nodes; expected more than the \(sites) that --sites takes for servers")
        }
        let study = FrameStudy(frame: frame, participants: participants, sites: sites, siteLimit: siteLimit)
        let rows = try Cancellation.onSignal { interrupter in
            try ProgressLine.during("comparing") {
                var rows: [FrameStudy.Row] = []
                for draw in 0..<draws where !interrupter.isInterrupted {
                    rows.append(try study.draw(seed: seed &+ UInt64(draw), interrupter: interrupter))
                }
                return rows
            }
        }
        guard !rows.isEmpty else { throw CommandFailure(.noAnswer, "no draw was planned before the end") }
        try output.print(text: text(rows), json: json(rows))
    }

    private func text(_ rows: [FrameStudy.Row]) -> String {
        let strategies = Strategy.allCases.filter { $0 != .best } + [.best]
        var table = TextTable(
            [.init("draw", .left)] + strategies.map { .init($0.rawValue) }
                + ["direct", "against single", "against nearest", "gap", "seconds"].map { .init($0) })
        let milliseconds = { (value: Double?) in value.map { Numerals.fixed($0, decimals: 1) } ?? "" }
        for (draw, row) in rows.enumerated() {
            table.add(
                ["\(draw + 1)"] + strategies.map { milliseconds(row.latency[$0]) }
                    + [
                        milliseconds(row.direct), Numerals.percent(row.change(from: .single)),
                        Numerals.percent(row.change(from: .nearest)), row.gap.map { Numerals.percent($0) } ?? "",
                        Numerals.fixed(row.seconds, decimals: 2),
                    ])
        }
        let mean = { (change: (FrameStudy.Row) -> Double) in
            Numerals.percent(rows.reduce(0) { $0 + change($1) } / Double(rows.count))
        }
        return
            "\(Numerals.grouped(participants)) participants, \(sites) sites, at most \(siteLimit) of them in a mesh; mean pair latency, ms\n\n"
            + table.text(Terminal.style)
            + "\non average against the best single site \(mean { $0.change(from: .single) }), "
            + "against nearest \(mean { $0.change(from: .nearest) }); largest certified gap "
            + "\(rows.compactMap(\.gap).max().map { Numerals.percent($0) } ?? "unknown"); "
            + "\(rows.reduce(0) { $0 + $1.unserved }) not served\n"
    }

    private func json(_ rows: [FrameStudy.Row]) -> JSONValue {
        .object([
            ("participants", .integer(Int64(participants))), ("sites", .integer(Int64(sites))),
            ("site-limit", .integer(Int64(siteLimit))),
            (
                "draws",
                .array(
                    rows.map { row in
                        .object([
                            (
                                "latency",
                                .object(
                                    Strategy.allCases.map { strategy in
                                        (strategy.rawValue, .optional(row.latency[strategy]) { .number($0) })
                                    })
                            ),
                            ("direct", .optional(row.direct) { .number($0) }),
                            ("against-single", .number(row.change(from: .single))),
                            ("against-nearest", .number(row.change(from: .nearest))),
                            ("gap", .optional(row.gap) { .number($0) }), ("seconds", .number(row.seconds)),
                            ("unserved", .integer(Int64(row.unserved))),
                        ])
                    })
            ),
        ])
    }
}
