internal import MeshRendering
internal import Optimization

extension SolveReport {
    /// The answer for people: a line a fact.
    var text: String {
        var facts: [(String, String)] = [
            (
                "problem",
                "\(problem): " + size.map { "\(Numerals.grouped($0.count)) \($0.name)" }.joined(separator: ", ")
            ),
            ("termination", termination.word),
        ]
        if let reason { facts.append(("reason", reason)) }
        if case .null = objective {} else { facts.append(("objective", Self.plain(objective))) }
        if case .null = bound {
        } else {
            let proved = gap.map { $0 == 0 ? "  (gap 0)" : "  (gap \(Numerals.percent($0)))" } ?? ""
            facts.append(("bound", Self.plain(bound) + proved))
        }
        facts.append(("certificate", verdict))
        facts.append(("solver", solver))
        if !counters.isEmpty { facts.append(("statistics", work)) }
        if !solverMessage.isEmpty { facts.append(("message", solverMessage)) }
        facts.append(("seconds", seconds.map { "\($0.name) \(Numerals.seconds($0.value))" }.joined(separator: ", ")))
        let width = facts.map(\.0.count).max() ?? 0
        let lines = facts.map { name, value in
            name + String(repeating: " ", count: width - name.count + 2) + value + "\n"
        }
        return "\(file)\n" + lines.joined() + listing
    }

    private var verdict: String {
        if certificate == "none" { return isVerified ? "none; the solution was checked" : "none" }
        if verification.isVerified { return "\(certificate), verified" }
        return "\(certificate), NOT VERIFIED: " + verification.failures.prefix(3).joined(separator: "; ")
    }

    /// The counters, as `pivots 17`.
    private var work: String {
        counters.map { "\($0.key) \(Numerals.grouped($0.value))" }.joined(separator: ", ")
    }

    private static func plain(_ value: JSONValue) -> String {
        switch value {
        case .integer(let integer): String(integer)
        // People need no more than four decimals; JSON has all of them.
        case .number(let number): "\((number * 1e4).rounded() / 1e4)"
        default: "-"
        }
    }
}

/// Long lists of numbers for people.
enum NumberList {
    /// The numbers with commas; of a long list the first few and how many there are.
    static func short(_ numbers: [Int], limit: Int = 12) -> String {
        let shown = numbers.prefix(limit).map(String.init).joined(separator: ", ")
        return numbers.count > limit ? "\(shown), ... (\(numbers.count) in all)" : shown
    }
}
