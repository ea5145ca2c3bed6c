internal import MeshInstances
internal import Scenarios
internal import Yams

/// A value of a YAML file that knows its line, and refuses what it should not be.
struct YAMLValue {
    let node: Node
    /// The file, for messages.
    let file: String
    /// How messages name the value, such as `variations[2].growth`.
    let path: String

    /// The line, from 1.
    var line: Int { node.mark?.line ?? 1 }

    /// A refusal of this value.
    func error(_ message: String) -> InputError {
        InputError(file: file, line: line, path: path.isEmpty ? nil : path, message: message)
    }

    /// The value in a few words, for messages.
    private var found: String {
        switch node {
        case .scalar(let scalar): "'\(scalar.string.prefix(40))'"
        case .mapping: "a mapping"
        case .sequence: "a list"
        case .alias: "an alias"
        }
    }

    /// A mapping: the values by key. Unknown keys are refused, with the nearest known one.
    func mapping(_ keys: [String]) throws(InputError) -> [String: YAMLValue] {
        guard case .mapping(let mapping) = node else {
            throw error("is \(found); expected a mapping with the keys \(keys.joined(separator: ", "))")
        }
        var values: [String: YAMLValue] = [:]
        for (key, value) in mapping {
            guard case .scalar(let scalar) = key else { throw error("has a key that is no word; expected words") }
            let name = scalar.string
            guard keys.contains(name) else {
                throw InputError(
                    file: file, line: key.mark?.line ?? line, path: path.isEmpty ? nil : path,
                    message: "has the unknown key '\(name)'\(NearestWord.hint(name, among: keys)); expected "
                        + keys.joined(separator: ", "))
            }
            values[name] = YAMLValue(node: value, file: file, path: path.isEmpty ? name : "\(path).\(name)")
        }
        return values
    }

    /// Whether the value is a mapping.
    var isMapping: Bool { if case .mapping = node { true } else { false } }

    /// The elements of a list; a single value stands for a list of one.
    var elements: [YAMLValue] {
        guard case .sequence(let sequence) = node else { return [self] }
        return sequence.enumerated().map { YAMLValue(node: $1, file: file, path: "\(path)[\($0)]") }
    }

    /// A list, which must be one.
    func list(atMost limit: Int = 100_000) throws(InputError) -> [YAMLValue] {
        guard case .sequence(let sequence) = node else { throw error("is \(found); expected a list") }
        guard !sequence.isEmpty else { throw error("is an empty list; expected one element at least") }
        guard sequence.count <= limit else { throw error("has \(sequence.count) elements; expected at most \(limit)") }
        return elements
    }

    /// A text.
    func text() throws(InputError) -> String {
        guard case .scalar(let scalar) = node, !scalar.string.isEmpty else {
            throw error("is \(found); expected a text")
        }
        return scalar.string
    }

    /// `true` or `false`.
    func flag() throws(InputError) -> Bool {
        switch try text() {
        case "true", "yes": true
        case "false", "no": false
        default: throw error("is \(found); expected true or false")
        }
    }

    /// A number in a range.
    func number(in range: ClosedRange<Double>) throws(InputError) -> Double {
        guard case .scalar(let scalar) = node, let value = Double(scalar.string), range.contains(value) else {
            throw error("is \(found); expected a number from \(short(range.lowerBound)) to \(short(range.upperBound))")
        }
        return value
    }

    /// A whole number in a range.
    func integer(in range: ClosedRange<Int>) throws(InputError) -> Int {
        guard case .scalar(let scalar) = node, let value = Int(scalar.string), range.contains(value) else {
            throw error("is \(found); expected a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    /// Numbers: one, a list, `0-23`, or `{from, to, step}`; sums of lists.
    func numbers(in range: ClosedRange<Double>) throws(InputError) -> [Double] {
        if isMapping {
            let keys = try mapping(["from", "to", "step"])
            guard let from = keys["from"], let to = keys["to"] else {
                throw error("lacks 'from' or 'to'; expected both")
            }
            let (start, end) = (try from.number(in: range), try to.number(in: range))
            let step = try keys["step"]?.number(in: 1e-9...1e9) ?? 1
            guard start <= end, (end - start) / step < 100_000 else {
                throw error("runs from \(short(start)) to \(short(end)); expected no more than 100,000 steps upwards")
            }
            return (0...Int(((end - start) / step + 1e-9).rounded(.down))).map {
                ((start + Double($0) * step) * 1e9).rounded() / 1e9
            }
        }
        var numbers: [Double] = []
        for element in elements {
            if case .scalar(let scalar) = element.node, let (low, high) = Self.span(scalar.string) {
                guard low <= high, range.contains(Double(low)), range.contains(Double(high)), high - low < 100_000
                else {
                    throw element.error(
                        "is '\(scalar.string)'; expected a range upwards within \(short(range.lowerBound)) to "
                            + short(range.upperBound))
                }
                numbers += (low...high).map { Double($0) }
            } else {
                numbers.append(try element.number(in: range))
            }
        }
        guard !numbers.isEmpty else { throw error("is empty; expected one number at least") }
        guard numbers.count <= 100_000 else { throw error("has \(numbers.count) numbers; expected at most 100,000") }
        return numbers
    }

    /// `3-7` as its ends.
    private static func span(_ text: String) -> (Int, Int)? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let low = Int(parts[0]), let high = Int(parts[1]) else { return nil }
        return (low, high)
    }

    private func short(_ value: Double) -> String {
        Int(exactly: value).map { String($0) } ?? String(describing: value)
    }
}

extension [String: YAMLValue] {
    /// The value of a key that must be there.
    func required(_ key: String, of owner: YAMLValue) throws(InputError) -> YAMLValue {
        guard let value = self[key] else { throw owner.error("has no key '\(key)'; expected one") }
        return value
    }
}
