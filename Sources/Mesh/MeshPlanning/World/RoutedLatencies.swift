import DenseMatrices
public import MeshTypes

/// Latencies from site to site over the links that may be used: shortest paths, in microseconds.
public struct RoutedLatencies: Sendable {
    /// Site to site; infinity where no way leads.
    let matrix: Matrix<Double>

    /// Routes between the sites of a snapshot, in its order.
    ///
    /// - Complexity: O(sites^3), by min-plus closure.
    /// - Throws: ``PlanningError`` when the network does not fit the sites.
    public init(_ snapshot: Snapshot) throws(PlanningError) {
        try self.init(snapshot, order: Array(snapshot.sites.indices))
    }

    /// Routes between the sites in another order: row and column `n` are site `order[n]` of the snapshot.
    init(_ snapshot: Snapshot, order: [Int]) throws(PlanningError) {
        matrix = MinPlus.closure(try Self.direct(snapshot, order: order))
    }

    /// The latency from a site to another, microseconds; infinity where no way leads.
    public subscript(from: Int, to: Int) -> Double { matrix[from, to] }

    /// Whether a way leads from a site to another.
    public func isReachable(_ from: Int, _ to: Int) -> Bool { matrix[from, to] < .infinity }

    /// One-hop latencies; infinity where there is no link.
    private static func direct(
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
}
