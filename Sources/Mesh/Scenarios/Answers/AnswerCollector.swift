public import MeshTypes

/// Gathers the answers to a study's questions from the rows of its sweep, in any order of families.
public struct AnswerCollector: Sendable {
    private let study: Study
    private let base: Snapshot
    private let baseRent: Double
    private let baseServers: [SiteID: Int]
    private var frontier: [Answers.FrontierPoint] = []
    private var more: [(site: String, hour: Double?, cost: Double)] = []
    private var less: [String: Double] = [:]
    private var hourly: [Double: Double] = [:]
    private var fewest: Answers.FewestServers?
    private var purchases: [(site: String, figures: ScenarioFigures)] = []
    private var fixed: [Double: ScenarioFigures] = [:]
    private var free: [Double: ScenarioFigures] = [:]
    private var losses: [String: Answers.LossVerdict] = [:]
    private var servedByBase = 0

    /// Starts without rows.
    ///
    /// - Parameter plan: the base's plan.
    public init(study: Study, base: Snapshot, plan: Plan) {
        self.study = study
        self.base = base
        baseRent = plan.totals.rent
        baseServers = plan.serversBySite
        servedByBase = plan.totals.served
    }

    /// Takes a row.
    public mutating func add(_ row: ScenarioResult) {
        let label = { (axis: String) in row.steps.first { $0.axis == axis }?.label }
        let hour = label("hour").flatMap(Double.init)
        switch row.family {
        case Questions.frontier:
            frontier.append(
                Answers.FrontierPoint(
                    sites: label("sites").flatMap { Int($0) } ?? 0, used: row.figures.sites,
                    servers: row.figures.servers,
                    rent: row.figures.rent, mean: row.figures.mean, p95: row.figures.p95,
                    unserved: row.figures.unserved, cost: row.figures.cost))
        case Questions.serverMore, Questions.serverHourly: more.append((label("server") ?? "", hour, row.figures.cost))
        case Questions.serverLess: less[label("server") ?? ""] = row.figures.cost
        case Questions.hourly: if let hour { hourly[hour] = row.figures.cost }
        case Questions.fewestServers: addFewest(row, limit: label("servers").flatMap { Int($0) } ?? 0)
        case Questions.purchases: purchases.append((label("purchase") ?? "", row.figures))
        case Questions.regret:
            guard let hour else { return }
            if label("plan") == "fixed" { fixed[hour] = row.figures } else { free[hour] = row.figures }
        default: addLoss(row)
        }
    }

    private mutating func addFewest(_ row: ScenarioResult, limit: Int) {
        guard let target = study.questions.serverTarget else { return }
        let value = row.figures[target.metric]
        guard target.holds(row.figures), row.figures.unserved == 0 else { return }
        if let known = fewest, let best = known.limit, best <= limit { return }
        fewest = Answers.FewestServers(
            target: target.text, limit: limit, servers: row.figures.servers, value: value,
            tried: Questions.triedServers)
    }

    private mutating func addLoss(_ row: ScenarioResult) {
        let kinds = Set(row.steps.compactMap(\.loss))
        guard kinds.count == 1, let kind = kinds.first, row.losses <= 2 || row.losses == row.steps.count else { return }
        let key = "\(kind) \(row.losses)"
        var verdict =
            losses[key]
            ?? Answers.LossVerdict(
                kind: kind, count: row.losses, losses: 0, survived: 0, holding: 0, worst: "", worstCost: -.infinity,
                worstP95: 0, worstUnserved: 0)
        verdict.losses += 1
        if row.figures.unserved == 0 { verdict.survived += 1 }
        if row.failed.isEmpty { verdict.holding += 1 }
        if row.figures.cost > verdict.worstCost {
            (verdict.worst, verdict.worstCost, verdict.worstP95) = (row.name, row.figures.cost, row.figures.p95)
            verdict.worstUnserved = row.figures.unserved
        }
        losses[key] = verdict
    }

    /// The answers.
    ///
    /// - Parameter base: the base's row.
    public func answers(base row: ScenarioResult) -> Answers {
        var answers = Answers()
        let cost = row.figures.cost
        answers.frontier = frontier.sorted { $0.sites < $1.sites }
        answers.shadowPrices = more.map { entry in
            let before = entry.hour.flatMap { hourly[$0] } ?? cost
            return Answers.ShadowPrice(
                site: entry.site, hour: entry.hour, more: max(0, before - entry.cost),
                less: entry.hour == nil ? less[entry.site].map { max(0, $0 - cost) } : nil)
        }
        let priced = Set(answers.shadowPrices.filter { $0.hour == nil }.map(\.site))
        for (site, after) in less where !priced.contains(site) {
            answers.shadowPrices.append(
                Answers.ShadowPrice(site: site, hour: nil, more: 0, less: max(0, after - cost)))
        }
        // Where there are servers to spare, one more or less changes nothing: such sites are left out.
        answers.shadowPrices.removeAll { $0.more < 0.005 && ($0.less ?? 0) < 0.005 }
        answers.shadowPrices.sort {
            (-max($0.more, $0.less ?? 0), $0.site, $0.hour ?? -1) < (
                -max($1.more, $1.less ?? 0), $1.site, $1.hour ?? -1
            )
        }
        if let target = study.questions.serverTarget {
            answers.fewestServers =
                fewest
                ?? Answers.FewestServers(
                    target: target.text, limit: nil, servers: 0, value: 0, tried: Questions.triedServers)
        }
        answers.purchases = purchases.map { entry in
            Answers.Purchase(
                what: entry.site, saves: max(0, cost - entry.figures.cost),
                mean: entry.figures.mean, served: entry.figures.served - row.figures.served)
        }.sorted { (-$0.saves, $0.what) < (-$1.saves, $1.what) }
        answers.regret = fixed.keys.sorted().compactMap { hour in
            guard let kept = fixed[hour], let anew = free[hour] else { return nil }
            return Answers.RegretPoint(
                hour: hour, participants: kept.participants, fixed: kept.cost - kept.rent + baseRent, free: anew.cost)
        }
        answers.losses = losses.keys.sorted().compactMap { losses[$0] }
        return answers
    }
}
