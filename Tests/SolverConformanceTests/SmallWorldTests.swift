import FacilityLocation
import GLPKSolver
import MeshPlanning
import MeshTypes
import NetworkFlow
import Optimization
import TestSupport
import Testing

/// Small worlds of several sessions that share a pool: the planner's plan is the optimum that the MathProg model has.
@Suite struct SmallWorldTests {
    @Test(arguments: 0..<10) func plansAreOptimal(batch: Int) throws {
        for seed in UInt64(batch * 30)..<UInt64(batch * 30 + 30) {
            try expectOptimal(SharedPoolWorld(seed: seed), seed, isProved: true)
        }
    }

    /// As large as the model can be solved: three sessions, eight sites, ten participants who are each a cluster of their own.
    @Test(arguments: [UInt64](1000..<1008)) func tenClustersAreOptimal(seed: UInt64) throws {
        try expectOptimal(SharedPoolWorld(seed: seed, isFull: true), seed, isProved: false)
    }

    /// - Parameter isProved: whether the planner must prove its optimum too, within the work that it gives to that.
    private func expectOptimal(_ world: SharedPoolWorld, _ seed: UInt64, isProved: Bool) throws {
        let planner = MeshPlanner(flowSolver: NetworkSimplexSolver(), facilitySolver: FacilityHeuristic())
        let result = try BundledModel.sessionMesh.with(data: world.data).solve()
        #expect(result.termination == .optimal, "seed \(seed)")
        let optimum = try #require(result.objective)
        let tolerance = 1e-6 * max(1, optimum)
        for strategy in Strategy.allCases {
            let plan = try planner.plan(
                world.snapshot, options: PlanningOptions(strategy: strategy, measureSeconds: false))
            #expect(plan.bound <= optimum + tolerance, "seed \(seed): bound \(plan.bound), optimum \(optimum)")
            if strategy == .best {
                #expect(abs(plan.objective - optimum) <= tolerance, "seed \(seed): \(plan.objective), \(optimum)")
                #expect(!isProved || plan.stage == .proved, "seed \(seed): \(plan.stage)")
            } else {
                #expect(plan.objective >= optimum - tolerance, "seed \(seed), \(strategy)")
            }
        }
    }
}

/// Up to three sessions on up to eight sites, of all policies and interactions.
struct SharedPoolWorld {
    private(set) var snapshot: Snapshot
    private let routed: [[Int64]]
    private let previous: [Int]

    init(seed: UInt64, isFull: Bool = false) {
        var random = SplitMix64(seed: seed &* 77 &+ 5)
        let people = isFull ? 10 : random.integer(2...6)
        let siteCount = isFull ? 8 : people > 4 ? random.integer(1...4) : random.integer(1...8)
        let sites = (0..<siteCount).map { index in
            let free = random.integer(0...2)
            return Site(
                id: SiteID("s\(index)"), name: "Site \(index)", coordinate: Self.place(&random), freeServers: free,
                totalServers: free + 1, loadPerServer: random.integer(1...4), price: Double(random.integer(0...60)))
        }
        let sessions = (0..<(isFull ? 3 : random.integer(1...3))).map { index in
            Session(id: SessionID("k\(index)"), type: "match", policy: Self.policy(&random))
        }
        let participants = (0..<people).map { index in
            Participant(
                id: ParticipantID("p\(index)"), session: random.element(of: sessions).id,
                coordinate: Self.place(&random), profile: random.chance(0.3) ? "speaker" : Profile.standardName,
                waiting: random.chance(0.3) ? Double(random.integer(1...40)) : 0)
        }
        var access = LatencyTable(rowCount: people, columnCount: siteCount)
        for index in access.microseconds.indices { access.microseconds[index] = Int64(random.integer(1_000...90_000)) }
        var network = LatencyTable(rowCount: siteCount, columnCount: siteCount)
        for from in 0..<siteCount {
            for to in 0..<siteCount {
                network[from, to] = Latency(microseconds: from == to ? 0 : Int64(random.integer(1_000...60_000)))
            }
        }
        var routed = (0..<siteCount).map { from in (0..<siteCount).map { network[from, $0]?.microseconds ?? 0 } }
        for middle in 0..<siteCount {
            for from in 0..<siteCount {
                for to in 0..<siteCount {
                    routed[from][to] = min(routed[from][to], routed[from][middle] + routed[middle][to])
                }
            }
        }
        self.routed = routed
        previous = (0..<people).map { _ in random.chance(0.4) ? random.integer(-2...(siteCount - 1)) : -1 }
        snapshot = Snapshot(
            sites: sites, sessions: sessions, participants: participants,
            profiles: [Profile(name: "speaker", load: 2, publishes: random.chance(0.5))], network: .dense(network),
            accessLatency: access)
        if previous.contains(where: { $0 != -1 }) { snapshot.previous = previousPlan() }
    }

    private static func place(_ random: inout SplitMix64) -> GeoCoordinate {
        GeoCoordinate(latitude: random.fraction() * 20 + 40, longitude: random.fraction() * 30)
    }

