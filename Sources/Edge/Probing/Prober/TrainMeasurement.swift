/// What came of one train.
struct TrainMeasurement: Sendable {
    /// What the responder says arrived; `nil` if it did not say.
    var report: TrainReport?
    /// How its reflections came back.
    var reflections = TrainSpacing()

    /// The middle one of those that are known: cross traffic spreads a train or pushes it together, and the middle resists both.
    static func median(of bandwidths: [Double?]) -> Double? {
        let known = bandwidths.compactMap { $0 }.sorted()
        return known.isEmpty ? nil : known[known.count / 2]
    }
}
