public import MeshTypes

/// Writes plans as the files that ``PlanReader`` reads: the same plan gives the same bytes.
public enum PlanWriter {
    /// The plan as a text, keys in the order of the schema, dictionaries by identifier. Expects finite numbers.
    ///
    /// - Complexity: O(participants * log participants).
    public static func text(_ plan: Plan) -> [UInt8] {
        var output = JSONBuilder()
        output.plan(plan, indent: 0)
        return output.bytes + [UInt8(ascii: "\n")]
    }

    /// A checksum of all of the plan but ``Plan/checksum``: FNV-1a, 64 bits, of its text.
    ///
    /// It tells a damaged file from a whole one; it does not keep anybody from making another.
    ///
    /// Source: Fowler, Noll, Vo, "The FNV non-cryptographic hash algorithm" (IETF draft, 2012).
    public static func checksum(_ plan: Plan) -> String {
        var bare = plan
        bare.checksum = nil
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text(bare) { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        let digits = String(hash, radix: 16)
        return "fnv1a-64:" + String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// The plan with its checksum.
    public static func sealed(_ plan: Plan) -> Plan {
        var sealed = plan
        sealed.checksum = checksum(plan)
        return sealed
    }
}

extension JSONBuilder {
    mutating func plan(_ plan: Plan, indent: Int) {
        object { output in
            func member(_ key: PlanKey) {
                output.newLine(indent + 1)
                output.key(key)
            }
            member(.version)
            output.integer(plan.version)
            member(.strategy)
            output.string(plan.strategy.rawValue)
            member(.objective)
            output.number(plan.objective)
            member(.bound)
            output.number(plan.bound)
            if let gap = plan.gap {
                member(.gap)
                output.number(gap)
            }
            member(.stage)
            output.string(plan.stage.rawValue)
            member(.sessions)
            output.array { output in
                for session in plan.sessions {
                    output.newLine(indent + 2)
                    output.sessionPlan(session, indent: indent + 2)
                }
                if !plan.sessions.isEmpty { output.lastLine(indent + 1) }
            }
            member(.totals)
            output.totals(plan.totals)
            if !plan.poolPrices.isEmpty {
                member(.poolPrices)
                output.prices(plan.poolPrices)
            }
            if let least = plan.leastUnserved {
                member(.leastUnserved)
                output.integer(least)
            }
            if let prices = plan.shadowPrices {
                member(.shadowPrices)
                output.prices(prices)
            }
            if let seconds = plan.seconds {
                member(.seconds)
                output.dictionary(seconds) { $0.number($1) }
            }
            if let checksum = plan.checksum {
                member(.checksum)
                output.string(checksum)
            }
            output.lastLine(indent)
        }
    }

    private mutating func number(_ value: Double, _ key: some JSONKey) {
        self.key(key)
        number(value)
    }

    private mutating func integer(_ value: Int, _ key: some JSONKey) {
        self.key(key)
        integer(value)
    }

    /// An object with the keys of a dictionary in byte order.
    private mutating func dictionary<Value>(_ values: [String: Value], _ body: (inout JSONBuilder, Value) -> Void) {
        let sorted = values.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        object { output in
            for (key, value) in sorted {
                output.key(key)
                body(&output, value)
            }
        }
    }

    private mutating func totals(_ totals: Plan.Totals) {
        object { output in
            output.integer(totals.participants, TotalsKey.participants)
            output.integer(totals.served, TotalsKey.served)
            output.integer(totals.servers, TotalsKey.servers)
            output.number(totals.interaction, TotalsKey.interaction)
            output.number(totals.rent, TotalsKey.rent)
            output.number(totals.disruption, TotalsKey.disruption)
            output.number(totals.unserved, TotalsKey.unserved)
            if totals.excess != 0 { output.number(totals.excess, TotalsKey.excess) }
            output.integer(totals.moves, TotalsKey.moves)
        }
    }

    private mutating func sessionPlan(_ session: SessionPlan, indent: Int) {
        object { output in
            func member(_ key: SessionPlanKey) {
                output.newLine(indent + 1)
                output.key(key)
            }
            member(.id)
            output.string(session.id.description)
            member(.sites)
            output.array { output in
                for site in session.sites { output.string(site.description) }
            }
            member(.participants)
            output.integer(session.participants)
            member(.servers)
            output.counts(session.servers)
            member(.load)
            output.counts(session.load)
            member(.assignment)
            output.assignment(session.assignment, indent: indent + 1)
            member(.unserved)
            output.unserved(session.unserved)
            member(.cost)
            output.cost(session.cost)
            member(.bound)
            output.number(session.bound)
            if session.certificate != .path {
                member(.certificate)
                output.boundCertificate(session.certificate)
            }
            if let gap = session.gap {
                member(.gap)
                output.number(gap)
            }
            member(.latency)
            output.statistics(session.latency)
            member(.migrations)
            output.integer(session.migrations)
            output.lastLine(indent)
        }
    }

    private mutating func counts(_ counts: [SiteID: Int]) {
        let named = Dictionary(uniqueKeysWithValues: counts.map { ($0.key.description, $0.value) })
        dictionary(named) { $0.integer($1) }
    }

    private mutating func prices(_ prices: [SiteID: Double]) {
        let named = Dictionary(uniqueKeysWithValues: prices.map { ($0.key.description, $0.value) })
        dictionary(named) { $0.number($1) }
    }

    private mutating func assignment(_ assignment: [ParticipantID: SiteID], indent: Int) {
        object { output in
            for (participant, site) in assignment.sorted(by: { $0.key < $1.key }) {
                output.newLine(indent + 1)
                output.key(participant.description)
                output.string(site.description)
            }
            if !assignment.isEmpty { output.lastLine(indent) }
        }
    }

    private mutating func unserved(_ unserved: [SessionPlan.Unserved]) {
        array { output in
            for entry in unserved {
                output.object { output in
                    output.key(UnservedKey.participant)
                    output.string(entry.participant.description)
                    output.key(UnservedKey.reason)
                    output.string(entry.reason.rawValue)
                    if let price = entry.price { output.number(price, UnservedKey.price) }
                }
            }
        }
    }

    private mutating func cost(_ cost: SessionPlan.Cost) {
        object { output in
            output.number(cost.interaction, CostKey.interaction)
            output.number(cost.rent, CostKey.rent)
            output.number(cost.disruption, CostKey.disruption)
            output.number(cost.unserved, CostKey.unserved)
            if cost.excess != 0 { output.number(cost.excess, CostKey.excess) }
            output.number(cost.total, CostKey.total)
        }
    }

    private mutating func statistics(_ statistics: LatencyStatistics) {
        object { output in
            output.number(statistics.mean, StatisticsKey.mean)
            output.number(statistics.p50, StatisticsKey.p50)
            output.number(statistics.p95, StatisticsKey.p95)
            output.number(statistics.max, StatisticsKey.max)
            output.key(StatisticsKey.unit)
            output.string(statistics.unit)
        }
    }
}
