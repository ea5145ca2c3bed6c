internal import MeshControl
internal import MeshRendering

extension BenchTickCommand {
    func json(_ bench: ControlBench) -> JSONValue {
        let gaps = Percentiles(bench.gaps)
        let tangentGaps = Percentiles(bench.tangentGaps)
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
            (
                "joint-gap",
                [
                    "median": .number(gaps.at(0.5)), "max": .number(gaps.at(1)),
                    "last": .optional(bench.last.gap) { .number($0) },
                ]
            ),
            ("tangent-gap", ["median": .number(tangentGaps.at(0.5)), "max": .number(tangentGaps.at(1))]),
            (
                "moves",
                [
                    "mean": .number(bench.meanMoves), "median": .number(Percentiles(bench.moves).at(0.5)),
                    "max": .number(Percentiles(bench.moves).at(1)),
                ]
            ),
            (
                "quiet",
                [
                    "ticks": .integer(Int64(bench.quietMoves.count)),
                    "moves": .integer(Int64(bench.quietMoves.reduce(0, +))),
                ]
            ),
            ("master", master(bench)),
            (
                "pool-prices",
                [
                    "sites": .integer(Int64(bench.last.poolPrices.count)),
                    "largest": .number(bench.last.poolPrices.values.max() ?? 0),
                ]
            ),
            ("regret", ["median": .number(regrets.at(0.5)), "max": .number(regrets.at(1))]),
            ("sold-out-sites", ["median": .number(soldOut.at(0.5)), "max": .number(soldOut.at(1))]),
            ("objective", .number(bench.last.objective)), ("bound", .number(bench.last.bound)),
            ("served", .integer(Int64(bench.last.served))), ("unserved", .integer(Int64(bench.last.unserved))),
            ("least-unserved", .integer(Int64(bench.last.leastUnserved))),
            ("joint", .optional(bench.joint) { joint($0) }),
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

    /// What the pool's master did in the ticks with changes, added up; columns and rows are those of the last tick.
    private func master(_ bench: ControlBench) -> JSONValue {
        [
            "iterations": .integer(Int64(bench.master.iterations)), "columns": .integer(Int64(bench.master.columns)),
            "rows": .integer(Int64(bench.master.rows)), "exchanges": .integer(Int64(bench.master.exchanges)),
            "flows": .integer(Int64(bench.master.flows)), "glpk-seconds": .number(bench.master.glpkSeconds),
        ]
    }

    private func joint(_ joint: JointPlan) -> JSONValue {
        [
            "objective": .number(joint.objective), "bound": .number(joint.bound),
            "unserved": .integer(Int64(joint.unserved)), "above": .number(joint.above),
            "gap": .optional(joint.gap) { .number($0) }, "live": .number(joint.live),
            "live-unserved": .integer(Int64(joint.liveUnserved)), "seconds": .number(joint.seconds),
        ]
    }

    func text(_ bench: ControlBench, _ isAhead: Bool) -> String {
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
            + "\nfirst plan \(Numerals.fixed(bench.first, decimals: 0)) ms; joint gap "
            + "median \(Numerals.percent(gaps.at(0.5))), largest \(Numerals.percent(gaps.at(1))), "
            + "last \(bench.last.gap.map { Numerals.percent($0) } ?? "unknown"); "
            + "tangent gap median \(Numerals.percent(Percentiles(bench.tangentGaps).at(0.5)))\n"
            + lateness(bench, isAhead)
            + "regret of the meshes that were kept median \(Numerals.percent(Percentiles(bench.regrets).at(0.5))) of the cost, "
            + "largest \(Numerals.percent(Percentiles(bench.regrets).at(1))); "
            + "sold-out sites median \(Int(Percentiles(bench.soldOut).at(0.5))), most \(Int(Percentiles(bench.soldOut).at(1)))\n"
            + "moves a tick mean \(Numerals.fixed(bench.meanMoves, decimals: 1)), median \(Int(Percentiles(bench.moves).at(0.5))), "
            + "most \(Int(Percentiles(bench.moves).at(1)))\n"
            + end(bench)
            + "peak memory \(memory)\n"
    }

    /// The state at the end, and what a joint plan of it costs.
    private func end(_ bench: ControlBench) -> String {
        let last = bench.last
        let quiet =
            bench.quietMoves.isEmpty
            ? ""
            : ", after \(bench.quietMoves.count) ticks without changes in which \(bench.quietMoves.reduce(0, +)) moved"
        var text =
            "at the end objective \(Numerals.fixed(last.objective, decimals: 1)), \(Numerals.grouped(last.unserved)) not served "
            + "(any plan leaves out \(Numerals.grouped(last.leastUnserved)) or more)\(quiet)\n"
            + "pool prices at \(last.poolPrices.count) sites, largest "
            + "\(Numerals.fixed(last.poolPrices.values.max() ?? 0, decimals: 1)); master: \(bench.master.iterations) iterations, "
            + "\(bench.master.columns) columns, \(bench.master.rows) rows, \(bench.master.exchanges) exchanges, "
            + "\(bench.master.flows) flows, GLPK \(Numerals.fixed(bench.master.glpkSeconds, decimals: 2)) s\n"
        if let joint = bench.joint {
            text +=
                "live \(Numerals.percent(joint.above)) above a joint plan, moves apart: \(Numerals.fixed(joint.live, decimals: 1)) against "
                + "\(Numerals.fixed(joint.objective, decimals: 1)), \(Numerals.grouped(joint.unserved)) not served there, "
                + "gap \(joint.gap.map { Numerals.percent($0) } ?? "unknown"), \(Numerals.fixed(joint.seconds, decimals: 1)) s\n"
        }
        return text
    }
}
