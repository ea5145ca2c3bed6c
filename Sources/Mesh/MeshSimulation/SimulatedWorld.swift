public import MeshControl
internal import MeshInstances
internal import MeshTypes

/// A seeded world of people who come, go and move, and of sites and links that fail: what a controller is told, tick by tick.
///
/// People live around centres on seven continents, whose populations fall as in Zipf's law; the same seed gives the same
/// events. Latencies between sites are great circles in fibre with an inflation of their own, 1.4 to 2.6.
public struct SimulatedWorld {
    /// What it is like.
    public let parameters: SimulationParameters
    var random: SeededRandom
    var centres = Centres()
    var siteReports: [SiteReport] = []
    /// Sites that are down, draining or overloaded, and links that are cut or slow: what may be mended.
    var broken: [Fault] = []
    /// Who is in which session: the session of each participant, by position.
    var people: [Person] = []
    var sessions: [LiveSession] = []
    private var nextPerson = 0
    private var nextSession = 0

    struct Person {
        var number: Int
        var session: Int
        var centre: Int
    }

    struct LiveSession {
        var number: Int
        var type: String
        var neighbours: [Int]
    }

    /// A fault that goes on.
    enum Fault: Hashable {
        case site(Int)
        case link(Int, Int)
    }

    /// Load units on a server.
    public static let loadPerServer = 20

    /// A world at its start.
    public init(_ parameters: SimulationParameters, seed: UInt64) {
        self.parameters = parameters
        random = SeededRandom(seed: seed)
        centres = Centres(count: min(max(60, 3 * parameters.sites), 3_000), &random)
    }

    /// What is there at the start: sites, links, and every session with its participants.
    public mutating func opening() -> [ControlEvent] {
        var events: [ControlEvent] = []
        var openings: [SessionOpening] = []
        for _ in 0..<parameters.sessions { openings.append(open(size: sessionSize())) }
        let places = (0..<parameters.sites).map { centres.place(near: $0 % centres.count, reach: 0.1, &random) }
        let servers = serverCounts(at: places)
        for number in 0..<parameters.sites {
            let place = places[number]
            let report = SiteReport(
                id: SiteID("site-\(Self.padded(number, 5))"), name: "Site \(number)", latitude: place.latitude,
                longitude: place.longitude, servers: servers[number], loadPerServer: Self.loadPerServer,
                price: Double(random.integer(in: 4...16)), region: centres.region(of: number % centres.count))
            siteReports.append(report)
            events.append(.siteUp(report))
        }
        events.append(.measured(MeasurementDigest(links: siteLinks())))
        events += openings.map { .sessionCreated($0) }
        return events
    }

    /// The servers of each site.
    private func serverCounts(at places: [GeoCoordinate]) -> [Int] {
        let counts = serversWanted(at: places).map { 1 + Int((parameters.slack * $0).rounded(.up)) }
        guard let pool = parameters.pool else { return counts }
        var sizes = [Int](repeating: 0, count: sessions.count)
        for person in people { sizes[person.session] += 1 }
        let least = sizes.reduce(0) { $0 + ($1 + Self.loadPerServer - 1) / Self.loadPerServer }
        return Self.shares(of: Int((pool * Double(least)).rounded()), as: counts)
    }

    /// A total in the proportions of some counts, by largest remainder (Hamilton's method); among equal remainders the first.
    static func shares(of total: Int, as counts: [Int]) -> [Int] {
        let sum = max(1, counts.reduce(0, +))
        var shares = counts.map { $0 * total / sum }
        let order = counts.indices.sorted { left, right in
            (counts[right] * total % sum, left) < (counts[left] * total % sum, right)
        }
        for place in order.prefix(total - shares.reduce(0, +)) { shares[place] += 1 }
        return shares
    }

