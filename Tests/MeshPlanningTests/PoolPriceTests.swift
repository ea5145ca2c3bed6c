import GLPKSolver
import MeshPlanning
import MeshTypes
import MeshVerification
import NetworkFlow
import TestSupport
import Testing

/// The joint bound of a plan at prices of the pool: true whatever the prices are, and refused where they are tampered with.
@Suite struct PoolPriceTests {
    private let planner = MeshPlanner(flowSolver: NetworkSimplexSolver(), facilitySolver: GLPKFacilitySolver())

    private func plan(
        _ snapshot: Snapshot, _ prices: [SiteID: Double] = [:], strategy: Strategy = .best
    ) throws -> Plan {
        var options = PlanningOptions(strategy: strategy, measureSeconds: false)
        options.start = PlanningStart(meshes: [:], prices: prices)
        return try planner.plan(snapshot, options: options)
    }

    /// A world that every plan can be tried in, with two sessions.
    private func tinyWorld(_ seed: UInt64) -> (Snapshot, SplitMix64) {
        var worlds = RandomWorld(seed: seed &* 7 &+ 1)
        worlds.siteCount = 1...3
        worlds.sessionCount = 2...2
        worlds.participantCount = 1...3
        return (worlds.snapshot(), worlds.random)
    }

    private func prices(_ snapshot: Snapshot, _ random: inout SplitMix64) -> [SiteID: Double] {
        let scale = random.element(of: [1.0, 50, 2_000])
        var prices: [SiteID: Double] = [:]
        for site in snapshot.sites where random.chance(0.7) { prices[site.id] = random.fraction() * scale }
        return prices
    }

    @Test("no joint bound is above the cost of any plan, by whatever prices and certificates", arguments: 0..<5)
    func jointBoundsAreTrue(group: Int) throws {
        for seed in UInt64(group * 60)..<UInt64(group * 60 + 60) {
            var (snapshot, random) = tinyWorld(seed)
            let optimum = BruteForce(snapshot).optimum()
            let usable = snapshot.sites.filter { $0.freeServers > 0 }.map(\.id)
            for _ in 0..<4 {
                let prices = prices(snapshot, &random)
                let worth = snapshot.sites.reduce(0) { $0 + (prices[$1.id] ?? 0) * Double($1.freeServers) }
                var joint = -worth
                for session in snapshot.sessions {
                    let people = snapshot.participants.count { $0.session == session.id }
                    let tables = random.integer(1...people)
                    let potentials = PairPotentials(
                        sites: usable, groups: (0..<people).map { _ in random.integer(0...tables - 1) },
                        tables: (0..<tables).map { _ in usable.map { _ in Int64(random.integer(-90_000...90_000)) } },
                        values: (0..<people).map { _ in random.fraction() * 900 },
                        serverValue: random.chance(0.5) ? random.fraction() * 300 : 0)
                    let certificates: [BoundCertificate] = [.path, .openPath, .access, .potentials(potentials)]
                    let bounds = certificates.compactMap {
                        PlanChecker().bound(snapshot, session: session.id, by: $0, poolPrices: prices)
                    }
                    joint += try #require(bounds.max())
                }
                #expect(joint <= optimum + 1e-6 * max(1, optimum), "seed \(seed): \(joint), optimum \(optimum)")
                for strategy in [Strategy.best, .nearest] {
                    let plan = try plan(snapshot, prices, strategy: strategy)
                    #expect(plan.bound <= optimum + 1e-6 * max(1, optimum), "seed \(seed)")
                    #expect(PlanChecker().verify(snapshot, plan).failures == [], "seed \(seed)")
                    #expect(plan.bound >= (try self.plan(snapshot, strategy: strategy)).bound)
                }
                #expect(PlanChecker().leastUnserved(snapshot) <= leastLeftOut(snapshot))
            }
        }
    }

    /// The fewest whom any plan leaves out, by letting being left out cost more than all else.
    private func leastLeftOut(_ snapshot: Snapshot) -> Int {
        var dear = snapshot
        for index in dear.sessions.indices {
            dear.sessions[index].policy.unservedPrice = 1e9
            dear.sessions[index].policy.moveBudget = nil
        }
        return Int(BruteForce(dear).optimum() / 1e9 + 0.01)
    }

