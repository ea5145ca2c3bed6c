import GLPKSolver
import MeshPlanning
import MeshTypes
import NetworkFlow
import Optimization
import TestSupport
import Testing

/// The session-mesh model against enumeration of ``SessionPlan``'s own words, and the planner against both.
@Suite struct SessionMeshModelTests {
    @Test func optimaMatchEnumerationAndBoundThePlanner() throws {
        let planner = MeshPlanner(flowSolver: NetworkSimplexSolver(), facilitySolver: GLPKFacilitySolver())
        var exact = 0
        for seed in 0..<2_000 as Range<UInt64> {
            let world = TinyWorld(seed: seed)
            let expected = world.enumerate()
            let result = try BundledModel.sessionMesh.with(data: world.data).solve()
            #expect(result.termination == .optimal, "seed \(seed)")
            let objective = try #require(result.objective)
            #expect(abs(objective - expected) <= 1e-6 * max(1, expected), "seed \(seed): \(objective), \(expected)")
            let plan = try planner.plan(world.snapshot, options: PlanningOptions(measureSeconds: false))
            #expect(
                plan.objective >= expected - 1e-6 * max(1, expected), "seed \(seed): \(plan.objective) < \(expected)")
            #expect(plan.bound <= expected + 1e-6 * max(1, expected), "seed \(seed): bound \(plan.bound) > \(expected)")
            if plan.objective <= expected + 1e-6 * max(1, expected) { exact += 1 }
        }
        // A heuristic, but on sessions of four it should mostly be right.
        #expect(exact > 1_500, "the planner found the optimum of \(exact) of 2000 sessions")
    }
}

/// One session of at most four participants on at most three sites.
struct TinyWorld {
    private(set) var snapshot: Snapshot
    private let policy: SessionPolicy
    /// The site of the previous plan by participant; -1 for none, -2 for one that is gone.
    private let previous: [Int]
    /// Microseconds, shortest paths.
    private let routed: [[Int64]]

    private var sites: [Site] { snapshot.sites }
    private var participants: Int { snapshot.participants.count }

    init(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let siteCount = random.integer(1...3)
        let people = random.integer(1...4)
        let origin = GeoCoordinate(latitude: 0, longitude: 0)
        let sites = (0..<siteCount).map { index in
            let free = random.integer(0...2)
            return Site(
                id: SiteID("s\(index)"), name: "Site \(index)", coordinate: origin, freeServers: free,
                totalServers: free + 1, loadPerServer: random.integer(1...4), price: Double(random.integer(0...60)))
        }
        policy = SessionPolicy(
            latencyCap: random.chance(0.3) ? Latency(milliseconds: Double(random.integer(20...80))) : nil,
            siteLimit: random.chance(0.3) ? random.integer(1...2) : nil,
            serverLimit: random.chance(0.3) ? random.integer(1...3) : nil,
            moveBudget: random.chance(0.3) ? random.integer(0...2) : nil,
            redundancy: random.chance(0.3) ? 1 : 0, movePrice: Double(random.integer(0...20)),
            latencyValue: Double(random.integer(1...3)),
            unservedPrice: random.chance(0.5) ? 10_000 : Double(random.integer(50...400)))
        let session = Session(id: "session", type: "match", policy: policy)
        let members = (0..<people).map { index in
            Participant(
                id: ParticipantID("p\(index)"), session: "session", coordinate: origin,
                profile: random.chance(0.2) ? "speaker" : Profile.standardName)
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
            sites: sites, sessions: [session], participants: members, profiles: [Profile(name: "speaker", load: 2)],
            network: .dense(network), accessLatency: access)
        if previous.contains(where: { $0 != -1 }) { snapshot.previous = previousPlan() }
    }

    private func previousPlan() -> Plan {
        var assignment: [ParticipantID: SiteID] = [:]
        for (person, site) in previous.enumerated() where site != -1 {
            assignment[snapshot.participants[person].id] = site < 0 ? "gone" : sites[site].id
        }
        let used = Set(assignment.values).sorted()
        let none = LatencyStatistics(mean: 0, p50: 0, p95: 0, max: 0)
        let plan = SessionPlan(
            id: "session", sites: used, participants: participants,
            servers: Dictionary(uniqueKeysWithValues: used.map { ($0, 1) }),
            load: Dictionary(uniqueKeysWithValues: used.map { ($0, 1) }), assignment: assignment, unserved: [],
            cost: .init(interaction: 0, rent: 0, disruption: 0, unserved: 0), bound: 0, gap: nil, latency: none,
            migrations: 0)
        return Plan(
            strategy: .best, objective: 0, bound: 0, gap: nil, stage: .baseline, sessions: [plan],
            totals: .init(
                participants: participants, served: assignment.count, servers: used.count, interaction: 0, rent: 0,
                disruption: 0, unserved: 0, moves: 0))
    }

