internal import MeshTypes

extension PlanText {
    /// Latency, cost, bound and who waits, a line each.
    var figures: String {
        let latency = PlanFigures(plan, latency: latency(plan)).latency
        let totals = plan.totals
        let what = plan.sessions.count > 1 ? "pair latency, all sessions" : "pair latency"
        var facts = [
            (
                what,
                Self.listed([("mean", latency.mean), ("p50", latency.p50), ("p95", latency.p95), ("max", latency.max)])
                {
                    Numerals.fixed($0, decimals: 1)
                } + " ms" + (totals.served < totals.participants ? ", served" : "")
            ),
            (
                "cost",
                Self.listed(
                    [
                        ("interaction", totals.interaction), ("rent", totals.rent), ("disruption", totals.disruption),
                        ("unserved", totals.unserved),
                    ] + (totals.excess == 0 ? [] : [("excess", totals.excess)])
                ) { Numerals.fixed($0, decimals: 0) }
            ),
            (
                "objective",
                "\(Numerals.fixed(plan.objective, decimals: 1))   bound \(Numerals.fixed(plan.bound, decimals: 1))"
                    + "   gap \(plan.gap.map(Numerals.percent) ?? "unknown")"
            ),
        ]
        if totals.moves > 0 { facts.append(("moves", Numerals.grouped(totals.moves))) }
        let waiting = plan.sessions.flatMap(\.unserved)
        if !waiting.isEmpty {
            let least = plan.leastUnserved.map { "; any plan leaves out \(Numerals.grouped($0)) or more" } ?? ""
            facts.append(("left out", Self.waiting(waiting) + least))
        }
        if let dearest = plan.poolPrices.values.max() {
            facts.append(
                (
                    "pool prices",
                    "at \(Self.count(plan.poolPrices.count, "site")), largest \(Numerals.fixed(dearest, decimals: 1))"
                ))
        }
        let width = facts.map(\.0.count).max() ?? 0
        return facts.map { name, value in
            style.strong(name) + String(repeating: " ", count: width - name.count + 2) + value + "\n"
        }.joined()
    }

    private static func listed(_ parts: [(String, Double)], _ shown: (Double) -> String) -> String {
        parts.map { "\($0.0) \(shown($0.1))" }.joined(separator: "   ")
    }

    private static func waiting(_ unserved: [SessionPlan.Unserved]) -> String {
        let reasons = [
            (SessionPlan.Unserved.Reason.latencyCap, "beyond the latency cap"), (.capacity, "for lack of capacity"),
            (.noServers, "as no site has servers"), (.policy, "as the server limit leaves no server beside the spares"),
        ]
        return reasons.compactMap { reason, words in
            let number = unserved.count { $0.reason == reason }
            return number > 0 ? "\(count(number, "participant")) \(words)" : nil
        }.joined(separator: ", ")
    }

    /// The plan and the other strategies, a row each.
    var comparisonTable: String {
        let leavesOut = ([plan] + comparison).contains { $0.totals.served < $0.totals.participants }
        var table = TextTable(
            PlanFigures.headings(leavesOut: leavesOut).enumerated().map {
                TextTable.Column($1, $0 == 0 ? .left : .right)
            })
        let own = PlanFigures(plan, latency: latency(plan))
        let bound = ([plan] + comparison).map(\.bound).max() ?? plan.bound
        table.add(own.row(comparedTo: nil, bound: bound, leavesOut: leavesOut), isAccented: true)
        for other in comparison {
            table.add(
                PlanFigures(other, latency: latency(other)).row(comparedTo: own, bound: bound, leavesOut: leavesOut))
        }
        return table.text(style)
    }
}
