internal import MeshTypes

/// The figures by which plans are compared.
struct PlanFigures: Sendable {
    let strategy: String
    /// Different sites in use.
    let sites: Int
    /// Latencies of all pairs of all sessions.
    let latency: LatencyStatistics
    let rent: Double
    let objective: Double
    let bound: Double
    let unserved: Int

    /// - Parameter latency: of all pairs of all sessions; where there is one session, its own.
    init(_ plan: Plan, latency: LatencyStatistics? = nil) {
        strategy = plan.strategy.rawValue
        sites = Set(plan.sessions.flatMap(\.sites)).count
        self.latency = latency ?? (plan.sessions.count == 1 ? plan.sessions[0].latency : Self.average(plan.sessions))
        rent = plan.totals.rent
        objective = plan.objective
        bound = plan.bound
        unserved = plan.totals.participants - plan.totals.served
    }

    /// What sessions' own figures tell of the pairs of all of them: means by pairs; no percentile exceeds the largest.
    private static func average(_ sessions: [SessionPlan]) -> LatencyStatistics {
        let pairs = sessions.map { Double($0.assignment.count) * Double(max(0, $0.assignment.count - 1)) }
        let weight = pairs.reduce(0, +)
        guard weight > 0 else { return .none }
        func mean(_ figure: KeyPath<LatencyStatistics, Double>) -> Double {
            zip(sessions, pairs).reduce(0) { $0 + $1.0.latency[keyPath: figure] * $1.1 } / weight
        }
        return LatencyStatistics(
            mean: mean(\.mean), p50: mean(\.p50), p95: mean(\.p95), max: sessions.map(\.latency.max).max() ?? 0)
    }

    /// The columns of a comparison; one for those left out where a row leaves anybody out.
    static func headings(leavesOut: Bool) -> [String] {
        ["strategy", "sites", "mean ms"] + (leavesOut ? ["p95", "left out"] : ["p50", "p95"])
            + ["rent", "objective", "gap", leavesOut ? "vs plan" : "mean vs plan"]
    }

    /// The row of a comparison; the plan itself has no difference to show.
    ///
    /// - Parameters:
    ///   - plan: what is compared with. Latencies of plans that leave out different numbers of people do not compare: who
    ///     is left out has none.
    ///   - bound: the best bound of all rows: each bounds every plan of the same snapshot.
    func row(comparedTo plan: PlanFigures?, bound: Double, leavesOut: Bool) -> [String] {
        var difference = ""
        if let plan, plan.latency.mean > 0 {
            difference = unserved == plan.unserved ? Numerals.signedPercent(latency.mean / plan.latency.mean - 1) : "-"
        }
        let gap = objective <= bound ? 0 : bound > 0 ? (objective - bound) / bound : nil
        return [
            strategy, Numerals.grouped(sites), Numerals.fixed(latency.mean, decimals: 1),
        ] + (leavesOut ? [] : [Numerals.fixed(latency.p50, decimals: 1)]) + [
            Numerals.fixed(latency.p95, decimals: 1)
        ] + (leavesOut ? [Numerals.grouped(unserved)] : []) + [
            Numerals.fixed(rent, decimals: 0), Numerals.fixed(objective, decimals: 0), gap.map(Numerals.percent) ?? "-",
            difference,
        ]
    }
}
