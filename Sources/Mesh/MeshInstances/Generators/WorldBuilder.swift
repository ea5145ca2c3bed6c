internal import MeshTypes

/// Builds one world, step by step.
struct WorldBuilder {
    /// Where people live.
    private struct Centre {
        var coordinate: GeoCoordinate
        var point: SpherePoint
        var region: String
        var population: Double
    }

    /// Continents: a name, a middle, and how far centres lie from it, in degrees.
    private static let continents: [(name: String, latitude: Double, longitude: Double, reach: Double)] = [
        ("europe", 49, 12, 8), ("east-asia", 33, 115, 10), ("north-america", 39, -93, 12), ("south-asia", 22, 79, 7),
        ("south-america", -17, -55, 10), ("africa", 5, 18, 14), ("oceania", -31, 146, 8),
    ]
    /// Load units on a server.
    private static let loadPerServer = 50
    /// The profile of those who speak, one in twenty.
    private static let speaker = Profile(name: "speaker", load: 4)

    private let parameters: WorldParameters
    private var random: SeededRandom
    private var centres: [Centre] = []
    /// Populations summed up, to draw from.
    private var cumulative: [Double] = []

    init(_ parameters: WorldParameters, seed: UInt64) {
        self.parameters = parameters
        random = SeededRandom(seed: seed)
    }

    mutating func snapshot(name: String) -> Snapshot {
        drawCentres()
        let sites = drawSites()
        let sessions = drawSessions()
        let participants = drawParticipants()
        let sitePoints = sites.map { SpherePoint($0.coordinate) }
        let network = measureSites(sitePoints)
        let access = measureAccess(participants.map { SpherePoint($0.coordinate) }, sitePoints)
        return Snapshot(
            name: name, source: "generated", time: "2026-01-01T00:00:00Z", sites: sites, sessions: sessions,
            participants: participants, profiles: [Self.speaker], network: .dense(network), accessLatency: access)
    }

    private mutating func drawCentres() {
        let count = min(max(60, 3 * parameters.sites), 3_000)
        for rank in 0..<count {
            let continent = Self.continents[random.integer(in: 0...Self.continents.count - 1)]
            let latitude = continent.latitude + continent.reach * random.normal()
            let longitude = continent.longitude + 1.5 * continent.reach * random.normal()
            let place = Self.place(latitude: latitude, longitude: longitude)
            centres.append(
                Centre(
                    coordinate: place, point: SpherePoint(place), region: continent.name,
                    population: 1 / Double(rank + 1)))
        }
        var sum = 0.0
        cumulative = centres.map { centre in
            sum += centre.population
            return sum
        }
    }

    /// A place on the globe with four decimals, about 10 m.
    private static func place(latitude: Double, longitude: Double) -> GeoCoordinate {
        var east = longitude
        if east > 180 { east -= 360 }
        if east < -180 { east += 360 }
        return GeoCoordinate(
            latitude: (min(85, max(-85, latitude)) * 10_000).rounded() / 10_000,
            longitude: (east * 10_000).rounded() / 10_000)
    }

    private mutating func drawSites() -> [Site] {
        let chosen = (0..<parameters.sites).map { $0 % centres.count }
        let population = chosen.reduce(0) { $0 + centres[$1].population }
        let servers = parameters.slack * Double(max(parameters.participants, 1)) / Double(Self.loadPerServer)
        let width = String(parameters.sites).count
        return chosen.enumerated().map { number, index in
            let centre = centres[index]
            let free = 1 + Int((servers * centre.population / population).rounded())
            return Site(
                id: SiteID("site-" + Self.padded(number + 1, width)), name: "Centre \(index + 1)",
                coordinate: near(centre.coordinate, reach: 0.1), freeServers: free,
                totalServers: free + random.integer(in: 0...free), loadPerServer: Self.loadPerServer,
                price: Double(random.integer(in: 20...80)), region: centre.region)
        }
    }

    private mutating func drawSessions() -> [Session] {
        let types = ["match", "conference", "world"]
        let width = String(parameters.sessions).count
        return (0..<parameters.sessions).map { number in
            let policy = SessionPolicy(siteLimit: random.integer(in: 4...10), moveBudget: nil)
            let type = types[random.integer(in: 0...types.count - 1)]
            return Session(id: SessionID("session-" + Self.padded(number + 1, width)), type: type, policy: policy)
        }
    }

