import MeshPlanning
import MeshTypes
import MeshVerification
import Optimization
import TestSupport
import Testing

@Suite("What planning promises")
struct PlannerBehaviourTests {
    private func world(_ seed: UInt64, sites: Int, sessions: Int, participants: Int) -> Snapshot {
        var worlds = RandomWorld(seed: seed)
        worlds.isHostile = false
        worlds.siteCount = sites...sites
        worlds.sessionCount = sessions...sessions
        worlds.participantCount = participants...participants
        var snapshot = worlds.snapshot()
        snapshot.network = .unknown
        return snapshot
    }

    @Test("Stopped at once, a plan is feasible and no worse than any baseline", arguments: 0..<4)
    func interrupted(seed: Int) throws {
        let snapshot = world(UInt64(seed), sites: 40, sessions: 12, participants: 25)
        let interrupter = Interrupter()
        interrupter.interrupt()
        let plan = try planner.plan(snapshot, options: .init(interrupter: interrupter))
        #expect(plan.stage == .repair)
        #expect(PlanChecker().verify(snapshot, plan).failures == [])
        for strategy in Strategy.allCases where strategy != .best {
            let other = try planner.plan(snapshot, options: .init(strategy: strategy))
            #expect(plan.objective <= other.objective * (1 + 1e-9), "\(strategy)")
            #expect(other.stage == .baseline)
        }
    }

    @Test("A deadline cuts the search and not the plan", arguments: [1, 20, 100])
    func deadline(milliseconds: Int) throws {
        let snapshot = world(9, sites: 60, sessions: 20, participants: 40)
        let limit = Duration.milliseconds(milliseconds)
        let clock = ContinuousClock()
        var baselines = PlanningOptions()
        baselines.interrupter = Interrupter()
        baselines.interrupter?.interrupt()
        let leastTime = try clock.measure { _ = try planner.plan(snapshot, options: baselines) }
        let start = clock.now
        let plan = try planner.plan(snapshot, options: .init(criteria: StoppingCriteria(timeLimit: limit)))
        // The baselines and the bound are always made; a loaded machine takes its time for those.
        #expect(start.duration(to: clock.now) < limit + leastTime * 5 + .seconds(1))
        #expect(PlanChecker().verify(snapshot, plan).failures == [])
    }

    @Test("The order in which a snapshot lists things does not matter", arguments: 0..<12)
    func permutation(seed: Int) throws {
        var worlds = RandomWorld(seed: UInt64(seed))
        let snapshot = worlds.snapshot()
        let siteOrder = shuffled(snapshot.sites.count, &worlds.random)
        let order = shuffled(snapshot.participants.count, &worlds.random)
        var other = snapshot
        other.sites = siteOrder.map { snapshot.sites[$0] }
        other.sessions = snapshot.sessions.reversed()
        other.participants = order.map { snapshot.participants[$0] }
        for (row, participant) in order.enumerated() {
            for (column, site) in siteOrder.enumerated() {
                other.accessLatency[row, column] = snapshot.accessLatency[participant, site]
            }
        }
        if case .dense(let table) = snapshot.network {
            var permuted = table
            for (row, from) in siteOrder.enumerated() {
                for (column, to) in siteOrder.enumerated() { permuted[row, column] = table[from, to] }
            }
            other.network = .dense(permuted)
        }
        for strategy in Strategy.allCases {
            let options = PlanningOptions(strategy: strategy, measureSeconds: false)
            #expect(try planner.plan(snapshot, options: options) == planner.plan(other, options: options))
        }
    }

    private func shuffled(_ count: Int, _ random: inout SplitMix64) -> [Int] {
        var order = Array(0..<count)
        for place in order.indices.dropLast() { order.swapAt(place, random.integer(place...(count - 1))) }
        return order
    }

    @Test("Snapshots that contradict themselves are refused with one line")
    func inconsistentSnapshots() {
        let site = Site(
            id: "s", name: "S", coordinate: .init(latitude: 0, longitude: 0), freeServers: 1, totalServers: 1,
            loadPerServer: 10, price: 1)
        let participant = Participant(id: "p", session: "k", coordinate: .init(latitude: 0, longitude: 0))
        let dangling = Snapshot(sites: [site], sessions: [], participants: [participant])
        let short = Snapshot(
            sites: [site], sessions: [Session(id: "k", type: "match")], participants: [participant],
            accessLatency: LatencyTable(rowCount: 0, columnCount: 1))
        let link = Link(from: "s", to: "nowhere", latency: .zero)
        let linked = Snapshot(sites: [site], sessions: [], participants: [], network: .links([link]))
        for (snapshot, words) in [(dangling, "session k"), (short, "0 x 1"), (linked, "nowhere")] {
            let error = #expect(throws: PlanningError.self) { try planner.plan(snapshot) }
            #expect(error?.code == .inconsistentSnapshot)
            #expect(error?.message.contains(words) ?? false)
            #expect(!(error?.message.contains("\n") ?? true))
        }
    }

    @Test("Clusters keep to the policy too: eighteen hundred people, then a tick later with scarce moves")
    func clusteredSession() throws {
        var snapshot = world(3, sites: 30, sessions: 1, participants: 1800)
        for site in snapshot.sites.indices {
            snapshot.sites[site].freeServers = 8
            snapshot.sites[site].totalServers = 8
            snapshot.sites[site].loadPerServer = 30
        }
        snapshot.sessions[0].policy = SessionPolicy(siteLimit: 20, moveBudget: 50, redundancy: 1)
        let plan = try planner.plan(snapshot)
        #expect(PlanChecker().verify(snapshot, plan).failures == [])
        #expect(plan.totals.served == 1800)
        var next = snapshot
        next.previous = plan
        next.sites[0].freeServers = 0
        next.sites.swapAt(1, 2)
        next.accessLatency = LatencyTable(rowCount: 1800, columnCount: 30)
        let again = try planner.plan(next)
        #expect(PlanChecker().verify(next, again).failures == [])
        let greedy = try planner.plan(next, options: .init(strategy: .greedy))
        #expect(again.objective <= greedy.objective)
    }

    @Test("Nothing to plan is a plan")
    func empty() throws {
        let nobody = Snapshot(sites: [], sessions: [Session(id: "k", type: "match")], participants: [])
        let plan = try planner.plan(nobody)
        #expect(plan.objective == 0 && plan.gap == 0 && plan.stage == .proved)
        #expect(PlanChecker().verify(nobody, plan).failures == [])
    }
}
