internal import MeshTypes

/// The figures by which plans are compared.
struct PlanFigures: Sendable {
    let strategy: String
    /// Different sites in use.
    let sites: Int
    /// Pair latencies: of the one session, or averaged over sessions, weighted by participants.
    let latency: LatencyStatistics
    let rent: Double
    let objective: Double
    let gap: Double?
    let unserved: Int

    init(_ plan: Plan) {
        strategy = plan.strategy.rawValue
        sites = Set(plan.sessions.flatMap(\.sites)).count
        latency = Self.average(plan.sessions)
        rent = plan.totals.rent
        objective = plan.objective
        gap = plan.gap
        unserved = plan.totals.participants - plan.totals.served
    }

    private static func average(_ sessions: [SessionPlan]) -> LatencyStatistics {
        let weight = sessions.reduce(0) { $0 + $1.participants }
        guard weight > 0 else { return .none }
        func mean(_ figure: KeyPath<LatencyStatistics, Double>) -> Double {
            sessions.reduce(0) { $0 + $1.latency[keyPath: figure] * Double($1.participants) } / Double(weight)
        }
        return LatencyStatistics(
            mean: mean(\.mean), p50: mean(\.p50), p95: mean(\.p95), max: sessions.map(\.latency.max).max() ?? 0)
    }

    /// The columns of a comparison.
    static let headings = ["strategy", "sites", "mean ms", "p50", "p95", "rent", "objective", "gap", "mean vs plan"]

    /// The row of a comparison; the plan itself has no difference to show.
    func row(comparedTo plan: PlanFigures?) -> [String] {
        var difference = ""
        if let plan, plan.latency.mean > 0 {
            difference = Numerals.signedPercent(latency.mean / plan.latency.mean - 1)
        }
        return [
            unserved > 0 ? "\(strategy) (\(Numerals.grouped(unserved)) unserved)" : strategy,
            Numerals.grouped(sites), Numerals.fixed(latency.mean, decimals: 1),
            Numerals.fixed(latency.p50, decimals: 1), Numerals.fixed(latency.p95, decimals: 1),
            Numerals.fixed(rent, decimals: 0), Numerals.fixed(objective, decimals: 0),
            gap.map(Numerals.percent) ?? "-", difference,
        ]
    }
}
