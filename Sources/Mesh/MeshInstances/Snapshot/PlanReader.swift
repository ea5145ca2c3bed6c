public import MeshTypes

/// Reads plan files (JSON, version 1; the schema is `Models/Schemas/plan.schema.json`).
///
/// The form is validated: keys, types, numbers (costs may be the word `infinite`). Whether the plan fits a snapshot and its figures are right is for
/// the independent checker to say, and a plan may well name sites that are gone.
public enum PlanReader {
    /// Reads a plan.
    ///
    /// - Throws: ``InputError`` with line and path.
    /// - Complexity: O(bytes).
    public static func read(_ file: InputFile) throws(InputError) -> Plan {
        var reader = JSONReader(file)
        let plan = try reader.plan()
        try reader.finish()
        return plan
    }
}

extension JSONReader {
    /// Counts of a plan: any whole number that is exact, as judging it is the checker's work.
    private static let counts = -largestInteger...largestInteger

    mutating func plan() throws(InputError) -> Plan {
        let start = mark()
        var (version, strategy, stage): (Int?, Strategy?, PlanStage?)
        var (objective, bound, gap): (Double?, Double?, Double?)
        var (sessions, totals): ([SessionPlan]?, Plan.Totals?)
        var (poolPrices, leastUnserved): ([SiteID: Double], Int?) = ([:], nil)
        var shadowPrices: [SiteID: Double]?
        var seconds: [String: Double]?
        var checksum: String?
        try object(PlanKey.self) { (reader, key) throws(InputError) in
            switch key {
            case .version: version = try reader.integer(in: 1...1)
            case .strategy: strategy = try reader.choice(Strategy.self)
            case .objective: objective = try reader.cost()
            case .bound: bound = try reader.cost()
            case .gap: gap = try reader.null() ? nil : reader.cost()
            case .stage: stage = try reader.choice(PlanStage.self)
            case .sessions:
                var found: [SessionPlan] = []
                try reader.array { (reader, _) throws(InputError) in found.append(try reader.sessionPlan()) }
                sessions = found
            case .totals: totals = try reader.totals()
            case .poolPrices: poolPrices = try reader.null() ? [:] : reader.pricesBySite()
            case .leastUnserved: leastUnserved = try reader.null() ? nil : reader.integer(in: JSONReader.counts)
            case .shadowPrices: shadowPrices = try reader.null() ? nil : reader.pricesBySite()
            case .seconds: seconds = try reader.null() ? nil : reader.seconds()
            case .checksum: checksum = try reader.null() ? nil : reader.string()
            }
        }
        _ = try required(version, PlanKey.version, at: start)
        return Plan(
            strategy: try required(strategy, PlanKey.strategy, at: start),
            objective: try required(objective, PlanKey.objective, at: start),
            bound: try required(bound, PlanKey.bound, at: start), gap: gap,
            stage: try required(stage, PlanKey.stage, at: start),
            sessions: try required(sessions, PlanKey.sessions, at: start),
            totals: try required(totals, PlanKey.totals, at: start), poolPrices: poolPrices,
            leastUnserved: leastUnserved, shadowPrices: shadowPrices, seconds: seconds, checksum: checksum)
    }

    private mutating func seconds() throws(InputError) -> [String: Double] {
        var seconds: [String: Double] = [:]
        try object { (reader, stage) throws(InputError) in seconds[stage] = try reader.number() }
        return seconds
    }

    private mutating func totals() throws(InputError) -> Plan.Totals {
        let start = mark()
        var counts: [TotalsKey: Int] = [:]
        var costs: [TotalsKey: Double] = [:]
        try object(TotalsKey.self) { (reader, key) throws(InputError) in
            switch key {
            case .participants, .served, .servers, .moves: counts[key] = try reader.integer(in: JSONReader.counts)
            case .interaction, .rent, .disruption, .unserved, .excess: costs[key] = try reader.cost()
            }
        }
        return Plan.Totals(
            participants: try required(counts[.participants], TotalsKey.participants, at: start),
            served: try required(counts[.served], TotalsKey.served, at: start),
            servers: try required(counts[.servers], TotalsKey.servers, at: start),
            interaction: try required(costs[.interaction], TotalsKey.interaction, at: start),
            rent: try required(costs[.rent], TotalsKey.rent, at: start),
            disruption: try required(costs[.disruption], TotalsKey.disruption, at: start),
            unserved: try required(costs[.unserved], TotalsKey.unserved, at: start),
            moves: try required(counts[.moves], TotalsKey.moves, at: start), excess: costs[.excess] ?? 0)
    }

