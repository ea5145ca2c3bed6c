/// Order statistics of small arrays.
enum OrderStatistics {
    /// The lower median; `fallback` of nothing.
    static func median(_ values: [Float], fallback: Float = 0) -> Float {
        quantile(values, 0.5, fallback: fallback)
    }

    /// The element at that part of the sorted order; `fallback` of nothing.
    static func quantile(_ values: [Float], _ part: Double, fallback: Float = 0) -> Float {
        guard !values.isEmpty else { return fallback }
        let sorted = values.sorted()
        return sorted[min(sorted.count - 1, Int(part * Double(sorted.count - 1) + 0.5))]
    }
}
