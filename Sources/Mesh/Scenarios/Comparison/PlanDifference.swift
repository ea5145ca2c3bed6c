public import MeshTypes

/// What differs between two plans: what moved, why, who gained and lost.
public struct PlanDifference: Sendable, Hashable {
    /// What differs in one session.
    public struct SessionChange: Sendable, Hashable {
        /// The session.
        public var id: SessionID
        /// Sites in use after, not before.
        public var opened: [SiteID]
        /// Sites in use before, not after.
        public var closed: [SiteID]
        /// Participants who changed site, by both.
        public var moves: [Move]
        /// Participants served before, not after.
        public var lost: Int
        /// Participants served after, not before.
        public var gained: Int
        /// Mean pair latencies, ms.
        public var mean: (before: Double, after: Double) { (meanBefore, meanAfter) }
        let meanBefore: Double
        let meanAfter: Double
        /// Costs.
        public let costBefore: Double
        /// Costs.
        public let costAfter: Double
    }

    /// Participants who went from one site to another.
    public struct Move: Sendable, Hashable {
        /// Where they were.
        public var from: SiteID
        /// Where they are.
        public var to: SiteID
        /// How many.
        public var count: Int
        /// Why, as far as the snapshots tell.
        public var reason: String
    }

    /// What one participant's mean latency to its partners was and is.
    public struct Experience: Sendable, Hashable {
        /// Who.
        public var participant: ParticipantID
        /// Before, ms.
        public var before: Double
        /// After, ms.
        public var after: Double
        /// The difference; negative is better.
        public var change: Double { after - before }
    }

    /// The sessions that differ, by identifier.
    public private(set) var sessions: [SessionChange] = []
    /// Sessions that only one plan has.
    public private(set) var onlyBefore: [SessionID] = []
    /// Sessions that only one plan has.
    public private(set) var onlyAfter: [SessionID] = []
    /// Everybody whose experience is known in both, the greatest gain first; empty without snapshots.
    public private(set) var experiences: [Experience] = []

    /// Compares plans.
    ///
    /// - Parameters:
    ///   - before: one plan, and the snapshot it was made for, if there is one.
    ///   - after: the other.
    /// - Complexity: O(participants of a session * its open sites) with snapshots.
    public init(before: (plan: Plan, snapshot: Snapshot?), after: (plan: Plan, snapshot: Snapshot?)) {
        let others = Dictionary(after.plan.sessions.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let known = Set(before.plan.sessions.map(\.id))
        onlyAfter = after.plan.sessions.map(\.id).filter { !known.contains($0) }
        let reasons = MoveReasons(before.snapshot, after.snapshot)
        for session in before.plan.sessions.sorted(by: { $0.id < $1.id }) {
            guard let other = others[session.id] else {
                onlyBefore.append(session.id)
                continue
            }
            let change = Self.change(session, other, reasons)
            if let change { sessions.append(change) }
        }
        if let old = before.snapshot, let new = after.snapshot {
            let then = PairExperience.means(old, before.plan)
            let now = PairExperience.means(new, after.plan)
            experiences = then.compactMap { person, value in
                now[person].map { Experience(participant: person, before: value, after: $0) }
            }.sorted { ($0.change, $0.participant) < ($1.change, $1.participant) }
        }
    }

    private static func change(
        _ session: SessionPlan, _ other: SessionPlan, _ reasons: MoveReasons
    ) -> SessionChange? {
        var moves: [SitePair: Int] = [:]
        var (lost, gained) = (0, 0)
        for (person, site) in session.assignment {
            guard let place = other.assignment[person] else {
                lost += 1
                continue
            }
            if place != site { moves[SitePair(from: site, to: place), default: 0] += 1 }
        }
        for person in other.assignment.keys where session.assignment[person] == nil { gained += 1 }
        let (opened, closed) = (
            Set(other.sites).subtracting(session.sites), Set(session.sites).subtracting(other.sites)
        )
        guard
            !moves.isEmpty || lost > 0 || gained > 0 || !opened.isEmpty || !closed.isEmpty || session.cost != other.cost
        else { return nil }
        let listed = moves.map { pair, count in
            Move(
                from: pair.from, to: pair.to, count: count, reason: reasons.reason(pair, closed: closed, opened: opened)
            )
        }.sorted { ($1.count, $0.from, $0.to) < ($0.count, $1.from, $1.to) }
        return SessionChange(
            id: session.id, opened: opened.sorted(), closed: closed.sorted(), moves: listed, lost: lost, gained: gained,
            meanBefore: session.latency.mean, meanAfter: other.latency.mean, costBefore: session.cost.total,
            costAfter: other.cost.total)
    }
}

/// Why somebody went from one site to another.
struct MoveReasons {
    private let before: [SiteID: Site]
    private let after: [SiteID: Site]?

    init(_ before: Snapshot?, _ after: Snapshot?) {
        let sites = { (snapshot: Snapshot?) in
            Dictionary((snapshot?.sites ?? []).map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        }
        self.before = sites(before)
        self.after = after.map { sites($0) }
    }

    func reason(_ move: SitePair, closed: Set<SiteID>, opened: Set<SiteID>) -> String {
        if let after {
            guard let old = after[move.from] else { return "\(move.from) is gone" }
            if old.freeServers == 0, before[move.from].map({ $0.freeServers > 0 }) ?? true {
                return "\(move.from) has no servers"
            }
            if before[move.to] == nil, !before.isEmpty { return "\(move.to) is new" }
            if let was = before[move.from], old.freeServers < was.freeServers {
                return "\(move.from) has fewer servers"
            }
            if let was = before[move.from], old.price > was.price { return "\(move.from) is dearer" }
            if let was = before[move.to], let now = after[move.to], now.price < was.price {
                return "\(move.to) is cheaper"
            }
        }
        if closed.contains(move.from) { return "\(move.from) is not used any more" }
        if opened.contains(move.to) { return "\(move.to) is used now" }
        return "better together with the others"
    }
}

/// The mean latency of each participant to its partners.
enum PairExperience {
    static func means(_ snapshot: Snapshot, _ plan: Plan) -> [ParticipantID: Double] {
        let people = Dictionary(
            snapshot.participants.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
        let sites = Dictionary(
            snapshot.sites.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
        guard let routes = try? SiteWays(snapshot) else { return [:] }
        var means: [ParticipantID: Double] = [:]
        for session in plan.sessions where session.assignment.count > 1 {
            var access: [(person: ParticipantID, site: Int, latency: Double)] = []
            for (person, site) in session.assignment {
                guard let number = people[person], let place = sites[site] else { continue }
                access.append(
                    (person, place, snapshot.accessLatency(participant: number, site: place).milliseconds))
            }
            var counts: [Int: Double] = [:]
            for entry in access { counts[entry.site, default: 0] += 1 }
            let total = access.reduce(0) { $0 + $1.latency }
            let partners = Double(access.count - 1)
            for entry in access {
                let ways = counts.reduce(0.0) { sum, other in
                    sum + other.value * (routes.way(entry.site, other.key) + routes.way(other.key, entry.site)) / 2
                }
                means[entry.person] = entry.latency + (total - entry.latency + ways) / partners
            }
        }
        return means
    }
}
