/// The keys of a plan.
package enum PlanKey: String, JSONKey {
    case version, strategy, objective, bound, gap, stage, sessions, totals
    case poolPrices = "pool-prices"
    case leastUnserved = "least-unserved"
    case shadowPrices = "shadow-prices"
    case seconds, checksum
}

/// The keys of the sums over a plan's sessions.
package enum TotalsKey: String, JSONKey {
    case participants, served, servers, interaction, rent, disruption, unserved, excess, moves
}

/// The keys of a session's plan.
package enum SessionPlanKey: String, JSONKey {
    case id, sites, participants, servers, load, assignment, unserved, cost, bound, certificate, gap, latency,
        migrations
}

/// The names of the certificates that carry no data.
package enum CertificateName: String, CaseIterable, Sendable {
    case path
    case openPath = "open-path"
    case access, search
}

/// The keys of a bound by potentials.
package enum PotentialsKey: String, JSONKey {
    case sites, groups, tables, values
    case loadPrices = "load-prices"
    case serverValue = "server-value"
}

/// The keys of a participant without a server.
package enum UnservedKey: String, JSONKey {
    case participant, reason, price
}

/// The keys of a session's cost.
package enum CostKey: String, JSONKey {
    case interaction, rent, disruption, unserved, excess, total
}

/// The keys of latency statistics.
package enum StatisticsKey: String, JSONKey {
    case mean, p50, p95, max, unit
}
