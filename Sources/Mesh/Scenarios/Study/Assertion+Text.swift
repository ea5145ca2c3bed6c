extension Assertion {
    /// Reads an assertion from words.
    ///
    /// A figure (``Metric``, with `pair latency` after it if one likes), a comparison (`<=`, `>=`, `<`, `>`, `=`), a number,
    /// a unit (`ms`, `%` of a gap), and, after `under`, where it must hold: `any single region loss`, `any double site loss`,
    /// `any loss`, `the base`, the name of a variation, or the name of a scenario with `*` for anything.
    ///
    /// - Throws: ``StudyError`` that says what was expected.
    public init(_ text: String, line: Int, axes: [String]) throws(StudyError) {
        let parts = text.split(separator: " under ", maxSplits: 1, omittingEmptySubsequences: false)
        var words = Self.words(parts[0])
        func refuse(_ what: String) -> StudyError { StudyError(line: line, "the assertion '\(text)' \(what)") }
        let names = Metric.allCases.map(\.rawValue).joined(separator: ", ")
        guard let first = words.first else { throw refuse("is empty; expected such as 'p95 <= 120 ms'") }
        guard let metric = Metric(rawValue: first) else {
            let hint = NearestWord.hint(first, among: Metric.allCases.map(\.rawValue))
            throw refuse("asks for '\(first)'\(hint); expected one of \(names)")
        }
        words.removeFirst()
        while let word = words.first, ["pair", "latency", "of", "participants"].contains(word) { words.removeFirst() }
        guard let sign = words.first, let comparison = Comparison(rawValue: sign == "==" ? "=" : sign) else {
            throw refuse("has no comparison after '\(first)'; expected <=, >=, <, > or =")
        }
        words.removeFirst()
        guard let number = words.first, let limit = Double(number.replacing(",", with: "")), limit.isFinite else {
            throw refuse("has no number after '\(sign)'; expected one")
        }
        words.removeFirst()
        var scale = 1.0
        if let unit = words.first {
            guard unit == "ms" || unit == "%" && metric == .gap else {
                throw refuse("ends with '\(unit)'; expected ms, or 'under' and where it must hold")
            }
            if unit == "%" { scale = 0.01 }
            words.removeFirst()
        }
        if let word = words.first { throw refuse("has '\(word)' too many; expected 'under' and where it must hold") }
        let scope = parts.count > 1 ? try Self.scope(String(parts[1]), axes: axes, refuse: refuse) : .all
        self.init(
            text: text, metric: metric, comparison: comparison, limit: limit * scale, scope: scope, line: line)
    }

    /// Words and signs, whether or not there are blanks between them.
    private static func words(_ text: Substring) -> [String] {
        var spaced = ""
        for character in text {
            let isSign = "<>=".contains(character)
            if let last = spaced.last, last != " ", isSign != "<>=".contains(last) { spaced += isSign ? " " : "" }
            if !isSign, let last = spaced.last, "<>=".contains(last) { spaced += " " }
            if character == "%" { spaced += " " }
            spaced.append(character)
        }
        return spaced.split(separator: " ").map(String.init)
    }

    private static func scope(
        _ text: String, axes: [String], refuse: (String) -> StudyError
    ) throws(StudyError) -> Scope {
        let words = text.split(separator: " ").map(String.init)
        if words == ["the", "base"] || words == ["base"] { return .base }
        if words.first == "any", ["loss", "losses"].contains(words.last) {
            let middle = words.dropFirst().dropLast()
            var count: Int?
            var kind: RiskKind?
            for word in middle {
                switch word {
                case "single": count = 1
                case "double": count = 2
                default:
                    guard let found = RiskKind(rawValue: word) else {
                        throw refuse(
                            "speaks of the loss of a '\(word)'\(NearestWord.hint(word, among: RiskKind.allCases.map(\.rawValue)))"
                                + "; expected site, provider, region or group, after 'single' or 'double'")
                    }
                    kind = found
                }
            }
            return .losses(count, kind)
        }
        if words.count == 1 || words.count == 2 && words[0] == "any", let name = words.last {
            if axes.contains(name) { return .axis(name) }
            if name.contains("*") || name.contains("=") { return .named(name) }
            throw refuse(
                "is to hold under '\(text)'\(NearestWord.hint(name, among: axes)); expected 'any single region loss', "
                    + "'the base', a variation's name or a scenario's")
        }
        return .named(text)
    }
}

/// The known word that an unknown one was probably meant to be.
public enum NearestWord {
    /// ` (did you mean 'x'?)`, or nothing when no word is near.
    public static func hint(_ word: String, among known: [String]) -> String {
        nearest(to: word, among: known).map { " (did you mean '\($0)'?)" } ?? ""
    }

    /// The word at the least edit distance, if that is no more than a third of the length, and at least 2.
    public static func nearest(to word: String, among known: [String]) -> String? {
        let limit = max(2, word.count / 3)
        let distances = known.map { (distance(Array(word), Array($0)), $0) }
        return distances.filter { $0.0 <= limit }.min { ($0.0, $0.1) < ($1.0, $1.1) }?.1
    }

    /// Insertions, deletions and replacements that lead from one to the other (Levenshtein).
    private static func distance(_ one: [Character], _ other: [Character]) -> Int {
        var row = Array(0...other.count)
        for (index, character) in one.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for (column, against) in other.enumerated() {
                let next = min(row[column] + 1, row[column + 1] + 1, diagonal + (character == against ? 0 : 1))
                diagonal = row[column + 1]
                row[column + 1] = next
            }
        }
        return row[other.count]
    }
}