    /// Participants in the order of their sessions, whose sizes differ up to about eight to one.
    private mutating func drawParticipants() -> [Participant] {
        let weights = (0..<parameters.sessions).map { _ in 1 + 7 * random.fraction() }
        let total = weights.reduce(0, +)
        var participants: [Participant] = []
        participants.reserveCapacity(parameters.participants)
        let (idWidth, sessionWidth) = (String(parameters.participants).count, String(parameters.sessions).count)
        var sum = 0.0
        for (number, weight) in weights.enumerated() {
            sum += weight
            let isLast = number == weights.count - 1
            let end = isLast ? parameters.participants : Int(Double(parameters.participants) * sum / total)
            let session = SessionID("session-" + Self.padded(number + 1, sessionWidth))
            let neighbours = nearCentres(of: drawCentre())
            while participants.count < end {
                let isLocal = random.integer(in: 1...100) <= parameters.localPercent
                let centre = isLocal ? neighbours[random.integer(in: 0...neighbours.count - 1)] : drawCentre()
                participants.append(
                    Participant(
                        id: ParticipantID("p" + Self.padded(participants.count + 1, idWidth)), session: session,
                        coordinate: near(centres[centre].coordinate, reach: 0.5),
                        profile: random.chance(0.05) ? Self.speaker.name : Profile.standardName))
            }
        }
        return participants
    }

    /// A centre, each as likely as it is large.
    private mutating func drawCentre() -> Int {
        let target = random.fraction() * (cumulative.last ?? 0)
        var (low, high) = (0, cumulative.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if cumulative[middle] <= target { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The eight centres nearest to one, itself among them.
    private func nearCentres(of centre: Int) -> [Int] {
        let distances = centres.map { $0.point.squaredChord(to: centres[centre].point) }
        return Array(distances.indices.sorted { (distances[$0], $0) < (distances[$1], $1) }.prefix(8))
    }

    private mutating func near(_ coordinate: GeoCoordinate, reach: Double) -> GeoCoordinate {
        Self.place(
            latitude: coordinate.latitude + reach * random.normal(),
            longitude: coordinate.longitude + reach * random.normal())
    }

    /// The number with zeros before it, so that names sort as numbers do.
    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    private mutating func measureSites(_ points: [SpherePoint]) -> LatencyTable {
        var table = LatencyTable(rowCount: points.count, columnCount: points.count)
        for row in points.indices {
            table[row, row] = .zero
            for column in 0..<row {
                let latency = roundTrip(points[row], points[column], fixed: 1)
                table[row, column] = latency
                table[column, row] = latency
            }
        }
        return table
    }

    private mutating func measureAccess(_ people: [SpherePoint], _ sites: [SpherePoint]) -> LatencyTable {
        var table = LatencyTable(rowCount: people.count, columnCount: sites.count)
        guard parameters.measuredSites != 0 else { return table }
        table.errors = Array(repeating: LatencyTable.unknown, count: table.microseconds.count)
        table.ages = table.errors
        for (row, person) in people.enumerated() {
            let spread = random.normal()
            let lastMile = 4 + 6 * spread * spread
            for column in measuredSites(of: person, sites) {
                let latency = roundTrip(person, sites[column], fixed: lastMile)
                let cell = row * sites.count + column
                table.microseconds[cell] = latency.microseconds
                table.errors[cell] = Float((latency.milliseconds * (1 + 9 * random.fraction())).rounded() / 100)
                table.ages[cell] = Float(random.integer(in: 0...600))
            }
        }
        return table
    }

    private func measuredSites(of person: SpherePoint, _ sites: [SpherePoint]) -> [Int] {
        guard let count = parameters.measuredSites else { return Array(sites.indices) }
        let distances = sites.map { person.squaredChord(to: $0) }
        return distances.indices.sorted { (distances[$0], $0) < (distances[$1], $1) }.prefix(count).sorted()
    }

    /// A round trip with an inflation of its own, 1.4 to 2.6 times the great circle in fibre.
    private mutating func roundTrip(_ from: SpherePoint, _ to: SpherePoint, fixed: Double) -> Latency {
        let inflation = 1.4 + 1.2 * random.fraction()
        let way = from.kilometres(to: to) / GeographicLatency.kilometresPerMillisecond
        return Latency(milliseconds: fixed + 2 * inflation * way)
    }
}
