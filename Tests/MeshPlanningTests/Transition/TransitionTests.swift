import Foundation
import MeshPlanning
import MeshTypes
import MeshVerification
import TestSupport
import Testing

@Suite("Transitions")
struct TransitionTests {
    @Test("Every step of 500 transitions between random states holds, under budgets, cool-downs and failed sites")
    func everyStep() {
        var complete = 0
        for seed in UInt64(0)..<500 {
            let world = RandomStates(seed: seed)
            let (limits, budgets) = limits(seed)
            let transition = TransitionPlanner(supply: world.usable, limits: limits)
                .transition(world.changes(budgets: budgets))
            let verification = world.checker(budgets: budgets, limits: limits)
                .verify(transition, from: world.before, to: world.after)
            #expect(verification.isVerified, "seed \(seed): \(verification.failures.prefix(3))")
            let lost = Set(transition.interrupted).intersection(transition.postponed.map(\.participant))
            #expect(lost.isEmpty, "seed \(seed)")
            if transition.isComplete { complete += 1 }
        }
        #expect(complete > 250, "\(complete) of 500")
    }

    private func limits(_ seed: UInt64) -> (TransitionLimits, [SessionID: Int]) {
        var random = SplitMix64(seed: seed &+ 999)
        var limits = TransitionLimits()
        if random.chance(0.3) { limits.moves = random.integer(0...6) }
        if random.chance(0.3) { limits.cooldown = 30 }
        limits.allowsTemporaryServers = random.chance(0.5)
        return (limits, random.chance(0.3) ? ["s0": random.integer(0...3)] : [:])
    }

    @Test("Without limits nearly all transitions are complete, and lead to the target")
    func complete() {
        var complete = 0
        for seed in UInt64(0)..<200 {
            let world = RandomStates(seed: seed, canFail: false)
            let transition = TransitionPlanner(supply: world.usable).transition(world.changes())
            guard transition.isComplete else { continue }
            complete += 1
            let reached = transition.applied(to: world.before)
            for (id, session) in world.after.sessions {
                let own = reached.sessions[id] ?? .init()
                #expect(own.assignment == session.assignment && own.servers == session.servers, "seed \(seed)")
                #expect(own.links == session.links && Set(own.routes) == Set(session.routes), "seed \(seed)")
            }
        }
        #expect(complete >= 190, "\(complete) of 200")
    }

    @Test("A transition with a step left out, doubled or exchanged is refused")
    func tampering() {
        var (tried, refused) = (0, 0)
        for seed in UInt64(0)..<80 {
            var world = RandomStates(seed: seed)
            let transition = TransitionPlanner(supply: world.usable).transition(world.changes())
            guard transition.steps.count > 2 else { continue }
            for _ in 0..<4 {
                var other = transition
                let place = world.random.integer(0...(other.steps.count - 1))
                if world.random.chance(0.5) {
                    other.steps.insert(other.steps[place], at: place)
                    // A provision twice may be within the pool; then the servers at the end are wrong only if it is complete.
                    if case .provision = other.steps[place], !other.isComplete { continue }
                } else {
                    if case .release = other.steps[place], !other.isComplete { continue }
                    if case .disconnect = other.steps[place], !other.isComplete { continue }
                    if case .remove = other.steps[place], !other.isComplete { continue }
                    if case .connect = other.steps[place], !other.isComplete { continue }
                    other.steps.remove(at: place)
                }
                tried += 1
                let verification = world.checker().verify(other, from: world.before, to: world.after)
                if !verification.isVerified { refused += 1 }
            }
        }
        #expect(tried > 150 && refused == tried, "\(refused) of \(tried)")
    }

    /// Two sessions of one participant each, who change sites with each other; every site has as many servers as stated.
    private func exchange(servers: Int, temporary: Bool) -> (Transition, PlanVerification) {
        let supply: [SiteID: SiteSupply] = [
            "a": .init(servers: servers, loadPerServer: 1), "b": .init(servers: 1, loadPerServer: 1),
        ]
        func state(_ one: SiteID, _ two: SiteID) -> ServiceState {
            ServiceState(sessions: [
                "one": .init(servers: [one: 1], assignment: ["p": one]),
                "two": .init(servers: [two: 1], assignment: ["q": two]),
            ])
        }
        let (before, after) = (state("a", "b"), state("b", "a"))
        let changes = before.sessions.keys.map { id in
            SessionChange(session: id, from: before.sessions[id] ?? .init(), to: after.sessions[id] ?? .init())
        }
        let transition = TransitionPlanner(
            supply: supply, limits: .init(allowsTemporaryServers: temporary)
        ).transition(changes)
        let checker = TransitionChecker(
            supply: supply.mapValues { .init(servers: $0.servers, loadPerServer: $0.loadPerServer) })
        return (transition, checker.verify(transition, from: before, to: after))
    }

