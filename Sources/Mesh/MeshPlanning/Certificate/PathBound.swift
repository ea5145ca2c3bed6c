import DenseMatrices
import MeshTypes

/// The path bound on the cost of a session, as ``MeshTypes/SessionPlan`` defines it.
struct PathBound {
    /// The bound.
    let value: Double

    init(of session: SessionProblem, in world: PlanningWorld) {
        let policy = session.policy
        let reachable = session.participants.indices.filter { session.isWithinReach[$0] }
        let outside = Double(session.count - reachable.count) * policy.unservedPrice
        guard !reachable.isEmpty else {
            value = outside
            return
        }
        let (half, full) = Self.interaction(session, reachable, world)
        let (rent, rate) = Self.rent(of: reachable.reduce(0) { $0 + session.loads[$1] }, session, world)
        var total = half.reduce(0, +) + rent
        for (place, participant) in reachable.enumerated() {
            total -= max(0, full[place] + Double(session.loads[participant]) * rate - policy.unservedPrice)
        }
        value = min(Double(reachable.count) * policy.unservedPrice, total) + outside
    }

    /// `half` and `full` of each participant within reach.
    private static func interaction(
        _ session: SessionProblem, _ reachable: [Int], _ world: PlanningWorld
    ) -> (half: [Double], full: [Double]) {
        let columns = world.siteCount
        let scale = session.interaction.scale
        let access = reachable.flatMap { session.latency[$0 * columns..<($0 + 1) * columns] }
        let excess = reachable.map { participant in
            session.excessCost(session.latency[participant * columns..<(participant + 1) * columns].min() ?? 0)
        }
        if session.count == 1 {
            let echo = 2 * scale * (access.min() ?? 0) + (excess.first ?? 0)
            return ([echo], [echo])
        }
        let (rows, columnSums) = PathSums.of(
            Matrix(elements: access, rowCount: reachable.count, columnCount: columns),
            routed: world.routed, classes: reachable.map { session.interaction.classOf[$0] },
            weights: session.interaction)
        let half = zip(rows, excess).map { $0 * scale + $1 }
        return (half, zip(half, columnSums).map { $0 + $1 * scale })
    }

    /// The least rent that carries a load on fractions of free servers, spares included, and its last rate.
    private static func rent(
        of load: Int, _ session: SessionProblem, _ world: PlanningWorld
    ) -> (rent: Double, rate: Double) {
        let sites = world.sites.filter { $0.freeServers > 0 }
        let cheapest = sites.map(\.price).min() ?? 0
        let order = sites.sorted {
            $0.price * Double($1.loadPerServer) < $1.price * Double($0.loadPerServer)
        }
        var (left, rent, rate) = (load, 0.0, 0.0)
        for site in order where left > 0 {
            let carried = min(left, site.freeCapacity)
            rate = site.price / Double(site.loadPerServer)
            rent += Double(carried) * rate
            left -= carried
        }
        return (max(rent, cheapest) + Double(session.policy.redundancy) * cheapest, rate)
    }
}

/// Sums of shortest paths participant - site - site - participant.
enum PathSums {
    /// For each participant the weighted sum of its paths to the others, and of theirs to it, in microseconds.
    ///
    /// - Complexity: O(participants * sites * (participants + sites)).
    static func of(
        _ access: Matrix<Double>, routed: Matrix<Double>, classes: [Int], weights: InteractionClasses
    ) -> (to: [Double], from: [Double]) {
        let departures = MinPlus.product(access, routed)
        let arrivals = access.transposed
        let count = access.rowCount
        var to = [Double](repeating: 0, count: count)
        var from = [Double](repeating: 0, count: count)
        // Blocks of rows keep the matrix of pairs small.
        let block = 64
        for start in stride(from: 0, to: count, by: block) {
            let rows = start..<min(start + block, count)
            let part = Matrix(
                elements: rows.flatMap { departures.row($0) }, rowCount: rows.count, columnCount: access.columnCount)
            let paths = MinPlus.product(part, arrivals)
            for row in rows {
                for column in 0..<count where column != row {
                    let path = paths[row - start, column]
                    // No way: such a pair can never be served together, and counts nothing.
                    guard path < .infinity else { continue }
                    let weight = weights.weight[classes[row] * weights.count + classes[column]]
                    to[row] += weight * path
                    from[column] += weight * path
                }
            }
        }
        return (to, from)
    }
}