    /// Four sessions around a site that has a server for one of them.
    private var contended: Snapshot {
        Snapshot(
            sites: [(SiteID("near"), 0.0, 1), ("far", 25, 4)].map { id, longitude, servers in
                Site(
                    id: id, name: id.description, coordinate: GeoCoordinate(latitude: 0, longitude: longitude),
                    freeServers: servers, totalServers: servers, loadPerServer: 12, price: 10)
            },
            sessions: (0..<4).map { Session(id: SessionID("k\($0)"), type: "match", policy: SessionPolicy()) },
            participants: (0..<44).map { number in
                Participant(
                    id: ParticipantID("p\(number)"), session: SessionID("k\(number % 4)"),
                    coordinate: GeoCoordinate(latitude: Double(number % 5) / 4, longitude: Double(number % 7) / 5))
            })
    }

    @Test("prices of the pool close the gap that contention leaves")
    func pricesCloseTheGap() throws {
        let plan = try plan(contended)
        #expect(PlanChecker().verify(contended, plan).failures == [])
        #expect(Set(plan.poolPrices.keys) == ["near"])
        let alone = try plan.sessions.reduce(0) {
            $0 + (try #require(PlanChecker().bound(contended, session: $1.id, by: $1.certificate)))
        }
        let gap = try #require(plan.gap)
        #expect(gap < 0.03 && (plan.objective - alone) / alone > 0.3, "\(gap), \((plan.objective - alone) / alone)")
        // A session's gap counts what its servers are worth to others.
        for session in plan.sessions { #expect(try #require(session.gap) < 0.05) }
        // Where prices are far too high, bounds without are higher, and the plan states none.
        let nearest = try self.plan(contended, ["near": 1e6, "far": 1e6], strategy: .nearest)
        #expect(nearest.poolPrices.isEmpty && nearest.bound > 0)
        #expect(PlanChecker().verify(contended, nearest).failures == [])
    }

    @Test("prices that were tampered with are refused, or other bounds recomputed from them")
    func tamperedPrices() throws {
        let plan = try plan(contended)
        let holder = try #require(plan.sessions.firstIndex { $0.servers["near"] != nil })
        let price = try #require(plan.poolPrices["near"])
        let changes: [(inout Plan) -> Void] = [
            { $0.poolPrices["near"] = price + 1 }, { $0.poolPrices["near"] = nil }, { $0.poolPrices["far"] = 1 },
            { $0.poolPrices["near"] = -price }, { $0.poolPrices["near"] = .infinity }, { $0.poolPrices["near"] = .nan },
            { $0.poolPrices["nowhere"] = 1 }, { $0.poolPrices["nowhere"] = 0 }, { $0.bound *= 1.001 },
            { $0.sessions[0].bound += 0.01 }, { $0.leastUnserved = 1 },
            { $0.sessions[holder].gap = 0.9 + ($0.sessions[holder].gap ?? 0) },
        ]
        for (number, change) in changes.enumerated() {
            var tampered = plan
            change(&tampered)
            #expect(!PlanChecker().verify(contended, tampered).isVerified, "change \(number)")
        }
        // Any prices are valid, if the bounds are those at them.
        var other = plan
        other.stage = .localOptimum
        other.poolPrices = ["near": 77, "far": 3]
        for index in other.sessions.indices {
            let session = other.sessions[index]
            let bound = try #require(
                PlanChecker().bound(
                    contended, session: session.id, by: session.certificate, poolPrices: other.poolPrices))
            let held = session.servers.reduce(0) { $0 + (other.poolPrices[$1.key] ?? 0) * Double($1.value) }
            other.sessions[index].bound = bound
            other.sessions[index].gap = max(0, (session.cost.total + held - bound) / bound)
        }
        other.bound = other.sessions.reduce(0) { $0 + $1.bound } - 77 - 4 * 3
        other.gap = (other.objective - other.bound) / other.bound
        #expect(PlanChecker().verify(contended, other).failures == [])
    }

    @Test("a search of all plans is made without prices")
    func searchHasNoPrices() throws {
        var snapshot = contended
        snapshot.participants.removeSubrange(5...)
        snapshot.accessLatency = LatencyTable(rowCount: 5, columnCount: 2)
        var plan = try plan(snapshot, ["near": 3])
        #expect(plan.stage == .proved && plan.poolPrices.isEmpty)
        guard plan.sessions.allSatisfy({ $0.certificate == .search }) else { return }
        plan.poolPrices = ["near": 0]
        #expect(!PlanChecker().verify(snapshot, plan).isVerified)
    }
}