    /// Servers that each site would be asked for if everyone went to the nearest: as many as carry the load, and one for each
    /// session with three people or more there.
    private func serversWanted(at places: [GeoCoordinate]) -> [Double] {
        let nearest = (0..<centres.count).map { centre in
            let distances = places.map { $0.distance(to: centres.coordinate(of: centre)) }
            return distances.indices.min { (distances[$0], $0) < (distances[$1], $1) } ?? 0
        }
        var guests: [[Int: Int]] = Array(repeating: [:], count: places.count)
        for person in people { guests[nearest[person.centre]][person.session, default: 0] += 1 }
        return guests.map { sessions in
            // In whole numbers, so that the order in which a dictionary tells its values cannot matter.
            let halves = sessions.values.reduce(0) { $0 + ($1 >= 3 ? Self.loadPerServer : 0) + $1 }
            return Double(halves) / Double(2 * Self.loadPerServer)
        }
    }

    /// What changes until the next tick.
    public mutating func next() -> [ControlEvent] {
        var events: [ControlEvent] = []
        let changes = parameters.churnCount ?? Int((parameters.churn * Double(people.count)).rounded())
        var leaving: [ParticipantID] = []
        var joining: [Int: [ParticipantReport]] = [:]
        var moving: [ParticipantReport] = []
        var touched = Set<Int>()
        for _ in 0..<changes where !people.isEmpty {
            let position = random.integer(in: 0...people.count - 1)
            let person = people[position]
            guard touched.insert(person.number).inserted else { continue }
            if random.chance(0.6) {
                leaving.append(Self.name(person.number))
                people.swapAt(position, people.count - 1)
                people.removeLast()
                let session = random.integer(in: 0...sessions.count - 1)
                let report = admit(to: session)
                touched.insert(nextPerson - 1)
                joining[session, default: []].append(report)
            } else {
                people[position].centre = drawCentre(of: person.session)
                moving.append(report(people[position]))
            }
        }
        if !leaving.isEmpty { events.append(.left(leaving)) }
        for session in joining.keys.sorted() {
            events.append(.joined(sessionID(session), joining[session] ?? []))
        }
        if !moving.isEmpty { events.append(.moved(moving)) }
        if random.chance(parameters.faults) { events += fault() }
        return events
    }

    /// A session's identifier by position.
    func sessionID(_ position: Int) -> SessionID { SessionID("session-\(Self.padded(sessions[position].number, 6))") }

    /// Opens a session with participants.
    private mutating func open(size: Int) -> SessionOpening {
        let type = parameters.types[random.integer(in: 0...parameters.types.count - 1)]
        sessions.append(
            LiveSession(number: nextSession, type: type, neighbours: centres.neighbours(of: centres.draw(&random))))
        nextSession += 1
        let position = sessions.count - 1
        let reports = (0..<size).map { _ in admit(to: position) }
        return SessionOpening(id: sessionID(position), type: type, participants: reports)
    }

    /// Sizes differ up to eight to one; they sum to the participants.
    private mutating func sessionSize() -> Int {
        let left = parameters.sessions - sessions.count
        let waiting = parameters.participants - people.count
        guard left > 1 else { return max(0, waiting) }
        let mean = Double(waiting) / Double(left)
        return min(waiting, max(1, Int(mean * (1 + 7 * random.fraction()) / 4.5)))
    }

    private mutating func admit(to session: Int) -> ParticipantReport {
        people.append(Person(number: nextPerson, session: session, centre: drawCentre(of: session)))
        nextPerson += 1
        return report(people[people.count - 1])
    }

    private mutating func drawCentre(of session: Int) -> Int {
        guard random.chance(parameters.locality) else { return centres.draw(&random) }
        let neighbours = sessions[session].neighbours
        return neighbours[random.integer(in: 0...neighbours.count - 1)]
    }

    private mutating func report(_ person: Person) -> ParticipantReport {
        let place = centres.place(near: person.centre, reach: 0.3, &random)
        return ParticipantReport(id: Self.name(person.number), latitude: place.latitude, longitude: place.longitude)
    }

    static func name(_ number: Int) -> ParticipantID { ParticipantID("p\(padded(number, 8))") }

    /// The number with zeros before it, so that names sort as numbers do.
    static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
