internal import Glibc
public import MeshControl
internal import MeshInstances
public import MeshTypes

/// A seeded world whose demand follows the sun: people of six regions, each of whom is there around the evening of their region.
///
/// Of those who ever join, a sixth is there at the quietest hour and all at eight in the evening; a session's people are of its
/// own region, but for one in five. Servers are plenty, so that what is rented is a choice.
public struct DiurnalWorld: Sendable {
    /// Somebody who joins and leaves by the hour.
    public struct Person: Sendable {
        /// Who and where.
        public var report: ParticipantReport
        /// The session, by position.
        public var session: Int
        /// Hours that the evening of their region is ahead of universal time.
        public var offset: Double
        /// How much of the region must be there before this one is.
        public var threshold: Double
    }

    /// The sites.
    public private(set) var sites: [SiteReport] = []
    /// All who are ever there.
    public private(set) var people: [Person] = []
    /// How many sessions there are.
    public let sessionCount: Int

    private static let regions: [(name: String, latitude: Double, longitude: Double)] = [
        ("america-west", 38, -120), ("america-east", 39, -78), ("europe", 49, 8), ("south-asia", 20, 77),
        ("east-asia", 35, 125), ("oceania", -33, 148),
    ]

    /// A world of so many people, sessions and sites, all at least one.
    public init(participants: Int, sessions: Int, sites siteCount: Int, seed: UInt64) {
        var random = SeededRandom(seed: seed)
        sessionCount = sessions
        let place = { (region: Int, reach: Double, random: inout SeededRandom) in
            let centre = Self.regions[region]
            let east = centre.longitude + 1.3 * reach * random.normal()
            return GeoCoordinate(
                latitude: min(85, max(-85, centre.latitude + reach * random.normal())),
                longitude: min(180, max(-180, east)))
        }
        for number in 0..<siteCount {
            let region = number % Self.regions.count
            let spot = place(region, 5, &random)
            sites.append(
                SiteReport(
                    id: SiteID("site-\(SimulatedWorld.padded(number, 5))"), name: "Site \(number)",
                    latitude: spot.latitude, longitude: spot.longitude, servers: participants,
                    loadPerServer: SimulatedWorld.loadPerServer, price: Double(random.integer(in: 4...16)),
                    region: Self.regions[region].name))
        }
        for number in 0..<participants {
            let session = number % sessions
            var region = session % Self.regions.count
            if random.chance(0.2) { region = random.integer(in: 0...Self.regions.count - 1) }
            let home = place(region, 4, &random)
            people.append(
                Person(
                    report: ParticipantReport(
                        id: SimulatedWorld.name(number), latitude: home.latitude, longitude: home.longitude),
                    session: session, offset: Self.regions[region].longitude / 15, threshold: random.fraction()))
        }
    }

    /// A session's identifier by position.
    public func sessionID(_ position: Int) -> SessionID { SessionID("session-\(SimulatedWorld.padded(position, 6))") }

    /// The latency from site to site, milliseconds: great circles in fibre, half longer.
    public func linkLatency(_ from: Int, _ to: Int) -> Double {
        let distance = sites[from].place.distance(to: sites[to].place)
        return (1000 * (1 + 3 * distance / GeographicLatency.kilometresPerMillisecond)).rounded() / 1000
    }

    /// The part of a region's people who are there at an hour of universal time.
    public static func presence(hour: Double, offset: Double) -> Double {
        let height = (1 + cos((hour + offset - 20) / 24 * 2 * Double.pi)) / 2
        return 1.0 / 6 + 5.0 / 6 * height * height
    }

    /// Whether somebody is there at an hour of universal time.
    public func isPresent(_ person: Int, hour: Int) -> Bool {
        people[person].threshold < Self.presence(hour: Double(hour), offset: people[person].offset)
    }
}

extension SiteReport {
    fileprivate var place: GeoCoordinate { GeoCoordinate(latitude: latitude, longitude: longitude) }
}
