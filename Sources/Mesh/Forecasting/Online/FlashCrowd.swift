/// Detects demand that seasons do not explain, and says how much of it there is.
///
/// Two values in a row above what was expected by more than six times the usual error and by more than a quarter of the
/// expected demand switch it on; it ends when the excess has fallen to a tenth of its height. A
/// single such value is passed over. Detection only: nobody can
/// forecast the first value of a crowd.
struct FlashCrowd: Sendable, Hashable, Codable {
    /// Whether there is one now.
    private(set) var isOn = false
    /// How far the last value was above what seasons explain, while it is on.
    private(set) var excess = 0.0
    private var peak = 0.0
    private var surprises = 0
    private var length = 0
    private var rest = 0

    /// What part of the excess is expected to be there a step later.
    private static let persistence = 0.97
    /// How many errors must be known before anything counts as unusual.
    private static let leastErrors = 30
    /// How many values, at most, a crowd lasts: by then it is the new level.
    private static let longest = 24
    /// How many values models then have to learn the new level, before a crowd is looked for again.
    private static let learning = 48

    /// Whether the last value is no guide to the usual demand: a crowd, or a first sign of one.
    var isSuspect: Bool { isOn || surprises > 0 }

    mutating func observe(_ value: Double?, expected: Double, usual: () -> [Double]) {
        guard let value else { return }
        let above = value - expected
        if isOn {
            excess = above
            peak = max(peak, above)
            length += 1
            if above < peak / 10 || length >= Self.longest {
                let isNewLevel = above >= peak / 10
                self = FlashCrowd()
                rest = isNewLevel ? Self.learning : 0
            }
            return
        }
        guard rest == 0 else {
            rest -= 1
            return
        }
        guard above > 0, above > abs(expected) / 4 else {
            surprises = 0
            return
        }
        let sizes = usual().map { abs($0) }.sorted()
        guard sizes.count >= Self.leastErrors, above > 6 * sizes[sizes.count / 2] else {
            surprises = 0
            return
        }
        surprises += 1
        if surprises >= 2 {
            isOn = true
            excess = above
            peak = above
            length = 0
        }
    }

    /// The excess that is expected some steps after the next.
    func excess(after step: Int) -> Double {
        guard isOn else { return 0 }
        var left = excess
        for _ in 0...min(step, 1_000) { left *= Self.persistence }
        return left
    }
}
