import MeshTypes

/// One session of a plan under the checker's eyes.
struct CheckedSession {
    let world: CheckedWorld
    /// The same with servers at their prices and those of the pool: what bounds are made for.
    let priced: CheckedWorld
    let session: Session
    let plan: SessionPlan
    let path: String

    private var members: [Int] { world.members[session.id] ?? [] }

    func verify(into verification: inout PlanVerification) {
        guard checkSites(into: &verification), checkPeople(into: &verification) else { return }
        checkCapacity(into: &verification)
        checkPolicy(into: &verification)
        checkFigures(into: &verification)
    }

    /// The mesh's sites exist, are listed in order, and have servers.
    private func checkSites(into verification: inout PlanVerification) -> Bool {
        let sites = plan.sites
        let known = sites.allSatisfy { world.siteNumbers[$0] != nil }
        let ordered = zip(sites, sites.dropFirst()).allSatisfy { $0 < $1 }
        let servers = plan.servers.keys.sorted() == sites && plan.servers.values.allSatisfy { $0 > 0 }
        return verification.expect(known, "\(path).sites", "names a site that the snapshot does not have")
            && verification.expect(ordered, "\(path).sites", "is not in ascending order without repetition")
            && verification.expect(servers, "\(path).servers", "does not give every site of the mesh its servers")
            && verification.expect(
                plan.load.keys.sorted() == sites, "\(path).load", "does not give every site of the mesh its load")
    }

    /// Every participant of the session is either served at a site of the mesh or listed as unserved.
    private func checkPeople(into verification: inout PlanVerification) -> Bool {
        verification.expect(
            plan.participants == members.count, "\(path).participants",
            "is \(plan.participants); the session has \(members.count)")
        let before = verification.failures.count
        for (participant, site) in plan.assignment.sorted(by: { $0.key < $1.key }) {
            let field = "\(path).assignment.\(participant)"
            let number = world.participantNumbers[participant]
            let belongs = number.map { world.snapshot.participants[$0].session == session.id } ?? false
            verification.expect(belongs, field, "is nobody of the session")
            verification.expect(plan.servers[site] != nil, field, "is site \(site), which is not in the mesh")
        }
        let listed = plan.unserved.map(\.participant)
        verification.expect(
            zip(listed, listed.dropFirst()).allSatisfy { $0 < $1 }, "\(path).unserved",
            "is not in ascending order without repetition")
        for entry in plan.unserved {
            verification.expect(
                plan.assignment[entry.participant] == nil, "\(path).unserved", "\(entry.participant) is served too")
        }
        let served = Set(plan.assignment.keys).union(listed)
        for member in members {
            let id = world.snapshot.participants[member].id
            verification.expect(served.contains(id), "\(path).assignment", "participant \(id) is missing")
        }
        verification.expect(
            plan.assignment.count + listed.count == members.count, "\(path).assignment",
            "\(plan.assignment.count) served and \(listed.count) unserved; the session has \(members.count)")
        return verification.failures.count == before
    }

    private func checkCapacity(into verification: inout PlanVerification) {
        var load: [SiteID: Int] = [:]
        for (participant, site) in plan.assignment {
            load[site, default: 0] += world.participantNumbers[participant].map { world.loads[$0] } ?? 0
        }
        var needed = 0
        for site in plan.sites {
            guard let number = world.siteNumbers[site], let servers = plan.servers[site] else { continue }
            let carried = load[site] ?? 0
            verification.expect(
                plan.load[site] == carried, "\(path).load.\(site)",
                "is \(plan.load[site] ?? 0); its participants sum to \(carried)")
            let perServer = world.snapshot.sites[number].loadPerServer
            needed += (carried + perServer - 1) / perServer
            verification.expect(
                servers * perServer >= carried, "\(path).servers.\(site)",
                "is \(servers), which carry \(servers * perServer); the load is \(carried)")
        }
        let rented = plan.servers.values.reduce(0, +)
        verification.expect(
            plan.assignment.isEmpty || rented >= needed + session.policy.redundancy, "\(path).servers",
            "sum to \(rented); the load needs \(needed) and redundancy \(session.policy.redundancy) more")
    }