    private func access(_ person: Int, _ site: Int) -> Int64 {
        snapshot.accessLatency[person, site]?.microseconds ?? -1
    }

    private func allows(_ person: Int, _ site: Int) -> Bool {
        guard sites[site].freeServers > 0 else { return false }
        return policy.latencyCap.map { access(person, site) <= $0.microseconds } ?? true
    }

    /// The data of `session-mesh.mod`.
    var data: String {
        func milliseconds(_ microseconds: Int64) -> String { "\(Double(microseconds) / 1000)" }
        let accessRows = (0..<participants).flatMap { person in
            sites.indices.map { "\(person) \($0) \(milliseconds(access(person, $0)))" }
        }
        let routedRows = sites.indices.flatMap { from in
            sites.indices.map { "\(from) \($0) \(milliseconds(routed[from][$0]))" }
        }
        return """
            data;
            param participants := \(participants);
            param sites := \(sites.count);
            param access := \(accessRows.joined(separator: ", "));
            param routed := \(routedRows.joined(separator: ", "));
            \(ModelData.vector("load", snapshot.participantLoads()))
            \(ModelData.vector("free_servers", sites.map(\.freeServers)))
            \(ModelData.vector("load_per_server", sites.map(\.loadPerServer)))
            \(ModelData.vector("price", sites.map(\.price)))
            \(ModelData.vector("previous", previous))
            param latency_cap := 0 \(policy.latencyCap?.milliseconds ?? -1);
            param site_limit := 0 \(policy.siteLimit ?? -1);
            param server_limit := 0 \(policy.serverLimit ?? -1);
            param move_budget := 0 \(policy.moveBudget ?? -1);
            param redundancy := 0 \(policy.redundancy);
            param move_price := 0 \(policy.movePrice);
            param latency_value := 0 \(policy.latencyValue);
            param unserved_price := 0 \(policy.unservedPrice);
            end;
            """
    }

    /// The least cost over all assignments and all servers.
    func enumerate() -> Double {
        var best = Double.infinity
        func descend(_ assignment: [Int]) {
            guard assignment.count < participants else {
                best = min(best, cost(of: assignment))
                return
            }
            descend(assignment + [-1])
            for site in sites.indices where allows(assignment.count, site) { descend(assignment + [site]) }
        }
        descend([])
        return best
    }

    private func cost(of assignment: [Int]) -> Double {
        let served = assignment.indices.filter { assignment[$0] >= 0 }
        let moved = served.filter { previous[$0] != -1 && previous[$0] != assignment[$0] }
        let chosenMoves = moved.count { previous[$0] >= 0 && allows($0, previous[$0]) }
        if let budget = policy.moveBudget, chosenMoves > budget { return .infinity }
        var latency = Int64(0)
        for one in served {
            for other in served where other != one {
                latency +=
                    access(one, assignment[one]) + routed[assignment[one]][assignment[other]]
                    + access(other, assignment[other])
            }
        }
        if participants == 1, let only = served.first { latency = 2 * access(only, assignment[only]) }
        let interaction = policy.latencyValue * Double(latency) / 1000 / Double(max(1, participants - 1))
        return interaction + rent(of: assignment) + policy.movePrice * Double(moved.count)
            + policy.unservedPrice * Double(participants - served.count)
    }

    /// The cheapest servers that carry the load, with the spares, within the limits.
    private func rent(of assignment: [Int]) -> Double {
        let loads = snapshot.participantLoads()
        let needed = sites.indices.map { site in
            let load = assignment.indices.reduce(0) { $0 + (assignment[$1] == site ? loads[$1] : 0) }
            return (load + sites[site].loadPerServer - 1) / sites[site].loadPerServer
        }
        let total = needed.reduce(0, +)
        let least = total == 0 ? 0 : total + policy.redundancy
        var best = Double.infinity
        func descend(_ servers: [Int]) {
            guard servers.count < sites.count else {
                let count = servers.reduce(0, +)
                guard count >= least, count <= policy.serverLimit ?? .max,
                    servers.count(where: { $0 > 0 }) <= policy.siteLimit ?? .max
                else { return }
                best = min(best, zip(servers, sites).reduce(0) { $0 + Double($1.0) * $1.1.price })
                return
            }
            let site = servers.count
            guard needed[site] <= sites[site].freeServers else { return }
            for number in needed[site]...sites[site].freeServers { descend(servers + [number]) }
        }
        descend([])
        return best
    }
}
