/// One row of a sweep: a scenario and what its plan comes to. Holds nothing that differs from run to run.
public struct ScenarioResult: Sendable, Hashable, Codable {
    /// The scenario's number.
    public var index: Int
    /// Its name.
    public var name: String
    /// Its family.
    public var family: String
    /// Its steps, axis by axis.
    public var steps: [Label]
    /// How the plan was found.
    public var method: Method
    /// The figures.
    public var figures: ScenarioFigures
    /// What binds the plan: see ``BindingConstraint``.
    public var binding: String
    /// The assertions that do not hold, by number in the study.
    public var failed: [Int]
    /// Whether the checker has looked at the plan and found it right; `nil` where it was not asked.
    public var verified: Bool?
    /// Rented servers by site.
    public var servers: [String: Int]

    enum CodingKeys: String, CodingKey {
        case index, name, family, steps, method, figures, binding, failed, verified, servers
    }

    /// An axis and which alternative of it.
    public struct Label: Sendable, Hashable, Codable {
        /// The axis.
        public var axis: String
        /// The alternative.
        public var label: String
        /// The kind of group that fails, if one does.
        public var loss: String?

        enum CodingKeys: String, CodingKey {
            case axis, label, loss
        }
    }

    /// How a plan was found.
    public enum Method: String, Sendable, Hashable, Codable {
        /// By the planner from nothing, as `rmc plan` does.
        case cold
        /// From the plan of the neighbouring scenario.
        case warm
    }

    /// How many groups fail in it.
    public var losses: Int { steps.count { $0.loss != nil } }
}

extension ScenarioResult {
    /// The row as one line of JSON, without the newline.
    public var jsonLine: String {
        var line = JSONLine()
        line.add("index", index)
        line.add("name", name)
        line.add("family", family)
        line.add(
            "steps",
            raw: "["
                + steps.map { step in
                    var line = JSONLine()
                    line.add("axis", step.axis)
                    line.add("label", step.label)
                    if let loss = step.loss { line.add("loss", loss) }
                    return line.text
                }.joined(separator: ",") + "]")
        line.add("method", method.rawValue)
        line.add("figures", raw: figures.json)
        line.add("binding", binding)
        line.add("failed", raw: "[" + failed.map(String.init).joined(separator: ",") + "]")
        if let verified { line.add("verified", raw: verified ? "true" : "false") }
        var sites = JSONLine()
        for (site, count) in servers.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            sites.add(site, count)
        }
        line.add("servers", raw: sites.text)
        return line.text
    }

    /// The columns of the CSV form: the axes of the sweep stand between name and method.
    public static func csvHeading(axes: [String]) -> String {
        let figures = ScenarioFigures.CodingKeys.allCases.map(\.rawValue)
        return (["index", "name", "family"] + axes + ["method"] + figures + ["binding", "failed", "verified"])
            .map(CSVCell.quoted).joined(separator: ",")
    }

    /// The row of the CSV form.
    ///
    /// - Parameter assertions: the texts of the study's assertions.
    public func csvLine(axes: [String], assertions: [String]) -> String {
        let labels = axes.map { axis in
            steps.filter { $0.axis == axis }.map(\.label).joined(separator: "+")
        }
        let failures = failed.map { assertions.indices.contains($0) ? assertions[$0] : String($0) }
        let cells =
            [String(index), name, family] + labels + [method.rawValue] + figures.cells
            + [binding, failures.joined(separator: "; "), verified.map { $0 ? "yes" : "no" } ?? ""]
        return cells.map(CSVCell.quoted).joined(separator: ",")
    }
}

extension ScenarioFigures {
    fileprivate var json: String {
        var line = JSONLine()
        for (key, cell) in zip(CodingKeys.allCases, cells) { line.add(key.rawValue, raw: cell) }
        return line.text
    }

    /// The figures as they are written, in the order of the keys.
    fileprivate var cells: [String] {
        CodingKeys.allCases.map { key in
            switch key {
            case .cost: Self.number(cost)
            case .bound: Self.number(bound)
            case .gap: Self.number(gap)
            case .interaction: Self.number(interaction)
            case .rent: Self.number(rent)
            case .leftOut: Self.number(leftOut)
            case .participants: String(participants)
            case .served: String(served)
            case .unserved: String(unserved)
            case .servers: String(servers)
            case .sites: String(sites)
            case .mean: Self.number(mean)
            case .p50: Self.number(p50)
            case .p95: Self.number(p95)
            case .max: Self.number(max)
            case .displaced: String(displaced)
            }
        }
    }

    private static func number(_ value: Double) -> String {
        guard value.isFinite else { return "0" }
        if let whole = Int64(exactly: value) { return String(whole) }
        return String(describing: value)
    }
}

/// A JSON object on one line.
package struct JSONLine {
    private var members: [String] = []

    package init() {}

    /// The object.
    package var text: String { "{" + members.joined(separator: ",") + "}" }

    package mutating func add(_ key: String, raw value: String) { members.append(Self.quoted(key) + ":" + value) }
    package mutating func add(_ key: String, _ value: Int) { add(key, raw: String(value)) }
    package mutating func add(_ key: String, _ value: String) { add(key, raw: Self.quoted(value)) }
    package mutating func add(_ key: String, _ value: Double) {
        add(key, raw: value.isFinite ? String(describing: value) : "null")
    }

    /// A string in quotation marks.
    package static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case _
            where scalar.value < 0x20 || scalar == "<" || scalar.value == 0x7F || scalar.value == 0x2028
                || scalar.value == 0x2029:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}

/// A field of a CSV file (RFC 4180).
package enum CSVCell {
    /// In quotation marks where that is needed.
    package static func quoted(_ text: String) -> String {
        guard text.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
}
