internal import MeshTypes

/// What a picture shows, placed on the map: sites, participants gathered into dots, and the lines between them.
struct PictureScene {
    /// A site of the mesh.
    struct SiteMark {
        let figures: SiteFigures
        let point: PlanePoint
        let radius: Double
        /// The number of its colour.
        let colour: Int
    }

    /// Participants of one place and site.
    struct PeopleMark: Hashable {
        let point: PlanePoint
        /// The site's index in `sites`; `nil` for people without one.
        let site: Int?
        var count: Int
    }

    /// The link between two sites of a mesh.
    struct LinkMark {
        let pieces: [[PlanePoint]]
        /// How many pairs of participants it joins, against the busiest link: 0 to 1.
        let weight: Double
    }

    let extent: MapExtent
    private(set) var sites: [SiteMark] = []
    private(set) var candidates: [PlanePoint] = []
    private(set) var people: [PeopleMark] = []
    private(set) var links: [LinkMark] = []

    /// Colours repeat after so many sites.
    static let colourCount = 10
    private static let largestRadius = 20.0
    /// Links beyond the busiest are left out: more only blacken the map.
    private static let linkLimit = 60

    init(snapshot: Snapshot, plan: Plan, width: Double, colours: [SiteID: Int] = [:]) {
        let siteNumbers = Dictionary(
            snapshot.sites.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
        let figures = MeshFigures(plan.sessions, in: snapshot).sites.filter { siteNumbers[$0.id] != nil }
        let places = figures.map { snapshot.sites[siteNumbers[$0.id] ?? 0].coordinate }
        extent = MapExtent(showing: snapshot.participants.map(\.coordinate) + places, width: width)
        let largest = figures.map(\.load).max() ?? 0
        // Who has no colour yet takes the next that is free, the largest first.
        var free = (0..<Self.colourCount).filter { !colours.values.contains($0) }.makeIterator()
        for (index, site) in figures.enumerated() {
            let colour = colours[site.id] ?? free.next() ?? index
            let share = largest > 0 ? Double(site.load) / Double(largest) : 0
            sites.append(
                SiteMark(
                    figures: site, point: extent.point(places[index]),
                    radius: max(5, Self.largestRadius * share.squareRoot()), colour: colour % Self.colourCount))
        }
        let marks = Dictionary(figures.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
        candidates = snapshot.sites.filter { marks[$0.id] == nil }.map { extent.point($0.coordinate) }
            .filter { extent.contains($0, margin: 4) }
        people = Self.gather(snapshot, plan, marks: marks, on: extent)
        links = Self.links(plan, marks: marks, places: places, on: extent)
    }

    /// Participants whose dots would cover each other become one.
    private static func gather(
        _ snapshot: Snapshot, _ plan: Plan, marks: [SiteID: Int], on extent: MapExtent
    ) -> [PeopleMark] {
        struct Cell: Hashable {
            let x: Int
            let y: Int
            let site: Int?
        }
        var assigned: [ParticipantID: Int] = [:]
        for session in plan.sessions {
            for (participant, site) in session.assignment { assigned[participant] = marks[site] }
        }
        var order: [Cell] = []
        var counts: [Cell: (place: PlanePoint, count: Int)] = [:]
        for participant in snapshot.participants {
            let point = extent.point(participant.coordinate)
            let cell = Cell(x: Int(point.x / 3), y: Int(point.y / 3), site: assigned[participant.id])
            if counts[cell] == nil { order.append(cell) }
            counts[cell, default: (point, 0)].count += 1
        }
        return order.compactMap { cell in
            counts[cell].map { PeopleMark(point: $0.place, site: cell.site, count: $0.count) }
        }
    }

    private static func links(
        _ plan: Plan, marks: [SiteID: Int], places: [GeoCoordinate], on extent: MapExtent
    ) -> [LinkMark] {
        struct Pair: Hashable {
            let low: Int
            let high: Int
        }
        var pairs: [Pair: Int] = [:]
        for session in plan.sessions {
            let used = session.sites.compactMap { id in
                marks[id].map { (index: $0, load: session.load[id] ?? 0) }
            }.sorted { $0.index < $1.index }
            for (position, one) in used.enumerated() {
                for other in used[(position + 1)...] {
                    pairs[Pair(low: one.index, high: other.index), default: 0] += one.load * other.load
                }
            }
        }
        let busiest = pairs.sorted {
            ($1.value, $0.key.low, $0.key.high) < ($0.value, $1.key.low, $1.key.high)
        }.prefix(linkLimit)
        let most = Double(busiest.first?.value ?? 0)
        return busiest.map { pair, count in
            LinkMark(
                pieces: extent.greatCircle(from: places[pair.low], to: places[pair.high]),
                weight: most > 0 ? Double(count) / most : 1)
        }
    }
}
