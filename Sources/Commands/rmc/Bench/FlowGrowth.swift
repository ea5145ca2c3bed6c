internal import Foundation
internal import MeshInstances
internal import MeshRendering
internal import NetworkFlow
internal import Optimization

/// How a warm tick grows with the network: assignment shapes of five sizes, up to the one asked for, of which the
/// same part changes.
struct FlowGrowth {
    /// One size.
    struct Row {
        var clusters: Int
        var arcs: Int
        /// Changes of a tick, in the mean.
        var changes: Double
        /// The median, in milliseconds, the statement of the changes included.
        var warm: Double
        /// The first tick from scratch, in milliseconds.
        var cold: Double
        /// Per tick, in the mean.
        var pivots: Double
        var arcsScanned: Double
        var nodesUpdated: Double
    }

    private(set) var rows: [Row] = []

    /// The sizes, as parts of the largest.
    private static let parts = [0.01, 0.032, 0.1, 0.32, 1]

    /// Measures all sizes; an interrupt ends it early, with those that are done.
    init(
        upTo largest: AssignmentFlowParameters, change: Double, drift: Double, ticks: Int, seed: UInt64,
        interrupter: Interrupter
    ) throws {
        for part in Self.parts {
            var shape = largest
            shape.clusters = max(1, Int((Double(largest.clusters) * part).rounded()))
            shape.sites = max(largest.degree, Int((Double(largest.sites) * part).rounded()))
            let problem = try shape.generate(seed: seed)
            var changing = ChangingFlow(problem, assignment: shape, drift: drift, seed: seed)
            let bench = try TickBench(problem).measure(ticks: ticks, coldTicks: 1, interrupter: interrupter) {
                let change = changing.tick(changing: change)
                return (change, try changing.problem())
            }
            guard bench.warm.count == ticks else { return }
            let count = Double(ticks)
            rows.append(
                Row(
                    clusters: shape.clusters, arcs: problem.arcCount, changes: Double(bench.changes) / count,
                    warm: Percentiles(bench.warm).at(0.5), cold: Percentiles(bench.cold).at(0.5),
                    pivots: Double(bench.warmPivots) / count,
                    arcsScanned: Double(bench.warmWork["arcs-scanned"]) / count,
                    nodesUpdated: Double(bench.warmWork["nodes-updated"]) / count))
        }
    }

    /// The slope of a figure over the changes, both in logarithms, by least squares; `nil` with fewer than two sizes.
    func exponent(of figure: KeyPath<Row, Double>) -> Double? {
        let points = rows.filter { $0.changes > 0 && $0[keyPath: figure] > 0 }
            .map { (x: log($0.changes), y: log($0[keyPath: figure])) }
        guard points.count > 1 else { return nil }
        let count = Double(points.count)
        let x = points.reduce(0) { $0 + $1.x } / count
        let y = points.reduce(0) { $0 + $1.y } / count
        let spread = points.reduce(0) { $0 + ($1.x - x) * ($1.x - x) }
        return spread > 0 ? points.reduce(0) { $0 + ($1.x - x) * ($1.y - y) } / spread : nil
    }

    /// The figures as JSON.
    var json: JSONValue {
        [
            "sizes": .array(
                rows.map { row in
                    [
                        "clusters": .integer(Int64(row.clusters)), "arcs": .integer(Int64(row.arcs)),
                        "changes": .number(row.changes), "warm": .number(row.warm), "cold": .number(row.cold),
                        "pivots": .number(row.pivots), "arcs-scanned": .number(row.arcsScanned),
                        "nodes-updated": .number(row.nodesUpdated),
                    ]
                }),
            "exponent": [
                "warm": .optional(exponent(of: \.warm), JSONValue.number),
                "pivots": .optional(exponent(of: \.pivots), JSONValue.number),
                "arcs-scanned": .optional(exponent(of: \.arcsScanned), JSONValue.number),
                "nodes-updated": .optional(exponent(of: \.nodesUpdated), JSONValue.number),
            ],
        ]
    }

    /// The figures as a table.
    var text: String {
        var table = TextTable(
            ["clusters", "arcs", "changes", "warm ms", "cold ms", "pivots", "arcs scanned", "nodes updated"]
                .map { .init($0) })
        for row in rows {
            let counts = [row.pivots, row.arcsScanned, row.nodesUpdated].map { Numerals.grouped(Int($0.rounded())) }
            table.add(
                [
                    Numerals.grouped(row.clusters), Numerals.grouped(row.arcs),
                    Numerals.grouped(Int(row.changes.rounded())), Numerals.fixed(row.warm, decimals: 2),
                    Numerals.fixed(row.cold, decimals: 1),
                ] + counts)
        }
        let slope = exponent(of: \.warm).map { Numerals.fixed($0, decimals: 2) } ?? "unknown"
        return table.text(Terminal.style)
            + "\na warm tick takes time in proportion to changes ^ \(slope); all answers verified\n"
    }
}
