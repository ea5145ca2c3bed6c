import MeshTypes
import MeshVerification
import TestSupport
import Testing

@Suite struct PlanCheckerTests {
    @Test func agreesWithPairByPairEvaluation() {
        var random = SplitMix64(seed: 2026)
        var served = 0
        for round in 0..<1500 {
            var snapshot = RandomWorld.snapshot(&random)
            if random.chance(0.5) {
                snapshot.previous =
                    NaivePlan(snapshot: snapshot, assignment: RandomWorld.assignment(snapshot, &random)).plan()
            }
            let plan = NaivePlan(snapshot: snapshot, assignment: RandomWorld.assignment(snapshot, &random)).plan()
            let verification = PlanChecker().verify(snapshot, plan)
            #expect(verification.isVerified, "round \(round): \(verification.failures.prefix(3))")
            served += plan.totals.served
        }
        #expect(served > 3000)
    }

    private func sample() -> (snapshot: Snapshot, assignment: [Int?]) {
        let place = GeoCoordinate(latitude: 0, longitude: 0)
        let sites = ["a", "b", "c"].map { name in
            Site(
                id: SiteID(name), name: name, coordinate: place, freeServers: 2, totalServers: 2, loadPerServer: 2,
                price: 3)
        }
        let participants = (0..<4).map {
            Participant(id: ParticipantID("p\($0)"), session: "k", coordinate: place)
        }
        let snapshot = Snapshot(sites: sites, sessions: [Session(id: "k", type: "match")], participants: participants)
        return (snapshot, [0, 0, 1, 1])
    }

    private func failures(_ change: (inout Snapshot) -> Void, assignment: [Int?]? = nil) -> [String] {
        var (snapshot, standard) = sample()
        change(&snapshot)
        let plan = NaivePlan(snapshot: snapshot, assignment: assignment ?? standard).plan()
        return PlanChecker().verify(snapshot, plan).failures.map(\.path)
    }

    @Test func policiesBind() {
        #expect(failures { _ in }.isEmpty)
        #expect(failures { $0.sessions[0].policy.siteLimit = 1 } == ["sessions[0].sites"])
        #expect(failures { $0.sessions[0].policy.serverLimit = 1 } == ["sessions[0].servers"])
        #expect(failures({ _ in }, assignment: [0, 0, 0, 0]).isEmpty)
        #expect(failures({ $0.sites[0].freeServers = 1 }, assignment: [0, 0, 0, 0]) == ["sessions"])
    }

    @Test func latencyCapBinds() {
        let late = { (snapshot: inout Snapshot) in
            snapshot.sessions[0].policy.latencyCap = Latency(milliseconds: 50)
            snapshot.accessLatency[0, 0] = Latency(milliseconds: 51)
        }
        #expect(failures(late) == ["sessions[0].assignment.p0"])
    }

    @Test func movesStayWithinTheirBudget() {
        let (snapshot, _) = sample()
        let before = NaivePlan(snapshot: snapshot, assignment: [1, 1, 0, 0]).plan()
        func budget(_ moves: Int) -> [String] {
            failures {
                $0.previous = before
                $0.sessions[0].policy.moveBudget = moves
            }
        }
        #expect(budget(4).isEmpty)
        #expect(budget(3) == ["sessions[0].migrations"])
        let gone = failures(
            {
                $0.previous = before
                $0.sessions[0].policy.moveBudget = 0
                $0.sites[0].freeServers = 0
            }, assignment: [1, 1, 2, 2])
        #expect(gone.isEmpty, "those whose site is gone may move: \(gone)")
    }

    @Test func aPlanForAnotherWorldIsRejected() {
        let (snapshot, assignment) = sample()
        let plan = NaivePlan(snapshot: snapshot, assignment: assignment).plan()
        var other = snapshot
        other.sessions[0].id = "other"
        #expect(!PlanChecker().verify(other, plan).isVerified)
        other = snapshot
        other.participants[0].id = "somebody"
        #expect(!PlanChecker().verify(other, plan).isVerified)
        other = snapshot
        other.sites.removeFirst()
        #expect(!PlanChecker().verify(other, plan).isVerified)
    }
}
