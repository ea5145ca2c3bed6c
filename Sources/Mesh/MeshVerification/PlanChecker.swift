public import MeshTypes

/// The checker of plans. It shares no code with the planner: it reads snapshot and plan, and recomputes every figure and
/// every constraint from the words beside ``SessionPlan`` and ``SessionPolicy``.
public struct PlanChecker: Sendable {
    /// Creates a checker.
    public init() {}

    /// Checks all of a plan against the snapshot that it was made for.
    ///
    /// - Complexity: O(sites^3) for the routes; for each session O(participants^2 * sites) for the bound.
    public func verify(_ snapshot: Snapshot, _ plan: Plan) -> PlanVerification {
        var verification = PlanVerification()
        let world = CheckedWorld(snapshot)
        verification.expect(plan.version == 1, "version", "is \(plan.version); expected 1")
        let expected = snapshot.sessions.map(\.id).sorted()
        let found = plan.sessions.map(\.id)
        guard
            verification.expect(
                expected == found, "sessions",
                "are \(names(found)); expected the snapshot's sessions by identifier: \(names(expected))")
        else { return verification }

        check(prices: plan, in: world, into: &verification)
        let priced = world.priced(by: plan.poolPrices)
        let sessions = Dictionary(snapshot.sessions.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        var recomputed = Totals()
        for (position, sessionPlan) in plan.sessions.enumerated() {
            guard let session = sessions[sessionPlan.id] else { continue }
            let checked = CheckedSession(
                world: world, priced: priced, session: session, plan: sessionPlan, path: "sessions[\(position)]")
            checked.verify(into: &verification)
            recomputed.add(sessionPlan)
        }
        check(pool: plan, in: world, into: &verification)
        check(search: plan, in: world, into: &verification)
        recomputed.bound -= world.snapshot.sites.reduce(0) {
            $0 + (plan.poolPrices[$1.id] ?? 0) * Double($1.freeServers)
        }
        check(totals: plan, recomputed, into: &verification)
        check(leastUnserved: plan, in: world, into: &verification)
        return verification
    }

    /// The bound on the cost of a session that a certificate proves; `nil` when it proves none, or names no session.
    ///
    /// - Parameter poolPrices: what a server at a site costs beyond its price.
    /// - Complexity: as for ``verify(_:_:)``, for one session.
    public func bound(
        _ snapshot: Snapshot, session id: SessionID, by certificate: BoundCertificate,
        poolPrices: [SiteID: Double] = [:]
    ) -> Double? {
        guard let session = snapshot.sessions.first(where: { $0.id == id }) else { return nil }
        let world = CheckedWorld(snapshot).priced(by: poolPrices)
        let members = world.members[id] ?? []
        let weights = CheckedInteraction(session, members: members, snapshot: snapshot)
        if certificate == .search { return nil }
        guard case .potentials(let potentials) = certificate else {
            return CheckedBound(
                world: world, session: session, members: members, weights: weights, kind: certificate.kind
            ).value()
        }
        return try? CheckedPotentials(
            world: world, session: session, members: members, weights: weights, potentials: potentials
        ).value()
    }

    /// The least number of participants that any plan leaves out, recomputed.
    public func leastUnserved(_ snapshot: Snapshot) -> Int { CheckedLeast(CheckedWorld(snapshot)).value() }

    /// Prices of the pool are of sites that there are, and 0 or more: with others the bound would prove nothing.
    private func check(prices plan: Plan, in world: CheckedWorld, into verification: inout PlanVerification) {
        for (site, price) in plan.poolPrices.sorted(by: { $0.key < $1.key }) {
            verification.expect(
                world.siteNumbers[site] != nil, "pool-prices.\(site)", "is of a site that the snapshot does not have")
            verification.expect(
                price >= 0 && price.isFinite, "pool-prices.\(site)", "is \(price); expected 0 or more")
        }
    }

    private func check(
        leastUnserved plan: Plan, in world: CheckedWorld, into verification: inout PlanVerification
    ) {
        guard let stated = plan.leastUnserved else { return }
        let least = CheckedLeast(world).value()
        verification.expect(stated == least, "least-unserved", "is \(stated); recomputed \(least)")
        let unserved = plan.sessions.reduce(0) { $0 + $1.unserved.count }
        verification.expect(
            least <= unserved, "least-unserved", "is \(least); the plan leaves out \(unserved), which cannot be")
    }

    /// All sessions share the free servers of a site.
    private func check(pool plan: Plan, in world: CheckedWorld, into verification: inout PlanVerification) {
        var rented: [SiteID: Int] = [:]
        for session in plan.sessions {
            for (site, servers) in session.servers { rented[site, default: 0] += servers }
        }
        for site in world.snapshot.sites {
            let servers = rented[site.id] ?? 0
            verification.expect(
                servers <= site.freeServers, "sessions",
                "rent \(servers) servers at site \(site.id); \(site.freeServers) are free")
        }
    }

    /// A plan that claims to be the best of all is compared with all.
    private func check(search plan: Plan, in world: CheckedWorld, into verification: inout PlanVerification) {
        let searched = plan.sessions.filter { $0.certificate == .search }
        guard !searched.isEmpty else { return }
        guard
            verification.expect(
                searched.count == plan.sessions.count, "sessions",
                "claim a search of all plans in \(searched.count) of \(plan.sessions.count) cases; expected all or none"
            )
        else { return }
        verification.expect(
            plan.poolPrices.isEmpty, "pool-prices", "are stated; a search of all plans is made without")
        do throws(CheckedSearch.Flaw) {
            var search = try CheckedSearch(world)
            try search.verify(cost: plan.sessions.reduce(0) { $0 + $1.cost.total })
        } catch {
            switch error {
            case .tooLarge: verification.fail("bound", "claims a search of all plans, of which there are too many")
            case .cheaper(let cost): verification.fail("bound", "claims a search of all plans; one costs \(cost)")
            }
        }
    }

    private func check(totals plan: Plan, _ sums: Totals, into verification: inout PlanVerification) {
        let totals = plan.totals
        for (name, stated, sum) in [
            ("participants", totals.participants, sums.participants), ("served", totals.served, sums.served),
            ("servers", totals.servers, sums.servers), ("moves", totals.moves, sums.moves),
        ] {
            verification.expect(stated == sum, "totals.\(name)", "is \(stated); the sessions sum to \(sum)")
        }
        verification.expect(totals.interaction, equals: sums.interaction, "totals.interaction")
        verification.expect(totals.rent, equals: sums.rent, "totals.rent")
        verification.expect(totals.disruption, equals: sums.disruption, "totals.disruption")
        verification.expect(totals.unserved, equals: sums.unserved, "totals.unserved")
        verification.expect(totals.excess, equals: sums.excess, "totals.excess")
        verification.expect(plan.objective, equals: sums.cost, "objective")
        verification.expect(plan.bound, equals: sums.bound, "bound")
        verification.expect(gap: plan.gap, cost: sums.cost, bound: sums.bound, "gap")
        let isLadder = plan.strategy == .best
        verification.expect(
            (plan.stage == .baseline) != isLadder, "stage", "is \(plan.stage) for the strategy \(plan.strategy)")
        verification.expect(
            plan.stage != .proved || sums.cost - sums.bound <= 1e-9 * max(1, abs(sums.cost)), "stage",
            "says proved; the bound \(sums.bound) does not meet the objective \(sums.cost)")
    }

    private func names<Entity>(_ identifiers: [Identifier<Entity>]) -> String {
        let shown = identifiers.prefix(5).map(\.description).joined(separator: ", ")
        return identifiers.count > 5 ? "\(shown), ... (\(identifiers.count))" : "[\(shown)]"
    }

    /// What the sessions sum to, each session having been checked in itself.
    private struct Totals {
        var participants = 0
        var served = 0
        var servers = 0
        var moves = 0
        var interaction = 0.0
        var rent = 0.0
        var disruption = 0.0
        var unserved = 0.0
        var excess = 0.0
        var cost = 0.0
        var bound = 0.0

        mutating func add(_ session: SessionPlan) {
            participants += session.participants
            served += session.assignment.count
            servers += session.servers.values.reduce(0, +)
            moves += session.migrations
            interaction += session.cost.interaction
            rent += session.cost.rent
            disruption += session.cost.disruption
            unserved += session.cost.unserved
            excess += session.cost.excess
            cost += session.cost.total
            bound += session.bound
        }
    }
}

extension PlanVerification {
    /// Checks a gap: `(cost - bound) / bound`, 0 when equal up to rounding, `nil` where the bound is 0 and the cost not.
    mutating func expect(gap: Double?, cost: Double, bound: Double, _ path: String) {
        let difference = cost - bound
        if bound == 0, difference > 1e-9 {
            expect(gap == nil, path, "is stated although the bound is 0")
        } else if let gap {
            expect(gap, equals: difference <= 0 || bound == 0 ? 0 : difference / bound, path)
        } else {
            fail(path, "is missing")
        }
    }
}
