import MeshPlanning
import MeshTypes
import MeshVerification
import TestSupport

/// Seeded pairs of states that share a tight pool, with all that a transition must reckon with.
struct RandomStates {
    var random: SplitMix64
    let supply: [SiteID: SiteSupply]
    let participants: [SessionID: [ParticipantID]]
    let loads: [ParticipantID: Int]
    let ages: [ParticipantID: Double]
    let gains: [ParticipantID: Double]
    private(set) var before = ServiceState()
    private(set) var after = ServiceState()

    init(seed: UInt64, canFail: Bool = true) {
        var random = SplitMix64(seed: seed)
        var supply: [SiteID: SiteSupply] = [:]
        for site in 0..<random.integer(2...6) {
            supply[SiteID("x\(site)")] = SiteSupply(
                servers: random.integer(1...3), loadPerServer: random.integer(1...5))
        }
        var participants: [SessionID: [ParticipantID]] = [:]
        var loads: [ParticipantID: Int] = [:]
        var ages: [ParticipantID: Double] = [:]
        var gains: [ParticipantID: Double] = [:]
        for session in 0..<random.integer(1...4) {
            let people = (0..<random.integer(0...9)).map { ParticipantID("s\(session)p\($0)") }
            participants[SessionID("s\(session)")] = people
            for person in people {
                loads[person] = random.chance(0.2) ? 2 : 1
                if random.chance(0.5) { ages[person] = Double(random.integer(0...60)) }
                gains[person] = Double(random.integer(-3...30))
            }
        }
        (self.random, self.participants, self.loads, self.ages, self.gains) = (random, participants, loads, ages, gains)
        self.supply = supply
        before = state(supply, version: 1)
        var left = supply
        if canFail, self.random.chance(0.3), let victim = supply.keys.sorted().first {
            left[victim] = SiteSupply(servers: 0, loadPerServer: supply[victim]?.loadPerServer ?? 1, hasFailed: true)
        }
        after = state(left, version: 2)
        usable = left
    }

    /// The supply as the transition finds it.
    private(set) var usable: [SiteID: SiteSupply] = [:]

    private mutating func state(_ supply: [SiteID: SiteSupply], version: Int) -> ServiceState {
        var state = ServiceState()
        var pool = supply.mapValues(\.servers)
        let sites = supply.keys.sorted()
        for (session, people) in participants.sorted(by: { $0.key < $1.key }) {
            var result = ServiceState.SessionState()
            var load: [SiteID: Int] = [:]
            let favourites = (0..<3).map { _ in random.element(of: sites) }
            for person in people where !random.chance(0.05) {
                let weight = loads[person] ?? 1
                for site in favourites + sites {
                    let perServer = supply[site]?.loadPerServer ?? 0
                    let needed = ((load[site] ?? 0) + weight + perServer - 1) / max(1, perServer)
                    let more = needed - (result.servers[site] ?? 0)
                    guard more <= pool[site] ?? 0, perServer > 0 else { continue }
                    if more > 0 {
                        pool[site, default: 0] -= more
                        result.servers[site, default: 0] += more
                    }
                    load[site, default: 0] += weight
                    result.assignment[person] = site
                    break
                }
            }
            connect(&result, version: version)
            state.sessions[session] = result
        }
        return state
    }

    private mutating func connect(_ state: inout ServiceState.SessionState, version: Int) {
        let sites = state.servers.keys.sorted()
        guard sites.count > 1 else { return }
        var links: Set<SiteLink> = []
        for source in sites {
            // A chain in random order: some sites are relays and receivers.
            var order = sites.filter { $0 != source }
            for place in order.indices { order.swapAt(place, random.integer(place...(order.count - 1))) }
            var at = source
            var hops: [SiteLink] = []
            for site in order {
                hops.append(SiteLink(from: at, to: site))
                if random.chance(0.5) { at = site }
            }
            links.formUnion(hops)
            state.routes.append(
                MediaRoute(
                    media: .audio, source: source, version: version, rate: 1, receivers: order.sorted(), hops: hops))
        }
        state.links = links.sorted()
    }

    /// The changes as the planner takes them.
    func changes(budgets: [SessionID: Int] = [:]) -> [SessionChange] {
        participants.keys.sorted().map { session in
            SessionChange(
                session: session, from: before.sessions[session] ?? .init(), to: after.sessions[session] ?? .init(),
                moveBudget: budgets[session], load: { loads[$0] ?? 1 }, gain: { gains[$0] ?? 0 },
                sinceLastMove: { ages[$0] })
        }
    }

    /// A checker for transitions between the states.
    func checker(budgets: [SessionID: Int] = [:], limits: TransitionLimits = .init()) -> TransitionChecker {
        TransitionChecker(
            supply: usable.mapValues {
                .init(servers: $0.servers, loadPerServer: $0.loadPerServer, hasFailed: $0.hasFailed)
            }, loads: loads, moveBudget: limits.moves, sessionBudgets: budgets, cooldown: limits.cooldown,
            sinceLastMove: ages)
    }
}