    private func checkPolicy(into verification: inout PlanVerification) {
        let policy = session.policy
        if let limit = policy.siteLimit {
            verification.expect(
                plan.sites.count <= limit, "\(path).sites", "are \(plan.sites.count); the policy allows \(limit)")
        }
        if let limit = policy.serverLimit {
            let rented = plan.servers.values.reduce(0, +)
            verification.expect(
                rented <= limit, "\(path).servers", "sum to \(rented); the policy allows \(limit)")
        }
        for (participant, site) in plan.assignment {
            guard let person = world.participantNumbers[participant], let number = world.siteNumbers[site] else {
                continue
            }
            verification.expect(
                world.allows(person, number, under: policy), "\(path).assignment.\(participant)",
                "is site \(site), which is out of servers or beyond the latency cap")
        }
        for (position, entry) in plan.unserved.enumerated() {
            guard let person = world.participantNumbers[entry.participant] else { continue }
            let reachable = (0..<world.siteCount).contains { world.allows(person, $0, under: policy) }
            let contradicts = policy.serverLimit.map { $0 <= policy.redundancy } ?? false
            let hasServers = world.snapshot.sites.contains { $0.freeServers > 0 }
            let expected: SessionPlan.Unserved.Reason =
                reachable ? contradicts ? .policy : .capacity : hasServers ? .latencyCap : .noServers
            verification.expect(
                entry.reason == expected, "\(path).unserved[\(position)].reason",
                "is \(entry.reason.rawValue); expected \(expected.rawValue)")
        }
    }

    private func checkFigures(into verification: inout PlanVerification) {
        let served = members.filter { plan.assignment[world.snapshot.participants[$0].id] != nil }
        let sites = served.map { member in
            plan.assignment[world.snapshot.participants[member].id].flatMap { world.siteNumbers[$0] } ?? 0
        }
        let access = zip(served, sites).map { world.access($0, $1) }
        let count = world.siteCount
        let pairs = PairLatencies(sites: sites, access: access) { world.routed[$0 * count + $1] }
        guard verification.expect(!pairs.hasUnreachablePair, "\(path).sites", "have no path between them") else {
            return
        }
        let moves = checkMoves(served: served, sites: sites, into: &verification)
        let weights = CheckedInteraction(session, members: members, snapshot: world.snapshot)
        let positions = Dictionary(uniqueKeysWithValues: members.enumerated().map { ($1, $0) })
        let people = served.indices.map { (positions[served[$0]] ?? 0, sites[$0], access[$0]) }
        checkPrices(weights, people, into: &verification)
        let interaction = weights.cost(served: people) { world.routed[$0 * count + $1] }
        let rent = plan.sites.reduce(0.0) { sum, site in
            let price = world.siteNumbers[site].map { world.snapshot.sites[$0].price } ?? 0
            return sum + price * Double(plan.servers[site] ?? 0)
        }
        let disruption = session.policy.movePrice * Double(moves)
        let unserved = session.policy.unservedPrice * Double(plan.unserved.count)
        let excess = softExcess(of: access)
        let total = interaction + rent + disruption + unserved + excess
        verification.expect(plan.cost.interaction, equals: interaction, "\(path).cost.interaction")
        verification.expect(plan.cost.rent, equals: rent, "\(path).cost.rent")
        verification.expect(plan.cost.disruption, equals: disruption, "\(path).cost.disruption")
        verification.expect(plan.cost.unserved, equals: unserved, "\(path).cost.unserved")
        verification.expect(plan.cost.excess, equals: excess, "\(path).cost.excess")
        verification.expect(plan.cost.total, equals: total, "\(path).cost.total")
        let bound = checkedBound(weights, into: &verification)
        let dearer = plan.sites.reduce(0.0) { sum, site in
            let added = world.siteNumbers[site].map { priced.snapshot.sites[$0].price - world.snapshot.sites[$0].price }
            return sum + (added ?? 0) * Double(plan.servers[site] ?? 0)
        }
        verification.expect(plan.bound, equals: bound, "\(path).bound")
        verification.expect(
            bound <= total + dearer + 1e-6 * max(1, total + dearer), "\(path).bound",
            "exceeds the cost at the pool's prices: \(bound) over \(total + dearer)")
        verification.expect(gap: plan.gap, cost: total + dearer, bound: bound, "\(path).gap")
        checkLatency(pairs, into: &verification)
    }