    @Test("A cycle of two full servers is broken by one interruption, or by a free server where there is one")
    func cycles() {
        let (tight, tightCheck) = exchange(servers: 1, temporary: true)
        #expect(tight.isComplete && tight.interrupted.count == 1 && tightCheck.isVerified)
        let (loose, looseCheck) = exchange(servers: 2, temporary: true)
        #expect(loose.isComplete && loose.interrupted.isEmpty && looseCheck.isVerified)
    }

    @Test("Within one session a full exchange takes a temporary server, if that is allowed")
    func temporaryServer() {
        let supply: [SiteID: SiteSupply] = [
            "a": .init(servers: 2, loadPerServer: 1), "b": .init(servers: 1, loadPerServer: 1),
        ]
        let servers: [SiteID: Int] = ["a": 1, "b": 1]
        let before = ServiceState.SessionState(servers: servers, assignment: ["p": "a", "q": "b"])
        let after = ServiceState.SessionState(servers: servers, assignment: ["p": "b", "q": "a"])
        let change = SessionChange(session: "s", from: before, to: after)
        let free = TransitionPlanner(supply: supply).transition([change])
        #expect(free.isComplete && free.interrupted.isEmpty)
        let strict = TransitionPlanner(supply: supply, limits: .init(allowsTemporaryServers: false)).transition([change]
        )
        #expect(strict.isComplete && strict.interrupted.count == 1)
    }

    @Test("A chain of sessions that each need the next one's server is ordered from its end")
    func chains() {
        let length = 200
        var supply: [SiteID: SiteSupply] = [:]
        for site in 0...length { supply[SiteID("x\(site)")] = .init(servers: 1, loadPerServer: 1) }
        let changes = (0..<length).map { number in
            SessionChange(
                session: SessionID("s\(number)"), serversBefore: [SiteID("x\(number)"): 1],
                serversAfter: [SiteID("x\(number + 1)"): 1], loadBefore: [SiteID("x\(number)"): 1],
                moves: [
                    .init(
                        participant: ParticipantID("p\(number)"), from: SiteID("x\(number)"),
                        to: SiteID("x\(number + 1)"))
                ])
        }
        let transition = TransitionPlanner(supply: supply).transition(changes)
        #expect(transition.isComplete && transition.interrupted.isEmpty)
        #expect(transition.steps.count == 5 * length)
    }

    @Test("The budget goes to the moves that gain most; those in cool-down wait; those whose site failed do not")
    func selection() {
        let supply: [SiteID: SiteSupply] = [
            "a": .init(servers: 1, loadPerServer: 9), "b": .init(servers: 1, loadPerServer: 9),
            "c": .init(servers: 0, loadPerServer: 9, hasFailed: true),
        ]
        let change = SessionChange(
            session: "s", serversBefore: ["a": 1, "c": 1], serversAfter: ["b": 1], loadBefore: ["a": 3, "c": 1],
            moves: [
                .init(participant: "small", from: "a", to: "b", gain: 1),
                .init(participant: "great", from: "a", to: "b", gain: 9),
                .init(participant: "late", from: "a", to: "b", gain: 99, sinceLastMove: 3),
                .init(participant: "orphan", from: "c", to: "b", gain: -5, sinceLastMove: 1),
            ])
        let transition = TransitionPlanner(supply: supply, limits: .init(moves: 1, cooldown: 10)).transition([change])
        let moved = transition.steps.compactMap { step -> ParticipantID? in
            if case .move(_, let participant, _) = step { participant } else { nil }
        }
        #expect(moved == ["orphan", "great"])
        #expect(!transition.isComplete)
        #expect(transition.postponed.map(\.participant) == ["late", "small"])
        #expect(transition.postponed.map(\.reason) == [.cooldown, .budget])
    }

    @Test("A transition comes back from JSON as it was")
    func json() throws {
        let world = RandomStates(seed: 3)
        let transition = TransitionPlanner(supply: world.usable).transition(world.changes())
        #expect(!transition.steps.isEmpty)
        let data = try JSONEncoder().encode(transition)
        #expect(try JSONDecoder().decode(Transition.self, from: data) == transition)
    }
}
