/// The series, and which ends of them are kept from the models while these are judged.
struct HoldOut: Sendable {
    let seasons: [Int]
    let horizon: Int
    let series: [PreparedSeries]
    /// How many last values no model may be made with; three horizons when the series are long enough.
    let length: Int
    /// How far ahead models are judged.
    let reach: Int
    /// How many values the series usually have: the middle of the lengths.
    let usualLength: Int

    /// How many origins models are judged from.
    static let originCount = 5

    init(seasons: [Int], horizon: Int, series: [PreparedSeries]) {
        self.seasons = seasons
        self.horizon = horizon
        self.series = series
        let counts = series.map(\.count).sorted()
        usualLength = counts[counts.count / 2]
        let shortest = seasons.first ?? 1
        let farthest = max(WindowShape.longestHorizon, usualLength / 10)
        reach = max(1, min(horizon, farthest, max(shortest, usualLength / 6), usualLength / 3))
        length = max(reach, min(3 * reach, usualLength / 3))
    }

    /// Where models forecast a series from, as numbers of values before its end, farthest first; later ones overlap.
    func origins(of index: Int) -> [Int] {
        let count = series[index].count
        guard count >= 4 else { return [] }
        let possible = (0..<Self.originCount).map { origin in
            length - (length - reach) * origin / (Self.originCount - 1)
        }
        let fitting = Set(possible.filter { count - $0 >= max(2, min(count / 2, seasons.first ?? 1)) })
        return fitting.isEmpty ? [count / 2] : fitting.sorted(by: >)
    }
}
