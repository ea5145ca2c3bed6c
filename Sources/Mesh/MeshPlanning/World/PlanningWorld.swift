import DenseMatrices
import MeshTypes

/// A snapshot in the planner's own numbering: sites, sessions and participants by identifier.
///
/// Sorting makes the plan independent of the order in which a file happens to list things.
struct PlanningWorld: Sendable {
    /// The sites, by identifier.
    let sites: [Site]
    /// Routed latency in microseconds, site to site; infinity where no way leads.
    let routed: Matrix<Double>
    /// `routed` plus its transpose, row-major; 0 where there is no way both there and back.
    let coupling: [Double]
    /// The sites with free servers, parted by "there is a way there and back": a mesh lies within one part.
    let components: [[Int]]
    /// The sessions, by identifier.
    let sessions: [SessionProblem]

    var siteCount: Int { sites.count }

    init(_ snapshot: Snapshot) throws(PlanningError) {
        try Self.checkShapes(snapshot)
        let order = snapshot.sites.indices.sorted { snapshot.sites[$0].id < snapshot.sites[$1].id }
        sites = order.map { snapshot.sites[$0] }
        let direct = try Self.directLatencies(snapshot, order: order)
        let routed = MinPlus.closure(direct)
        self.routed = routed
        coupling = Self.coupling(routed)
        components = Self.components(routed, sites: sites)
        sessions = try SessionProblem.all(of: snapshot, siteOrder: order)
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

    /// One-hop latencies; infinity where there is no link.
    private static func directLatencies(
        _ snapshot: Snapshot, order: [Int]
    ) throws(PlanningError) -> Matrix<Double> {
        let count = order.count
        var direct = Matrix<Double>(repeating: .infinity, rowCount: count, columnCount: count)
        switch snapshot.network {
        case .links(let links):
            let numbers = Dictionary(
                order.enumerated().map { (snapshot.sites[$1].id, $0) }, uniquingKeysWith: { first, _ in first })
            for link in links {
                guard let from = numbers[link.from], let to = numbers[link.to] else {
                    throw PlanningError(
                        .inconsistentSnapshot,
                        "link \(link.from) to \(link.to) joins a site that is not in the snapshot")
                }
                direct[from, to] = min(direct[from, to], Double(link.latency.microseconds))
            }
        case .dense(let table):
            guard table.rowCount == count, table.columnCount == count else {
                throw PlanningError(
                    .inconsistentSnapshot,
                    "site latency is \(table.rowCount) x \(table.columnCount); expected \(count) x \(count)")
            }
            for from in 0..<count {
                for to in 0..<count {
                    if let latency = table[order[from], order[to]] {
                        direct[from, to] = Double(latency.microseconds)
                    }
                }
            }
        case .unknown:
            for from in 0..<count {
                for to in 0..<count where from != to {
                    let estimate = GeographicLatency.estimate(
                        from: snapshot.sites[order[from]].coordinate, to: snapshot.sites[order[to]].coordinate)
                    direct[from, to] = Double(estimate.microseconds)
                }
            }
        }
        for site in 0..<count { direct[site, site] = 0 }
        return direct
    }

    private static func coupling(_ routed: Matrix<Double>) -> [Double] {
        let count = routed.rowCount
        var coupling = [Double](repeating: 0, count: count * count)
        for from in 0..<count {
            for to in 0..<count {
                let sum = routed[from, to] + routed[to, from]
                coupling[from * count + to] = sum < .infinity ? sum : 0
            }
        }
        return coupling
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
