import MeshEngine
import MeshTypes
import MeshVerification
import Testing

@Suite struct ExplanationTests {
    private let engine = MeshEngine()

    /// Every alternative's price is the difference of two objectives that the planner's own cost function states.
    @Test func alternativesArePricedExactly() throws {
        let snapshot = try BundledSessions.read("europe-conference")
        let plan = try engine.plan(snapshot)
        let session = plan.sessions[0]
        for person in snapshot.participants.prefix(12) {
            let explanation = try engine.explain(snapshot, plan, participant: person.id)
            #expect(explanation.site == session.assignment[person.id])
            #expect(explanation.alternatives.count == snapshot.sites.count - 1)
            for alternative in explanation.alternatives where alternative.obstacle == nil {
                let parts = alternative.interaction + alternative.rent + alternative.disruption + alternative.excess
                #expect(abs(alternative.change - parts) < 1e-9)
                let moved = Evaluation(snapshot, plan).interaction(moving: person.id, to: alternative.site)
                #expect(
                    abs(moved - session.cost.interaction - alternative.interaction) < 1e-6 * session.cost.interaction)
            }
        }
    }

    /// The plan is a local optimum: no possible single move is cheaper.
    @Test func noPossibleMoveIsCheaper() throws {
        let snapshot = try BundledSessions.read("world-match")
        let plan = try engine.plan(snapshot)
        for person in snapshot.participants.prefix(40) {
            let explanation = try engine.explain(snapshot, plan, participant: person.id)
            let cheapest = explanation.alternatives.first { $0.obstacle == nil }
            #expect((cheapest?.change ?? 0) >= -1e-6, "\(person.id) to \(cheapest?.site.description ?? "")")
            #expect(explanation.runnerUp == cheapest?.site)
        }
    }

    @Test func strangersAreNamed() throws {
        let snapshot = try BundledSessions.read("europe-conference")
        let plan = try engine.plan(snapshot, PlanRequest(strategy: .single))
        #expect(throws: ExplanationError.self) { try engine.explain(snapshot, plan, participant: "nobody") }
        var other = plan
        other.sessions[0].assignment["p001"] = nil
        #expect(throws: ExplanationError.self) { try engine.explain(snapshot, other, participant: "p001") }
    }
}

/// The interaction cost pair by pair.
private struct Evaluation {
    let snapshot: Snapshot
    let plan: Plan
    let sites: [SiteID: Int]
    let routed: [[Double]]

    init(_ snapshot: Snapshot, _ plan: Plan) {
        self.snapshot = snapshot
        self.plan = plan
        sites = Dictionary(uniqueKeysWithValues: snapshot.sites.enumerated().map { ($1.id, $0) })
        var routed = Array(
            repeating: Array(repeating: Double.infinity, count: snapshot.sites.count), count: snapshot.sites.count)
        if case .dense(let table) = snapshot.network {
            for from in snapshot.sites.indices {
                for to in snapshot.sites.indices { routed[from][to] = table[from, to]?.milliseconds ?? .infinity }
                routed[from][from] = 0
            }
        }
        for via in snapshot.sites.indices {
            for from in snapshot.sites.indices {
                for to in snapshot.sites.indices {
                    routed[from][to] = min(routed[from][to], routed[from][via] + routed[via][to])
                }
            }
        }
        self.routed = routed
    }

    func interaction(moving participant: ParticipantID, to site: SiteID) -> Double {
        let assignment = snapshot.participants.map { person in
            sites[person.id == participant ? site : plan.sessions[0].assignment[person.id] ?? site] ?? 0
        }
        let access = assignment.enumerated().map {
            snapshot.accessLatency(participant: $0, site: $1).milliseconds
        }
        var sum = 0.0
        for p in assignment.indices {
            for q in assignment.indices where p != q {
                sum += access[p] + routed[assignment[p]][assignment[q]] + access[q]
            }
        }
        return sum / Double(assignment.count - 1)
    }
}
