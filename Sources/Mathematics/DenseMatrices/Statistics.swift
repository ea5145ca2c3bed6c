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