    /// What serving those who are left out would cost, where the plan says so.
    private func checkPrices(
        _ weights: CheckedInteraction, _ served: [(position: Int, site: Int, access: Int64)],
        into verification: inout PlanVerification
    ) {
        let stated = plan.unserved.enumerated().filter { $1.price != nil }
        guard !stated.isEmpty else { return }
        let count = world.siteCount
        let crowds = CheckedInteraction.Crowds(served, roles: weights.roles)
        for (position, entry) in stated {
            guard let number = world.participantNumbers[entry.participant], let place = members.firstIndex(of: number),
                let price = entry.price
            else { continue }
            var least = Double.infinity
            for site in 0..<count where world.allows(number, site, under: session.policy) {
                let access = world.access(number, site)
                let joining = weights.joining(weights.roles[place], site, access, crowds) {
                    world.routed[$0 * count + $1]
                }
                guard let joining else { continue }
                let perServer = world.snapshot.sites[site].loadPerServer
                let servers = (world.loads[number] + perServer - 1) / perServer
                var cost = joining + world.snapshot.sites[site].price * Double(servers) + softExcess(of: [access])
                if let previous = world.previousSites[number], previous != site { cost += session.policy.movePrice }
                least = min(least, cost)
            }
            verification.expect(price, equals: least, "\(path).unserved[\(position)].price")
        }
    }

    /// The bound that the certificate proves.
    private func checkedBound(
        _ weights: CheckedInteraction, into verification: inout PlanVerification
    ) -> Double {
        // What all sessions claim together is checked once for all.
        if plan.certificate == .search { return plan.cost.total }
        let paths = CheckedBound(
            world: priced, session: session, members: members, weights: weights, kind: plan.certificate.kind)
        guard case .potentials(let potentials) = plan.certificate else { return paths.value() }
        let checked = CheckedPotentials(
            world: priced, session: session, members: members, weights: weights, potentials: potentials)
        do throws(CheckedPotentials.Flaw) {
            return try checked.value()
        } catch {
            verification.fail("\(path).certificate", error.description)
            return plan.bound
        }
    }

    /// What access latency above the soft cap costs.
    private func softExcess(of access: [Int64]) -> Double {
        guard let cap = session.policy.softLatencyCap else { return 0 }
        let above = access.reduce(Int64(0)) { $0 + max(0, $1 - cap.microseconds) }
        return session.policy.softCapPrice * Double(above) / 1000
    }

    private func checkMoves(served: [Int], sites: [Int], into verification: inout PlanVerification) -> Int {
        var moves = 0
        var free = 0
        let used = Set(sites)
        let reaches = { world.routed[$0 * world.siteCount + $1] < CheckedWorld.unreachable }
        for (member, site) in zip(served, sites) {
            guard let previous = world.previousSites[member], previous != site else { continue }
            moves += 1
            let couldStay =
                previous >= 0 && world.allows(member, previous, under: session.policy)
                && used.allSatisfy { reaches(previous, $0) && reaches($0, previous) }
            if !couldStay { free += 1 }
        }
        verification.expect(
            plan.migrations == moves, "\(path).migrations", "is \(plan.migrations); \(moves) participants move")
        if let budget = session.policy.moveBudget {
            verification.expect(
                moves - free <= budget, "\(path).migrations", "\(moves - free) moves; the policy allows \(budget)")
        }
        return moves
    }

    private func checkLatency(_ pairs: PairLatencies, into verification: inout PlanVerification) {
        let latency = plan.latency
        verification.expect(latency.unit == "ms", "\(path).latency.unit", "is \(latency.unit); expected ms")
        let any = pairs.count > 0
        let milliseconds = { (microseconds: Int64) in Double(microseconds) / 1000 }
        verification.expect(
            latency.mean, equals: any ? pairs.sum / Double(pairs.count) / 1000 : 0, "\(path).latency.mean")
        verification.expect(
            latency.p50, equals: any ? milliseconds(pairs.percentile(0.5)) : 0, "\(path).latency.p50")
        verification.expect(
            latency.p95, equals: any ? milliseconds(pairs.percentile(0.95)) : 0, "\(path).latency.p95")
        verification.expect(latency.max, equals: any ? milliseconds(pairs.longest) : 0, "\(path).latency.max")
    }
}
