import DenseMatrices
import MeshTypes

/// A snapshot in the planner's own numbering: sites, sessions and participants by identifier.
///
/// Sorting makes the plan independent of the order in which a file happens to list things.
struct PlanningWorld: Sendable {
    /// The sites, by identifier.
    private(set) var sites: [Site]
    /// Routed latency in microseconds, site to site; infinity where no way leads.
    let routed: Matrix<Double>
    /// `routed` plus its transpose, row-major; 0 where there is no way both there and back.
    let coupling: [Double]
    /// `routed` and its transpose, row-major; 0 where there is no way both there and back.
    let departures: [Double]
    let arrivals: [Double]
    /// The sites with free servers, parted by "there is a way there and back": a mesh lies within one part.
    let components: [[Int]]
    /// The sessions, by identifier.
    private(set) var sessions: [SessionProblem]

    var siteCount: Int { sites.count }

    init(_ snapshot: Snapshot) throws(PlanningError) {
        try Self.checkShapes(snapshot)
        let order = snapshot.sites.indices.sorted { snapshot.sites[$0].id < snapshot.sites[$1].id }
        sites = order.map { snapshot.sites[$0] }
        let routed = try RoutedLatencies(snapshot, order: order).matrix
        self.routed = routed
        departures = Self.finite(routed, transposed: false)
        arrivals = Self.finite(routed, transposed: true)
        coupling = zip(departures, arrivals).map { $0 + $1 }
        components = Self.components(routed, sites: sites)
        sessions = try SessionProblem.all(of: snapshot, siteOrder: order)
    }

    /// The world with a server at each site costing so much more, by site number.
    func priced(by prices: [Double]) -> PlanningWorld {
        var priced = self
        for (site, price) in prices.enumerated() { priced.sites[site].price += price }
        return priced
    }

    /// The world in which those whom a mesh still serves where it no longer may have the latencies that they measure there, so that what
    /// the mesh costs can be told. Bounds are to be made without.
    ///
    /// - Parameter sites: by session and participant, the number of the site, or -1.
    func serving(_ sites: [[Int]], of snapshot: Snapshot) -> PlanningWorld {
        var world = self
        var rows: [ParticipantID: Int] = [:]
        var columns: [SiteID: Int] = [:]
        for (session, assignment) in sites.enumerated() {
            for (person, site) in assignment.enumerated()
            where site >= 0 && sessions[session].latency[person * siteCount + site] == .infinity {
                if rows.isEmpty {
                    for (row, participant) in snapshot.participants.enumerated() { rows[participant.id] = row }
                    for (column, place) in snapshot.sites.enumerated() { columns[place.id] = column }
                }
                guard let row = rows[sessions[session].participants[person]], let column = columns[self.sites[site].id]
                else { continue }
                let measured = snapshot.accessLatency(participant: row, site: column)
                world.sessions[session].latency[person * siteCount + site] = Double(measured.microseconds)
            }
        }
        return world
    }

    private static func checkShapes(_ snapshot: Snapshot) throws(PlanningError) {
        let table = snapshot.accessLatency
        let (participants, sites) = (snapshot.participants.count, snapshot.sites.count)
        guard table.rowCount == participants, table.columnCount == sites,
            table.microseconds.count == participants * sites
        else {
            throw PlanningError(
                .inconsistentSnapshot,
                "access latency is \(table.rowCount) x \(table.columnCount); expected \(participants) participants x "
                    + "\(sites) sites")
        }
        for site in snapshot.sites where site.freeServers < 0 || site.loadPerServer < 1 {
            throw PlanningError(
                .inconsistentSnapshot,
                "site \(site.id) has \(site.freeServers) free servers of load \(site.loadPerServer); expected 0 or more "
                    + "of load 1 or more")
        }
    }

    private static func finite(_ routed: Matrix<Double>, transposed: Bool) -> [Double] {
        let count = routed.rowCount
        var values = [Double](repeating: 0, count: count * count)
        for from in 0..<count {
            for to in 0..<count where routed[from, to] + routed[to, from] < .infinity {
                values[from * count + to] = transposed ? routed[to, from] : routed[from, to]
            }
        }
        return values
    }

    private static func components(_ routed: Matrix<Double>, sites: [Site]) -> [[Int]] {
        var components: [[Int]] = []
        for site in sites.indices where sites[site].freeServers > 0 {
            let home = components.firstIndex { routed[$0[0], site] < .infinity && routed[site, $0[0]] < .infinity }
            if let home { components[home].append(site) } else { components.append([site]) }
        }
        return components
    }
}
