internal import MeshRendering
internal import MeshTypes
internal import Scenarios

/// The difference of two plans in words.
struct PlanDifferenceText {
    private let difference: PlanDifference
    private let before: Plan
    private let after: Plan
    private let limit: Int

    init(_ difference: PlanDifference, _ before: Plan, _ after: Plan, limit: Int) {
        (self.difference, self.before, self.after, self.limit) = (difference, before, after, limit)
    }

    var text: String {
        var text = ""
        func line(_ name: String, _ one: Double, _ other: Double) {
            text += "\(name)  \(Numerals.fixed(one, decimals: 1)) to \(Numerals.fixed(other, decimals: 1))"
            text += one != 0 ? " (\(Numerals.signedPercent(other / one - 1)))\n" : "\n"
        }
        line("cost       ", before.objective, after.objective)
        line("interaction", before.totals.interaction, after.totals.interaction)
        line("rent       ", before.totals.rent, after.totals.rent)
        line("servers    ", Double(before.totals.servers), Double(after.totals.servers))
        line("served     ", Double(before.totals.served), Double(after.totals.served))
        for id in difference.onlyBefore.prefix(limit) { text += "session \(id) is gone\n" }
        for id in difference.onlyAfter.prefix(limit) { text += "session \(id) is new\n" }
        for session in difference.sessions.prefix(limit) {
            text += "\nsession \(session.id): mean \(Numerals.fixed(session.mean.before, decimals: 1)) to "
            text +=
                "\(Numerals.fixed(session.mean.after, decimals: 1)) ms, cost \(Numerals.fixed(session.costBefore, decimals: 1)) to "
            text += "\(Numerals.fixed(session.costAfter, decimals: 1))\n"
            if !session.opened.isEmpty {
                text += "  opened  \(session.opened.map(\.description).joined(separator: ", "))\n"
            }
            if !session.closed.isEmpty {
                text += "  closed  \(session.closed.map(\.description).joined(separator: ", "))\n"
            }
            if session.gained > 0 { text += "  served now  \(session.gained)\n" }
            if session.lost > 0 { text += "  served no more  \(session.lost)\n" }
            for move in session.moves.prefix(limit) {
                text += "  \(move.count) moved  \(move.from) to \(move.to): \(move.reason)\n"
            }
            if session.moves.count > limit { text += "  and \(session.moves.count - limit) moves more\n" }
        }
        if difference.sessions.count > limit { text += "\nand \(difference.sessions.count - limit) sessions more\n" }
        return text + experiences
    }

    private var experiences: String {
        let all = difference.experiences
        guard !all.isEmpty else { return "" }
        let (gained, lost) = (all.count { $0.change < -0.05 }, all.count { $0.change > 0.05 })
        var text =
            "\nmean latency to their partners: \(gained) gained, \(lost) lost, \(all.count - gained - lost) as before\n"
        func list(_ title: String, _ entries: [PlanDifference.Experience]) {
            for entry in entries.prefix(min(limit, 5)) {
                text += "  \(title) \(entry.participant)  \(Numerals.fixed(entry.before, decimals: 1)) to "
                text += "\(Numerals.fixed(entry.after, decimals: 1)) ms\n"
            }
        }
        list("gained", all.filter { $0.change < -0.05 })
        list("lost  ", all.reversed().filter { $0.change > 0.05 })
        return text
    }

    var json: JSONValue {
        [
            "cost": .array([.number(before.objective), .number(after.objective)]),
            "only-before": .array(difference.onlyBefore.map { .string($0.description) }),
            "only-after": .array(difference.onlyAfter.map { .string($0.description) }),
            "sessions": .array(
                difference.sessions.map { session in
                    [
                        "id": .string(session.id.description),
                        "opened": .array(session.opened.map { .string($0.description) }),
                        "closed": .array(session.closed.map { .string($0.description) }),
                        "gained": .integer(Int64(session.gained)), "lost": .integer(Int64(session.lost)),
                        "mean": .array([.number(session.mean.before), .number(session.mean.after)]),
                        "moves": .array(
                            session.moves.map { move in
                                [
                                    "from": .string(move.from.description), "to": .string(move.to.description),
                                    "count": .integer(Int64(move.count)), "reason": .string(move.reason),
                                ]
                            }),
                    ]
                }),
            "experiences": .array(
                difference.experiences.map {
                    [
                        "participant": .string($0.participant.description), "before": .number($0.before),
                        "after": .number($0.after),
                    ]
                }),
        ]
    }
}

/// The difference of two sweeps in words.
struct ResultDifferenceText {
    private let difference: ResultDifference
    private let limit: Int

    init(_ difference: ResultDifference, limit: Int) { (self.difference, self.limit) = (difference, limit) }

    var text: String {
        var text = "\(difference.changed.count) scenarios differ, \(difference.same) are the same"
        if !difference.onlyBefore.isEmpty { text += ", \(difference.onlyBefore.count) only in the first" }
        if !difference.onlyAfter.isEmpty { text += ", \(difference.onlyAfter.count) only in the second" }
        text += "\n"
        guard !difference.changed.isEmpty else { return text }
        var table = TextTable([
            .init("scenario", .left), .init("cost"), .init("then"), .init("change"), .init("p95"), .init("then"),
            .init("verdict", .left),
        ])
        for entry in difference.changed.prefix(limit) {
            let (one, other) = (entry.before.figures, entry.after.figures)
            table.add([
                entry.before.name, Numerals.fixed(one.cost, decimals: 0), Numerals.fixed(other.cost, decimals: 0),
                Numerals.signedPercent(entry.costChange), Numerals.fixed(one.p95, decimals: 1),
                Numerals.fixed(other.p95, decimals: 1),
                entry.verdictChanged ? (entry.after.failed.isEmpty ? "holds now" : "fails now") : "",
            ])
        }
        return text + "\n" + table.text(Terminal.style)
    }

    var json: JSONValue {
        [
            "same": .integer(Int64(difference.same)), "changed": .integer(Int64(difference.changed.count)),
            "only-before": .array(difference.onlyBefore.map { .string($0) }),
            "only-after": .array(difference.onlyAfter.map { .string($0) }),
            "scenarios": .array(
                difference.changed.map { entry in
                    [
                        "name": .string(entry.before.name),
                        "cost": .array([.number(entry.before.figures.cost), .number(entry.after.figures.cost)]),
                        "verdict-changed": .bool(entry.verdictChanged), "holds": .bool(entry.after.failed.isEmpty),
                    ]
                }),
        ]
    }
}
