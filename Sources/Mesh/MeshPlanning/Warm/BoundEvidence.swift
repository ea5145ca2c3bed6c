import DenseMatrices
import MeshTypes

/// What the path bound of a session rests on: as long as this stands and nothing gets better, the bound stays as it is.
///
/// The bound is made of the least path of every pair of participants, and of the least rent of the load. A path stays
/// the least one when it stays as it is and no other gets shorter; the least rent stays when the sites that the load
/// was put on stay the cheapest. So a site that fails changes the bounds of those sessions only whose paths use it.
struct BoundEvidence: Sendable {
    /// The bound.
    let value: Double
    /// Pairs of sites that carry a least path, as `from * sites + to`, ascending.
    let pairs: [Int]
    let rent: RentBasis

    /// Sessions of more work than this are not looked into; their bounds are computed anew each time.
    private static let workLimit = 400_000_000

    /// - Complexity: O(n^2 * sites + n * sites^2) for `n` participants; `nil` where that is too much.
    init?(of session: SessionProblem, in world: PlanningWorld, value: Double) {
        let reachable = session.participants.indices.filter { session.isWithinReach[$0] }
        let columns = world.siteCount
        guard reachable.count * reachable.count * columns <= Self.workLimit else { return nil }
        self.value = value
        rent = RentBasis(load: reachable.reduce(0) { $0 + session.loads[$1] }, world)
        let access = Matrix(
            elements: reachable.flatMap { session.latency[$0 * columns..<($0 + 1) * columns] },
            rowCount: reachable.count, columnCount: columns)
        pairs = Self.pairs(access, isAlone: session.count == 1, world.routed)
    }

    private static func pairs(_ access: Matrix<Double>, isAlone: Bool, _ routed: Matrix<Double>) -> [Int] {
        let (count, columns) = (access.rowCount, access.columnCount)
        let departures = MinPlus.product(access, routed)
        var isUsed = [Bool](repeating: false, count: columns * columns)
        var arrivals = [Bool](repeating: false, count: columns)
        for from in 0..<count {
            let start = departures.row(from)
            for site in 0..<columns { arrivals[site] = false }
            for to in 0..<count where to != from || isAlone {
                let end = access.row(to)
                var (least, best) = (Double.infinity, -1)
                for (site, (leaving, arriving)) in zip(start, end).enumerated() where leaving + arriving < least {
                    (least, best) = (leaving + arriving, site)
                }
                if best >= 0 { arrivals[best] = true }
            }
            let row = access.row(from)
            for to in 0..<columns where arrivals[to] {
                let goal = departures[from, to]
                if let site = row.enumerated().first(where: { $1 + routed[$0, to] == goal })?.offset {
                    isUsed[site * columns + to] = true
                }
            }
        }
        return isUsed.indices.filter { isUsed[$0] }
    }
}

/// The sites that the least rent of a load rests on.
struct RentBasis: Sendable, Equatable {
    private struct Part: Equatable {
        let price: Double
        let loadPerServer: Int
        let carried: Int
    }

    private let parts: [Part]
    private let cheapest: Double?

    init(load: Int, _ world: PlanningWorld) {
        let sites = world.sites.filter { $0.freeServers > 0 }
        cheapest = sites.map(\.price).min()
        var left = load
        var parts: [Part] = []
        let order = sites.sorted {
            $0.price * Double($1.loadPerServer) < $1.price * Double($0.loadPerServer)
        }
        for site in order where left > 0 {
            let carried = min(left, site.freeCapacity)
            parts.append(Part(price: site.price, loadPerServer: site.loadPerServer, carried: carried))
            left -= carried
        }
        self.parts = parts
    }
}
