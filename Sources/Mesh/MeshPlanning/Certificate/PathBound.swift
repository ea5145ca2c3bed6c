import DenseMatrices
import MeshTypes
import Optimization

/// The path bound on the cost of a session, as ``MeshTypes/SessionPlan`` defines it.
///
/// What is long to find, the charges of the least paths, does not depend on the prices of servers: the bound at any prices is quick.
struct PathBound: Sendable {
    /// How the charges were made.
    let certificate: BoundCertificate
    /// `half` and `full` of each participant within reach.
    private let half: [Double]
    private let full: [Double]

    /// The path bound; `nil` when it was stopped.
    init?(of session: SessionProblem, in world: PlanningWorld, monitor: StopMonitor) {
        certificate = .path
        let reachable = session.participants.indices.filter { session.isWithinReach[$0] }
        guard !reachable.isEmpty else {
            (half, full) = ([], [])
            return
        }
        guard let (half, full) = Self.interaction(session, reachable, world, monitor) else { return nil }
        (self.half, self.full) = (half, full)
    }

    /// The bound by access latencies alone: weaker, and quick.
    init(accessOf session: SessionProblem, in world: PlanningWorld) {
        certificate = .access
        let reachable = session.participants.indices.filter { session.isWithinReach[$0] }
        (half, full) = reachable.isEmpty ? ([], []) : Self.access(session, reachable, world)
    }

    /// The bound at the prices of a world: the one that it was made for, or that one at other prices.
    ///
    /// - Complexity: O(participants + sites log sites).
    func bound(of session: SessionProblem, in world: PlanningWorld) -> CertifiedBound {
        CertifiedBound(value: value(session, world), certificate: certificate)
    }

    private func value(_ session: SessionProblem, _ world: PlanningWorld) -> Double {
        let policy = session.policy
        let reachable = session.participants.indices.filter { session.isWithinReach[$0] }
        let outside = Double(session.count - reachable.count) * policy.unservedPrice
        guard !reachable.isEmpty else { return outside }
        let (rent, rate) = Self.rent(of: reachable.reduce(0) { $0 + session.loads[$1] }, session, world)
        var total = half.reduce(0, +) + rent
        for (place, participant) in reachable.enumerated() {
            total -= max(0, full[place] + Double(session.loads[participant]) * rate - policy.unservedPrice)
        }
        return min(Double(reachable.count) * policy.unservedPrice, total) + outside
    }

    /// `half` and `full` of each participant within reach.
    private static func interaction(
        _ session: SessionProblem, _ reachable: [Int], _ world: PlanningWorld, _ monitor: StopMonitor
    ) -> (half: [Double], full: [Double])? {
        let columns = world.siteCount
        let scale = session.interaction.scale
        let access = reachable.flatMap { session.latency[$0 * columns..<($0 + 1) * columns] }
        let excess = leastAccess(session, reachable, columns).map { session.excessCost($0) }
        if session.count == 1 {
            let echo = 2 * scale * (access.min() ?? 0) + (excess.first ?? 0)
            return ([echo], [echo])
        }
        guard scale > 0 else { return (excess, excess) }
        let sums = PathSums.of(
            Matrix(elements: access, rowCount: reachable.count, columnCount: columns),
            routed: world.routed, classes: reachable.map { session.interaction.classOf[$0] },
            weights: session.interaction, monitor: monitor)
        guard let (rows, columnSums) = sums else { return nil }
        let half = zip(rows, excess).map { $0 * scale + $1 }
        return (half, zip(half, columnSums).map { $0 + $1 * scale })
    }

    private static func leastAccess(_ session: SessionProblem, _ reachable: [Int], _ columns: Int) -> [Double] {
        reachable.map { session.latency[$0 * columns..<($0 + 1) * columns].min() ?? 0 }
    }

    /// `half` and `full` with the least access latencies of both ends for each path.
    private static func access(
        _ session: SessionProblem, _ reachable: [Int], _ world: PlanningWorld
    ) -> (half: [Double], full: [Double]) {
        let least = leastAccess(session, reachable, world.siteCount)
        let excess = least.map { session.excessCost($0) }
        let (classes, scale) = (session.interaction, session.interaction.scale)
        if session.count == 1 {
            let echo = 2 * scale * (least.first ?? 0) + (excess.first ?? 0)
            return ([echo], [echo])
        }
        guard world.components.count == 1 else { return (excess, excess) }
        let own = reachable.map { classes.classOf[$0] }
        var sizes = [Double](repeating: 0, count: classes.count)
        var sums = sizes
        for (place, number) in own.enumerated() {
            sizes[number] += 1
            sums[number] += least[place]
        }
        // By class: weights to, and from, all; and their access latencies.
        var felt = Array(repeating: (to: 0.0, toSum: 0.0, from: 0.0, fromSum: 0.0), count: classes.count)
        for one in 0..<classes.count {
            for other in 0..<classes.count {
                let (to, from) = (
                    classes.weight[one * classes.count + other], classes.weight[other * classes.count + one]
                )
                felt[one].to += to * sizes[other]
                felt[one].toSum += to * sums[other]
                felt[one].from += from * sizes[other]
                felt[one].fromSum += from * sums[other]
            }
        }
        var (half, full) = (excess, excess)
        for (place, number) in own.enumerated() {
            let (itself, mine, all) = (classes.weight[number * (classes.count + 1)], least[place], felt[number])
            let to = (all.to - itself) * mine + all.toSum - itself * mine
            let from = (all.from - itself) * mine + all.fromSum - itself * mine
            half[place] += scale * to
            full[place] += scale * (to + from)
        }
        return (half, full)
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
    /// `nil` when it was stopped.
    ///
    /// - Complexity: O(participants * sites * (participants + sites)).
    static func of(
        _ access: Matrix<Double>, routed: Matrix<Double>, classes: [Int], weights: InteractionClasses,
        monitor: StopMonitor
    ) -> (to: [Double], from: [Double])? {
        let arrivals = access.transposed
        let count = access.rowCount
        var to = [Double](repeating: 0, count: count)
        var from = [Double](repeating: 0, count: count)
        // Blocks of rows keep the matrix of pairs small, and the time between looks at the clock short.
        let block = max(1, min(64, 4_000_000 / max(1, count * access.columnCount)))
        for start in stride(from: 0, to: count, by: block) {
            let rows = start..<min(start + block, count)
            if monitor.stopReason != nil { return nil }
            let part = Matrix(
                elements: rows.flatMap { access.row($0) }, rowCount: rows.count, columnCount: access.columnCount)
            let paths = MinPlus.product(MinPlus.product(part, routed), arrivals)
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
