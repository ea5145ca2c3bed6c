internal import Foundation
internal import MeshInstances
internal import MeshTypes

/// Where servers and participants are, and how long the ways between them take: cities of WonderNetwork 2018.
struct DemoGeography: Sendable {
    struct Place: Sendable {
        var name: String
        var coordinate: GeoCoordinate
        /// Its city in the matrix.
        var city: Int
        /// Round trip of the last mile, ms.
        var lastMile: Double
        var session = ""
        /// Whether it is in the region that leaves.
        var isEastern: Bool { coordinate.longitude > 60 }
    }

    var servers: [Place]
    var clients: [Place]
    private let roundTrips: [[Double]]

    init(folder: String, servers serverCount: Int, clients clientCount: Int, sessions: Int, seed: UInt64) throws {
        let frame = try LatencyFrameReader.read(try InputFile.read("\(folder)/rtt_avg_ms_matrix.csv.xz"))
        let places = try CoordinateReader.read(try InputFile.read("\(folder)/cities.csv"))
        let count = frame.nodeCount
        roundTrips = (0..<count).map { row in
            (0..<count).map { column in
                // The matrix is nearly symmetric; a socket's two ways are made equal.
                let pair = [frame.values[row * count + column], frame.values[column * count + row]].filter { $0 > 0 }
                return row == column || pair.isEmpty ? 1 : Double(pair.reduce(0, +)) / Double(pair.count)
            }
        }
        let listed = frame.names.enumerated().compactMap { index, name in places[name].map { (index, name, $0) } }
        // Some cities of the list are not where it says: light would be too slow for what was measured. A controller would distrust servers there.
        let trips = roundTrips
        let misplaced = ImpossiblePlaces.find(among: listed.map(\.2)) { trips[listed[$0].0][listed[$1].0] }
        let known = listed.enumerated().filter { !misplaced.contains($0.offset) }.map(\.element)
        var random = SeededRandom(seed: seed)
        // Servers where they shorten the ways of most cities to their nearest one: greedy k-median.
        var (chosen, nearest) = ([(Int, String, GeoCoordinate)](), [Double](repeating: 1_000, count: count))
        while chosen.count < min(serverCount, known.count) {
            let next = known.filter { candidate in !chosen.contains { $0.0 == candidate.0 } }.min { left, right in
                func cost(_ site: Int) -> Double { known.reduce(0) { $0 + min(nearest[$1.0], trips[$1.0][site]) } }
                return (cost(left.0), left.0) < (cost(right.0), right.0)
            }
            guard let next else { break }
            chosen.append(next)
            for city in nearest.indices { nearest[city] = min(nearest[city], trips[city][next.0]) }
        }
        servers = chosen.map {
            Place(
                name: "edge-" + $0.1.lowercased().replacingOccurrences(of: " ", with: "-"), coordinate: $0.2,
                city: $0.0, lastMile: 0.5)
        }
        // A session brings people of two places together, and some from anywhere.
        let homes = (0..<2 * sessions).map { _ in known[random.integer(in: 0...(known.count - 1))].2 }
        clients = (0..<clientCount).map { index in
            let session = index % sessions
            let home = homes[2 * session + (index / sessions) % 2]
            let near = known.sorted { ($0.2.distance(to: home), $0.0) < ($1.2.distance(to: home), $1.0) }
            let pool = random.chance(0.75) ? Array(near.prefix(25)) : near
            let city = pool[random.integer(in: 0...(pool.count - 1))]
            return Place(
                name: "person-\(index + 1)", coordinate: city.2, city: city.0,
                lastMile: 4 + Double(random.integer(in: 0...8)),
                session: "session-\(session + 1)")
        }
    }

    /// The two servers with most participants nearest to them, and all nodes in their areas: those for which they are the nearest.
    var busiestAreas: (Area, Area) {
        var areas = servers.indices.map { Area(server: $0, nodes: [$0]) }
        for (index, client) in clients.enumerated() {
            let nearest = servers.indices.min {
                roundTrips[client.city][servers[$0].city] < roundTrips[client.city][servers[$1].city]
            }
            if let nearest { areas[nearest].nodes.append(servers.count + index) }
        }
        areas.sort { ($1.nodes.count, $0.server) < ($0.nodes.count, $1.server) }
        return (areas[0], areas[1])
    }

    struct Area: Sendable {
        var server: Int
        var nodes: [Int]
    }

    /// One-way delays in nanoseconds between all nodes: servers first, then participants.
    var delays: [[UInt64]] {
        let all = servers + clients
        return all.map { from in
            all.map { to in UInt64((roundTrips[from.city][to.city] + from.lastMile + to.lastMile) / 2 * 1e6) }
        }
    }
}
