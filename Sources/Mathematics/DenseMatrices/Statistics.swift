/// Order statistics of plain arrays.
public enum Percentiles {
    /// The least element that at least the given percentage of the elements does not exceed (nearest rank); `nil` of
    /// nothing. Elements are never NaN; percentages lie in 0 to 100.
    ///
    /// - Complexity: O(n log n), once for all percentages.
    public static func nearestRank<Element: DenseScalar>(_ values: [Element], _ percentages: [Double]) -> [Element]? {
        guard !values.isEmpty else { return nil }
        let sorted = values.sorted()
        return percentages.map { percentage in
            let rank = Int((percentage / 100 * Double(sorted.count)).rounded(.up))
            return sorted[min(max(rank, 1), sorted.count) - 1]
        }
    }
}

/// How far a table of latencies is from a metric: over the Internet the direct way is often not the shortest.
public struct TriangleViolations: Sendable, Hashable {
    /// Ordered triples of different nodes with all three lengths known.
    public var triples: Int
    /// Those of them in which the way from the first to the third through the second is shorter than the direct one.
    public var violations: Int
    /// The part of the triples that violate the inequality; 0 when there are none.
    public var fraction: Double { triples == 0 ? 0 : Double(violations) / Double(triples) }

    /// Counts the violations in a square matrix; infinity marks what is not known.
    ///
    /// - Complexity: O(n^3).
    public init(in lengths: Matrix<Double>) {
        precondition(lengths.rowCount == lengths.columnCount, "the matrix is not square")
        (triples, violations) = (0, 0)
        let order = lengths.rowCount
        for from in 0..<order {
            for via in 0..<order where via != from && lengths[from, via] < .infinity {
                for to in 0..<order where to != from && to != via {
                    let direct = lengths[from, to]
                    let detour = lengths[from, via] + lengths[via, to]
                    guard direct < .infinity, detour < .infinity else { continue }
                    triples += 1
                    if detour < direct { violations += 1 }
                }
            }
        }
    }
}
