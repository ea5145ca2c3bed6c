extension Study {
    /// Finds two assertions of the same scope and figure that no number meets.
    ///
    /// - Throws: ``StudyError`` at the later of the two.
    public func checkContradictions() throws(StudyError) {
        for (number, one) in assertions.enumerated() {
            for other in assertions[..<number] where one.metric == other.metric && Self.overlap(one, other) {
                guard Self.exclude(one, other) else { continue }
                throw StudyError(
                    line: one.line,
                    "the assertion '\(one.text)' contradicts '\(other.text)' in line \(other.line); expected limits that "
                        + "one figure can meet")
            }
        }
    }

    /// Whether some scenario is spoken of by both, as far as the scopes alone tell.
    private static func overlap(_ one: Assertion, _ other: Assertion) -> Bool {
        one.scope == other.scope || one.scope == .all || other.scope == .all
    }

    /// Whether no number meets both.
    private static func exclude(_ one: Assertion, _ other: Assertion) -> Bool {
        let (low, high) = (max(interval(one).low, interval(other).low), min(interval(one).high, interval(other).high))
        if low > high { return true }
        guard low == high else { return false }
        let isOpen = [one, other].contains { assertion in
            (assertion.comparison == .below || assertion.comparison == .above) && assertion.limit == low
        }
        return isOpen
    }

    private static func interval(_ assertion: Assertion) -> (low: Double, high: Double) {
        switch assertion.comparison {
        case .atMost, .below: (-.infinity, assertion.limit)
        case .atLeast, .above: (assertion.limit, .infinity)
        case .equal: (assertion.limit, assertion.limit)
        }
    }
}
