public import MeshTypes

/// A plan in words and tables for a terminal.
public struct PlanText: Sendable {
    let snapshot: Snapshot
    let plan: Plan
    let comparison: [Plan]
    let latency: @Sendable (Plan) -> LatencyStatistics?
    let style: TextStyle

    /// - Parameters:
    ///   - snapshot: the snapshot that was planned.
    ///   - plan: the plan to show.
    ///   - comparison: other strategies' plans for the same snapshot, to show beside it.
    ///   - style: the terminal.
    ///   - latency: the latencies of all pairs of all sessions of a plan; without it they are taken from the sessions' own.
    public init(
        snapshot: Snapshot, plan: Plan, comparison: [Plan] = [], style: TextStyle = TextStyle(),
        latency: @escaping @Sendable (Plan) -> LatencyStatistics? = { _ in nil }
    ) {
        self.latency = latency
        self.snapshot = snapshot
        self.plan = plan
        self.comparison = comparison
        self.style = style
    }

    /// How many sessions get tables of their own; more are summed up.
    private static let sessionTables = 3

    /// The whole report; each part ends with a newline, an empty line between parts.
    public func text() -> String {
        var parts = [heading]
        if plan.sessions.count <= Self.sessionTables {
            parts += plan.sessions.map { mesh([$0], title: plan.sessions.count > 1 ? "session \($0.id)" : nil) }
        } else {
            parts += [sessionTable, mesh(plan.sessions, title: "all sessions")]
        }
        parts.append(figures)
        if !comparison.isEmpty { parts.append(comparisonTable) }
        return parts.joined(separator: "\n")
    }

    private var heading: String {
        let counts = [
            Self.count(snapshot.participants.count, "participant"), Self.count(snapshot.sessions.count, "session"),
            Self.count(snapshot.sites.count, "candidate site"),
        ]
        let title = style.strong(snapshot.name ?? "plan") + "  " + counts.joined(separator: ", ")
        return title + "\n" + style.faint("strategy \(plan.strategy.rawValue), stage \(plan.stage.rawValue)") + "\n"
    }

    package static func count(_ number: Int, _ noun: String) -> String {
        "\(Numerals.grouped(number)) \(noun)\(number == 1 ? "" : "s")"
    }

    /// The most rows of a table.
    private static let rowLimit = 40

    private func mesh(_ sessions: [SessionPlan], title: String?) -> String {
        var table = TextTable([
            .init("site", .left), .init("region", .left), .init("participants"), .init("load"), .init("of"),
            .init("servers"), .init("rent"), .init("access ms"),
        ])
        let sites = MeshFigures(sessions, in: snapshot).sites
        for site in sites.prefix(Self.rowLimit) {
            table.add([
                site.name, site.region, Numerals.grouped(site.participants), Numerals.grouped(site.load),
                Numerals.grouped(site.capacity), Numerals.grouped(site.servers),
                Numerals.fixed(site.rent, decimals: 0), Numerals.fixed(site.meanAccess, decimals: 1),
            ])
        }
        return (title.map { style.strong($0) + "\n" } ?? "") + table.text(style)
            + more(sites.count - Self.rowLimit, "site")
    }

    private var sessionTable: String {
        var table = TextTable([
            .init("session", .left), .init("sites"), .init("participants"), .init("unserved"), .init("mean ms"),
            .init("p95"), .init("rent"), .init("gap"),
        ])
        for session in plan.sessions.prefix(Self.rowLimit) {
            table.add([
                session.id.description, Numerals.grouped(session.sites.count),
                Numerals.grouped(session.participants), Numerals.grouped(session.unserved.count),
                Numerals.fixed(session.latency.mean, decimals: 1), Numerals.fixed(session.latency.p95, decimals: 1),
                Numerals.fixed(session.cost.rent, decimals: 0), session.gap.map(Numerals.percent) ?? "-",
            ])
        }
        return table.text(style) + more(plan.sessions.count - Self.rowLimit, "session")
    }

    private func more(_ number: Int, _ noun: String) -> String {
        number > 0 ? style.faint("and \(Self.count(number, noun)) more") + "\n" : ""
    }
}
