import MeshTypes

/// One session in the planner's numbering: its participants by identifier, with all that a mesh is judged by.
struct SessionProblem: Sendable {
    let id: SessionID
    let policy: SessionPolicy
    /// The participants, by identifier.
    let participants: [ParticipantID]
    let coordinates: [GeoCoordinate]
    /// The load that each puts on its server.
    let loads: [Int]
    /// Access latency in microseconds, a row a participant, a column a site; infinity where the site is not allowed.
    var latency: [Double]
    /// The site of the previous plan: its number, ``nowhere`` or ``vanished``.
    let previous: [Int]
    /// Who interacts with whom.
    let interaction: InteractionClasses
    /// Whether some site is allowed: has free servers and lies within the latency cap.
    let isWithinReach: [Bool]

    /// Not served by the previous plan.
    static let nowhere = -1
    /// Served by the previous plan at a site that is gone.
    static let vanished = -2

    var count: Int { participants.count }

    /// All sessions of a snapshot, by identifier.
    static func all(of snapshot: Snapshot, siteOrder: [Int]) throws(PlanningError) -> [SessionProblem] {
        var members: [SessionID: [Int]] = [:]
        for session in snapshot.sessions { members[session.id] = [] }
        for (number, participant) in snapshot.participants.enumerated() {
            guard members[participant.session]?.append(number) != nil else {
                throw PlanningError(
                    .inconsistentSnapshot,
                    "participant \(participant.id) is in session \(participant.session), which is not in the snapshot")
            }
        }
        let loads = snapshot.participantLoads()
        let silent = Set(snapshot.profiles.lazy.filter { !$0.publishes }.map(\.name))
        let siteNumbers = Dictionary(
            siteOrder.enumerated().map { (snapshot.sites[$1].id, $0) }, uniquingKeysWith: { first, _ in first })
        let previous = Dictionary(
            (snapshot.previous?.sessions ?? []).map { ($0.id, $0.assignment) }, uniquingKeysWith: { first, _ in first })
        return snapshot.sessions.sorted { $0.id < $1.id }.map { session in
            let numbers = (members[session.id] ?? []).sorted {
                snapshot.participants[$0].id < snapshot.participants[$1].id
            }
            let before = previous[session.id] ?? [:]
            return SessionProblem(
                session, snapshot: snapshot, numbers: numbers, siteOrder: siteOrder, loads: numbers.map { loads[$0] },
                publishes: numbers.map { !silent.contains(snapshot.participants[$0].profile) },
                previous: numbers.map { number in
                    guard let site = before[snapshot.participants[number].id] else { return nowhere }
                    return siteNumbers[site] ?? vanished
                })
        }
    }

    private init(
        _ session: Session, snapshot: Snapshot, numbers: [Int], siteOrder: [Int], loads: [Int],
        publishes: [Bool], previous: [Int]
    ) {
        id = session.id
        policy = session.policy
        participants = numbers.map { snapshot.participants[$0].id }
        coordinates = numbers.map { snapshot.participants[$0].coordinate }
        self.loads = loads
        interaction = InteractionClasses(session.policy, coordinates: coordinates, publishes: publishes)
        self.previous = previous
        var latency: [Double] = []
        latency.reserveCapacity(numbers.count * siteOrder.count)
        var isWithinReach: [Bool] = []
        for number in numbers {
            var reaches = false
            let waiting = snapshot.participants[number].waiting
            let cap = session.policy.latencyCap(afterWaiting: waiting) ?? Latency(microseconds: .max)
            for site in siteOrder {
                let value = snapshot.accessLatency(participant: number, site: site)
                let isAllowed = value <= cap && snapshot.sites[site].freeServers > 0
                reaches = reaches || isAllowed
                latency.append(isAllowed ? Double(value.microseconds) : .infinity)
            }
            isWithinReach.append(reaches)
        }
        self.latency = latency
        self.isWithinReach = isWithinReach
    }

    /// What it costs to serve somebody at an access latency above the soft cap.
    func excessCost(_ latency: Double) -> Double {
        guard policy.softCapPrice > 0, let cap = policy.softLatencyCap, latency < .infinity else { return 0 }
        return policy.softCapPrice * max(0, latency - Double(cap.microseconds)) / 1000
    }
}