    private static func policy(_ random: inout SplitMix64) -> SessionPolicy {
        var policy = SessionPolicy(
            latencyCap: random.chance(0.3) ? Latency(milliseconds: Double(random.integer(20...80))) : nil,
            siteLimit: random.chance(0.3) ? random.integer(1...2) : nil,
            serverLimit: random.chance(0.3) ? random.integer(1...3) : nil,
            moveBudget: random.chance(0.3) ? random.integer(0...2) : nil,
            redundancy: random.chance(0.3) ? 1 : 0, movePrice: Double(random.integer(0...20)),
            latencyValue: Double(random.integer(1...3)),
            unservedPrice: random.chance(0.5) ? 10_000 : Double(random.integer(50...400)))
        policy.interaction = random.element(of: [
            .everyone, .audience, .nearby(reach: Double(random.integer(100...2_000))),
        ])
        if random.chance(0.4) {
            policy.softLatencyCap = Latency(milliseconds: Double(random.integer(0...60)))
            policy.softCapPrice = Double(random.integer(0...3))
        }
        if random.chance(0.4) { policy.capRelaxation = Double(random.integer(0...3)) }
        return policy
    }

    private func previousPlan() -> Plan {
        let none = LatencyStatistics(mean: 0, p50: 0, p95: 0, max: 0)
        let sessions = snapshot.sessions.map { session in
            var assignment: [ParticipantID: SiteID] = [:]
            for (person, site) in previous.enumerated()
            where site != -1 && snapshot.participants[person].session == session.id {
                assignment[snapshot.participants[person].id] = site < 0 ? "gone" : snapshot.sites[site].id
            }
            let used = Set(assignment.values).sorted()
            let ones = Dictionary(uniqueKeysWithValues: used.map { ($0, 1) })
            return SessionPlan(
                id: session.id, sites: used, participants: assignment.count, servers: ones, load: ones,
                assignment: assignment, unserved: [],
                cost: .init(interaction: 0, rent: 0, disruption: 0, unserved: 0), bound: 0, gap: nil, latency: none,
                migrations: 0)
        }
        return Plan(
            strategy: .best, objective: 0, bound: 0, gap: nil, stage: .baseline, sessions: sessions,
            totals: .init(
                participants: 0, served: 0, servers: 0, interaction: 0, rent: 0, disruption: 0, unserved: 0, moves: 0))
    }

    /// The weight of an ordered pair, from the words beside ``Interaction``.
    private func weight(_ one: Int, _ other: Int) -> Double {
        let people = snapshot.participants
        guard let session = snapshot.sessions.first(where: { $0.id == people[one].session }),
            people[one].session == people[other].session
        else { return 0 }
        switch session.policy.interaction {
        case .everyone: return 1
        case .audience:
            let speak = snapshot.profiles[0].publishes
            let publishes = people.indices.map { people[$0].profile != "speaker" || speak }
            let anybody = people.indices.contains { people[$0].session == session.id && publishes[$0] }
            return publishes[one] || !anybody ? 1 : 0
        case .nearby(let reach):
            let cells = (InteractionCell(people[one].coordinate), InteractionCell(people[other].coordinate))
            return Interaction.weight(from: cells.0, to: cells.1, reach: reach)
        }
    }

    /// The data of `session-mesh.mod`.
    var data: String {
        func milliseconds(_ microseconds: Int64) -> String { "\(Double(microseconds) / 1000)" }
        let (people, sites, sessions) = (snapshot.participants, snapshot.sites, snapshot.sessions)
        let accessRows = people.indices.flatMap { person in
            sites.indices.map {
                "\(person) \($0) \(milliseconds(snapshot.accessLatency[person, $0]?.microseconds ?? -1))"
            }
        }
        let routedRows = sites.indices.flatMap { from in
            sites.indices.map { "\(from) \($0) \(milliseconds(routed[from][$0]))" }
        }
        let weights = people.indices.flatMap { one in people.indices.map { "\(one) \($0) \(weight(one, $0))" } }
        let numbers = people.map { person in sessions.firstIndex { $0.id == person.session } ?? 0 }
        let policies = sessions.map(\.policy)
        return """
            data;
            param participants := \(people.count);
            param sites := \(sites.count);
            param sessions := \(sessions.count);
            param access := \(accessRows.joined(separator: ", "));
            param routed := \(routedRows.joined(separator: ", "));
            param weight := \(weights.joined(separator: ", "));
            \(ModelData.vector("session", numbers))
            \(ModelData.vector("load", snapshot.participantLoads()))
            \(ModelData.vector("waiting", people.map(\.waiting)))
            \(ModelData.vector("free_servers", sites.map(\.freeServers)))
            \(ModelData.vector("load_per_server", sites.map(\.loadPerServer)))
            \(ModelData.vector("price", sites.map(\.price)))
            \(ModelData.vector("previous", previous))
            \(ModelData.vector("latency_cap", policies.map { $0.latencyCap?.milliseconds ?? -1 }))
            \(ModelData.vector("cap_relaxation", policies.map(\.capRelaxation)))
            \(ModelData.vector("soft_cap", policies.map { $0.softLatencyCap?.milliseconds ?? -1 }))
            \(ModelData.vector("soft_cap_price", policies.map(\.softCapPrice)))
            \(ModelData.vector("site_limit", policies.map { $0.siteLimit ?? -1 }))
            \(ModelData.vector("server_limit", policies.map { $0.serverLimit ?? -1 }))
            \(ModelData.vector("move_budget", policies.map { $0.moveBudget ?? -1 }))
            \(ModelData.vector("redundancy", policies.map(\.redundancy)))
            \(ModelData.vector("move_price", policies.map(\.movePrice)))
            \(ModelData.vector("latency_value", policies.map(\.latencyValue)))
            \(ModelData.vector("unserved_price", policies.map(\.unservedPrice)))
            end;
            """
    }
}