    private mutating func sessionPlan() throws(InputError) -> SessionPlan {
        let start = mark()
        var (id, sites): (SessionID?, [SiteID]?)
        var (participants, migrations): (Int?, Int?)
        var (servers, load): ([SiteID: Int]?, [SiteID: Int]?)
        var assignment: [ParticipantID: SiteID]?
        var unserved: [SessionPlan.Unserved]?
        var (cost, latency): (SessionPlan.Cost?, LatencyStatistics?)
        var (bound, gap): (Double?, Double?)
        var certificate = BoundCertificate.path
        try object(SessionPlanKey.self) { (reader, key) throws(InputError) in
            switch key {
            case .id: id = try reader.identifier()
            case .sites: sites = try reader.siteList()
            case .participants: participants = try reader.integer(in: JSONReader.counts)
            case .servers: servers = try reader.countsBySite()
            case .load: load = try reader.countsBySite()
            case .assignment: assignment = try reader.assignment()
            case .unserved: unserved = try reader.unservedList()
            case .cost: cost = try reader.sessionCost()
            case .bound: bound = try reader.cost()
            case .certificate: certificate = try reader.boundCertificate()
            case .gap: gap = try reader.null() ? nil : reader.cost()
            case .latency: latency = try reader.latencyStatistics()
            case .migrations: migrations = try reader.integer(in: JSONReader.counts)
            }
        }
        return SessionPlan(
            id: try required(id, SessionPlanKey.id, at: start),
            sites: try required(sites, SessionPlanKey.sites, at: start),
            participants: try required(participants, SessionPlanKey.participants, at: start),
            servers: try required(servers, SessionPlanKey.servers, at: start),
            load: try required(load, SessionPlanKey.load, at: start),
            assignment: try required(assignment, SessionPlanKey.assignment, at: start),
            unserved: try required(unserved, SessionPlanKey.unserved, at: start),
            cost: try required(cost, SessionPlanKey.cost, at: start),
            bound: try required(bound, SessionPlanKey.bound, at: start), gap: gap,
            latency: try required(latency, SessionPlanKey.latency, at: start),
            migrations: try required(migrations, SessionPlanKey.migrations, at: start), certificate: certificate)
    }

    private mutating func siteList() throws(InputError) -> [SiteID] {
        var sites: [SiteID] = []
        try array { (reader, _) throws(InputError) in sites.append(try reader.identifier()) }
        return sites
    }

    private mutating func countsBySite() throws(InputError) -> [SiteID: Int] {
        var numbers: [SiteID: Int] = [:]
        try object { (reader, site) throws(InputError) in
            numbers[SiteID(site)] = try reader.integer(in: JSONReader.counts)
        }
        return numbers
    }

    private mutating func pricesBySite() throws(InputError) -> [SiteID: Double] {
        var prices: [SiteID: Double] = [:]
        try object { (reader, site) throws(InputError) in prices[SiteID(site)] = try reader.number() }
        return prices
    }

    private mutating func assignment() throws(InputError) -> [ParticipantID: SiteID] {
        var assignment: [ParticipantID: SiteID] = [:]
        try object { (reader, participant) throws(InputError) in
            assignment[ParticipantID(participant)] = try reader.identifier()
        }
        return assignment
    }

    private mutating func unservedList() throws(InputError) -> [SessionPlan.Unserved] {
        var unserved: [SessionPlan.Unserved] = []
        try array { (reader, _) throws(InputError) in
            let start = reader.mark()
            var (participant, reason): (ParticipantID?, SessionPlan.Unserved.Reason?)
            var price: Double?
            try reader.object(UnservedKey.self) { (reader, key) throws(InputError) in
                switch key {
                case .participant: participant = try reader.identifier()
                case .reason: reason = try reader.choice(SessionPlan.Unserved.Reason.self)
                case .price: price = try reader.null() ? nil : reader.number()
                }
            }
            unserved.append(
                SessionPlan.Unserved(
                    participant: try reader.required(participant, UnservedKey.participant, at: start),
                    reason: try reader.required(reason, UnservedKey.reason, at: start), price: price))
        }
        return unserved
    }

    private mutating func sessionCost() throws(InputError) -> SessionPlan.Cost {
        let start = mark()
        var parts: [CostKey: Double] = [:]
        try object(CostKey.self) { (reader, key) throws(InputError) in parts[key] = try reader.cost() }
        var cost = SessionPlan.Cost(
            interaction: try required(parts[.interaction], CostKey.interaction, at: start),
            rent: try required(parts[.rent], CostKey.rent, at: start),
            disruption: try required(parts[.disruption], CostKey.disruption, at: start),
            unserved: try required(parts[.unserved], CostKey.unserved, at: start), excess: parts[.excess] ?? 0)
        cost.total = try required(parts[.total], CostKey.total, at: start)
        return cost
    }

    private mutating func latencyStatistics() throws(InputError) -> LatencyStatistics {
        let start = mark()
        var values: [StatisticsKey: Double] = [:]
        var unit: String?
        try object(StatisticsKey.self) { (reader, key) throws(InputError) in
            switch key {
            case .mean, .p50, .p95, .max: values[key] = try reader.cost()
            case .unit: unit = try reader.string()
            }
        }
        var statistics = LatencyStatistics(
            mean: try required(values[.mean], StatisticsKey.mean, at: start),
            p50: try required(values[.p50], StatisticsKey.p50, at: start),
            p95: try required(values[.p95], StatisticsKey.p95, at: start),
            max: try required(values[.max], StatisticsKey.max, at: start))
        statistics.unit = try required(unit, StatisticsKey.unit, at: start)
        return statistics
    }
}
