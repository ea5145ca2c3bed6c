import MeshInstances
import TestSupport

/// How one program or another writes a table: the same cells in many dresses.
struct TableStyle {
    var separator: String
    var lineEnd: String
    var hasMark: Bool
    var hasBlankLines: Bool
    var hasTrailingSeparators: Bool
    /// 0: quotation marks where they are needed; 1: everywhere; 2: here and there.
    var quoting: Int

    init(_ random: inout SplitMix64) {
        separator = random.element(of: [",", ";", "\t", ","])
        lineEnd = random.element(of: ["\n", "\r\n", "\r", "\n"])
        hasMark = random.chance(0.2)
        hasBlankLines = random.chance(0.2)
        hasTrailingSeparators = random.chance(0.15)
        quoting = random.integer(0...2)
    }

    /// The table's bytes.
    func bytes(_ rows: [[String]], _ random: inout SplitMix64) -> [UInt8] {
        var text = ""
        for row in rows {
            if hasBlankLines, random.chance(0.3) { text += random.element(of: ["", " ", "  "]) + lineEnd }
            text += row.map { field($0, &random) }.joined(separator: separator)
            text += (hasTrailingSeparators ? separator : "") + lineEnd
        }
        return (hasMark ? [0xEF, 0xBB, 0xBF] : []) + Array(text.utf8)
    }

    private func field(_ text: String, _ random: inout SplitMix64) -> String {
        let mustQuote = [",", ";", "\t", "\"", "\n"].contains { text.contains($0) }
        let isQuoted = mustQuote || quoting == 1 || quoting == 2 && random.chance(0.3)
        let body =
            isQuoted
            ? "\"\(text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\""))\"" : text
        return random.chance(0.1) ? " \(body) " : body
    }
}

/// Latencies between named nodes, and what a file must give back.
struct MatrixSample {
    var names: [String]
    /// Milliseconds by row and column; `nil` where nobody measured.
    var values: [[Double?]]

    static let missing = ["", "0", "-1", "NA", "n/a", "NaN", "null", "None", "-", "?", "0.0", "-1.0"]

    init(_ random: inout SplitMix64, nodes: Int, names: [String]) {
        self.names = names
        values = (0..<nodes).map { row in
            (0..<nodes).map { column in
                row == column || random.chance(0.15) ? nil : Double(random.integer(1...99_999)) / 100 + 0.001
            }
        }
    }

    /// A cell as some program writes it.
    static func cell(_ value: Double?, _ random: inout SplitMix64) -> String {
        value.map { random.chance(0.1) ? "\($0)e0" : "\($0)" } ?? random.element(of: missing)
    }

    /// Names of one kind or another, all different.
    static func names(_ count: Int, _ random: inout SplitMix64, onlyWords: Bool = false) -> [String] {
        switch random.integer(0...(onlyWords ? 2 : 4)) {
        case 0: return (0..<count).map { "n\($0)" }
        case 1: return (0..<count).map { "City \($0), \"old\"" }
        case 2: return (0..<count).map { $0 == 0 ? "NA" : "東京; \($0)" }
        case 3: return (0..<count).map { "\($0)" }
        default: return (0..<count).map { "\(1_000 + 37 * $0)" }
        }
    }
}
