import MeshEngine
import MeshInstances
import MeshTypes
import MeshVerification
import TestSupport
import Testing

/// A plan is rejected after any one field of it was tampered with.
@Suite struct TamperingTests {
    private let engine = MeshEngine()

    /// A world small enough to try every field, with all that a plan can contain: two sessions, moves, people left out
    /// for either reason, spares.
    private func sample() throws -> (snapshot: Snapshot, plan: Plan) {
        var snapshot = Snapshot(
            sites: ["a", "b", "c"].enumerated().map { number, name in
                Site(
                    id: SiteID(name), name: name,
                    coordinate: GeoCoordinate(latitude: 0, longitude: Double(number) * 30),
                    freeServers: 2, totalServers: 2, loadPerServer: 2, price: Double(number) + 2)
            },
            sessions: [
                Session(id: "k1", type: "match", policy: SessionPolicy(redundancy: 1)),
                Session(id: "k2", type: "match", policy: SessionPolicy(latencyCap: Latency(milliseconds: 40))),
            ],
            participants: (0..<13).map { number in
                Participant(
                    id: ParticipantID("p\(number)"), session: number < 5 ? "k1" : "k2",
                    coordinate: GeoCoordinate(latitude: 1, longitude: number == 12 ? 180 : Double(number % 3) * 30))
            })
        // Last tick somebody was served far away.
        var previous = try engine.plan(snapshot)
        let served = try #require(previous.sessions[0].assignment.min { $0.key < $1.key })
        previous.sessions[0].assignment[served.key] = served.value == "c" ? "a" : "c"
        snapshot.previous = previous
        let plan = try engine.plan(snapshot)
        return (snapshot, PlanWriter.sealed(plan))
    }

    @Test func theSampleHasEveryField() throws {
        let (snapshot, plan) = try sample()
        #expect(engine.verify(snapshot, plan).isVerified, "\(engine.verify(snapshot, plan).failures)")
        let unserved = plan.sessions.flatMap(\.unserved)
        #expect(Set(unserved.map(\.reason)) == [.capacity, .latencyCap])
        #expect(plan.totals.moves > 0)
        #expect(plan.seconds != nil)
    }

    @Test func everyChangedFieldIsFound() throws {
        let (snapshot, plan) = try sample()
        let tampering = try PlanTampering(plan)
        #expect(tampering.variants.count > 150)
        for variant in tampering.variants {
            let verification = engine.verify(snapshot, variant.plan, requiresChecksum: true)
            #expect(!verification.isVerified, "\(variant.path) changed, and the plan was accepted")
        }
    }

    /// Who tampers may also mend the checksum: then the figures themselves give the change away.
    @Test func everyChangedFigureIsFoundWithoutTheChecksum() throws {
        let (snapshot, plan) = try sample()
        // What no figure depends on: how long it took, how far up the ladder it came, and the checksum itself.
        let informative = [".seconds", ".stage", ".checksum", ".strategy"]
        var tried = 0
        for variant in try PlanTampering(plan).variants where !informative.contains(where: variant.path.hasPrefix) {
            // Other potentials may prove the same bound; what they prove is tried below.
            if variant.path.contains(".certificate.potentials") { continue }
            // Who does not know what serving somebody costs need not say so.
            if variant.path.hasSuffix(".price removed") { continue }
            // Nor whom any plan leaves out.
            if variant.path == ".leastUnserved removed" { continue }
            tried += 1
            let verification = engine.verify(snapshot, PlanWriter.sealed(variant.plan))
            #expect(!verification.isVerified, "\(variant.path) changed, and the plan was accepted")
        }
        #expect(tried > 120)
    }

    /// Potentials that were tampered with prove another bound, and a bound above what they prove is refused.
    @Test func tamperedPotentialsAreRejected() throws {
        let snapshot = try BundledSessions.read("europe-conference")
        let plan = try engine.plan(snapshot)
        #expect(engine.verify(snapshot, plan).isVerified)
        guard case .potentials(let potentials) = plan.sessions[0].certificate else {
            Issue.record("no potentials")
            return
        }
        func failures(_ change: (inout PairPotentials) -> Void) -> [String] {
            var (tampered, data) = (plan, potentials)
            change(&data)
            tampered.sessions[0].certificate = .potentials(data)
            return engine.verify(snapshot, tampered).failures.map(\.path)
        }
        #expect(failures { _ in }.isEmpty)
        var random = SplitMix64(seed: 11)
        for _ in 0..<20 {
            let (row, column) = (
                random.integer(0...potentials.tables.count - 1), random.integer(0...potentials.sites.count - 1)
            )
            #expect(!failures { $0.tables[row][column] -= 400_000 }.isEmpty)
            #expect(!failures { $0.values[row] += 50 }.isEmpty)
            #expect(!failures { $0.values[row] -= 50 }.isEmpty)
        }
        let broken: [(inout PairPotentials) -> Void] = [
            { $0.values[0] = .nan }, { $0.values.removeLast() }, { $0.groups[0] = -1 }, { $0.groups[0] = 1 << 40 },
            { $0.tables[0].removeLast() }, { $0.tables[0][0] = .max }, { $0.tables[0][0] = .min },
            { $0.sites[0] = "nowhere" },
            { $0.sites[0] = $0.sites[1] }, { $0.loadPrices["nowhere"] = 1 }, { $0.loadPrices[$0.sites[0]] = -1 },
            { $0.loadPrices[$0.sites[0]] = .infinity }, { $0.serverValue = -1 }, { $0.serverValue = .infinity },
        ]
        for change in broken { #expect(failures(change).contains("sessions[0].certificate")) }
        var raised = plan
        raised.sessions[0].bound *= 1.001
        raised.bound *= 1.001
        #expect(!engine.verify(snapshot, raised).isVerified)
    }

    @Test func aBundledPlanIsRejectedForAnotherAssignment() throws {
        let snapshot = try BundledSessions.read("world-match")
        let plan = try engine.plan(snapshot, PlanRequest(strategy: .greedy))
        var random = SplitMix64(seed: 5)
        for _ in 0..<20 {
            var changed = plan
            let participant = random.element(of: snapshot.participants).id
            let site = random.element(of: plan.sessions[0].sites)
            guard changed.sessions[0].assignment[participant] != site else { continue }
            changed.sessions[0].assignment[participant] = site
            #expect(!engine.verify(snapshot, changed).isVerified)
        }
    }
}
