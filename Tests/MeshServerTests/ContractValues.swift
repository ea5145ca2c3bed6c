import Foundation
import MeshAPI
import TestSupport
import Yams

/// A value of JSON as it is spelled: numbers keep all their digits, whatever a double makes of them.
indirect enum Spelled {
    /// As it stands.
    case raw(String)
    case text(String)
    case list([Spelled])
    case object([(key: String, value: Spelled)])

    var json: String {
        switch self {
        case .raw(let text): text
        case .text(let text):
            "\""
                + text.unicodeScalars.map { scalar in
                    switch scalar {
                    case "\"": "\\\""
                    case "\\": "\\\\"
                    case _ where scalar.value < 0x20:
                        "\\u" + String(repeating: "0", count: 4 - String(scalar.value, radix: 16).count)
                            + String(scalar.value, radix: 16)
                    default: String(scalar)
                    }
                }.joined() + "\""
        case .list(let items): "[" + items.map(\.json).joined(separator: ",") + "]"
        case .object(let members):
            "{" + members.map { Spelled.text($0.key).json + ":" + $0.value.json }.joined(separator: ",") + "}"
        }
    }

    /// The same with the value at a place replaced; places count in the order of ``count``.
    func replacing(_ place: Int, with make: (String) -> Spelled, path: String = "") -> Spelled {
        if place == 0 { return make(path) }
        var left = place - 1
        switch self {
        case .raw, .text: return self
        case .list(var items):
            for index in items.indices {
                if left < items[index].count {
                    items[index] = items[index].replacing(left, with: make, path: path + "/*")
                    return .list(items)
                }
                left -= items[index].count
            }
            return self
        case .object(var members):
            for index in members.indices {
                if left < members[index].value.count {
                    members[index].value = members[index].value.replacing(
                        left, with: make, path: path + "/" + members[index].key)
                    return .object(members)
                }
                left -= members[index].value.count
            }
            return self
        }
    }

    /// How many values it is made of, itself counted.
    var count: Int {
        switch self {
        case .raw, .text: 1
        case .list(let items): items.reduce(1) { $0 + $1.count }
        case .object(let members): members.reduce(1) { $0 + $1.value.count }
        }
    }
}

/// The interface as `openapi.yaml` has it, and values of its schemas: right ones, and the extremes of every kind.
struct Contract {
    /// An operation of the interface.
    struct Operation {
        var method: String
        var path: String
        var parameters: [(name: String, place: String, schema: [String: Any])]
        var body: [String: Any]?
        var isLines: Bool
    }

    private let root: [String: Any]
    private(set) var operations: [Operation] = []

    init() throws {
        let text = String(decoding: InterfaceDescription.openAPI, as: UTF8.self)
        root = try Yams.load(yaml: text) as? [String: Any] ?? [:]
        for (path, value) in (root["paths"] as? [String: Any] ?? [:]).sorted(by: { $0.key < $1.key }) {
            for (method, value) in (value as? [String: Any] ?? [:]).sorted(by: { $0.key < $1.key }) {
                let operation = value as? [String: Any] ?? [:]
                let parameters = (operation["parameters"] as? [[String: Any]] ?? []).map { resolve($0) }
                let content = (operation["requestBody"] as? [String: Any])?["content"] as? [String: Any]
                let type = content?.keys.first
                operations.append(
                    Operation(
                        method: method.uppercased(), path: path,
                        parameters: parameters.map {
                            (
                                $0["name"] as? String ?? "", $0["in"] as? String ?? "",
                                $0["schema"] as? [String: Any] ?? [:]
                            )
                        },
                        body: type.flatMap { (content?[$0] as? [String: Any])?["schema"] as? [String: Any] },
                        isLines: type == "application/x-ndjson"))
            }
        }
    }

    /// The schema of a name.
    func schema(_ name: String) -> [String: Any] { resolve(["$ref": "#/components/schemas/\(name)"]) }

    func resolve(_ schema: [String: Any]) -> [String: Any] {
        guard let reference = schema["$ref"] as? String else { return schema }
        var found: Any? = root
        for part in reference.split(separator: "/").dropFirst() { found = (found as? [String: Any])?[String(part)] }
        return resolve(found as? [String: Any] ?? [:])
    }

    private func number(_ any: Any?) -> Double? {
        (any as? NSNumber)?.doubleValue ?? (any as? Int).map(Double.init) ?? any as? Double
    }

    private func types(_ schema: [String: Any]) -> [String] {
        (schema["type"] as? [String]) ?? (schema["type"] as? String).map { [$0] } ?? []
    }

    /// A value that the schema allows; what may be absent is there half of the time.
    func right(_ given: [String: Any], _ random: inout SplitMix64, names: [String: [String]], key: String = "")
        -> Spelled
    {
        let schema = resolve(given)
        if let known = names[key]?.randomElement(using: &random) { return .text(known) }
        if let choices = schema["enum"] as? [Any] { return .text("\(choices.randomElement(using: &random) ?? "")") }
        if let choices = schema["oneOf"] as? [[String: Any]], let one = choices.randomElement(using: &random) {
            return right(one, &random, names: names, key: key)
        }
        switch types(schema).first {
        case "object":
            let required = Set(schema["required"] as? [String] ?? [])
            let properties = schema["properties"] as? [String: Any] ?? [:]
            var members: [(key: String, value: Spelled)] = []
            for (name, value) in properties.sorted(by: { $0.key < $1.key })
            where required.contains(name) || Bool.random(using: &random) {
                members.append((name, right(value as? [String: Any] ?? [:], &random, names: names, key: name)))
            }
            if properties.isEmpty, let any = schema["additionalProperties"] as? [String: Any] {
                members.append(("some", right(any, &random, names: names)))
            }
            return .object(members)
        case "array":
            let items = schema["items"] as? [String: Any] ?? [:]
            let least = Int(number(schema["minItems"]) ?? 0)
            return .list(
                (0..<max(least, Int.random(in: 0...3, using: &random))).map { _ in
                    right(items, &random, names: names, key: key)
                })
        case "integer":
            let least = number(schema["minimum"]) ?? 0
            let most = number(schema["maximum"]) ?? 100
            return .raw("\(Int.random(in: Int(least)...Int(min(most, least + 1000)), using: &random))")
        case "number":
            let least = number(schema["minimum"]) ?? 0
            let most = number(schema["maximum"]) ?? 100
            return .raw("\(Double.random(in: least...min(most, least + 1000), using: &random))")
        case "boolean": return .raw(Bool.random(using: &random) ? "true" : "false")
        default:
            if schema["format"] as? String == "date-time" {
                return .text(["2026-01-01T20:00:00Z", "2026-01-02T21:30:00.250Z"].randomElement(using: &random) ?? "")
            }
            return .text("n\(Int.random(in: 0..<40, using: &random))")
        }
    }

    /// Numbers at the ends of what there is.
    static let numbers = [
        "0", "-0", "-0.0", "1", "-1", "0.5", "1e-304", "5e-324", "2.2250738585072014e-308", "-5e-324", "1e308",
        "1.7976931348623157e308", "-1.7976931348623157e308", "1e400", "2147483647", "2147483648", "-2147483648",
        "4294967295", "4294967296", "9007199254740991", "9007199254740992", "4611686018427387903",
        "4611686018427387904", "9223372036854775807", "9223372036854775808", "-9223372036854775808",
        "18446744073709551615", "18446744073709551616", "90", "-90", "180", "-180", "4095", "4096", "60000",
        "1000000", "1000000000", "NaN", "Infinity", "-Infinity", "1e-7", "0.1",
    ]
    /// Words that are no numbers.
    static let words = [
        "", "x", "..", ".", "-x", "NaN", "nan", "null", "/", "%00", "\u{0}", "\u{7F}", "é", "\u{1F600}", "a b", "fra",
        "s1/p0", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z", "-0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z",
        "2026-02-30T25:61:61Z", "+275760-09-13T00:00:00Z", String(repeating: "9", count: 128),
        String(repeating: "a", count: 128), String(repeating: "a", count: 129), String(repeating: "b", count: 256),
        String(repeating: "c", count: 257), String(repeating: "d", count: 20_000),
    ]

    /// An extreme of any kind, or an end of what the contract allows somewhere.
    static func extreme(_ random: inout SplitMix64) -> Spelled {
        switch Int.random(in: 0..<10, using: &random) {
        case 0..<6: .raw(numbers.randomElement(using: &random) ?? "0")
        case 6..<8: .text(words.randomElement(using: &random) ?? "")
        default:
            [
                .raw("null"), .raw("true"), .list([]), .object([]), .list([.list([])]),
                .object([(key: "a", value: .raw("1"))]),
            ]
            .randomElement(using: &random) ?? .raw("null")
        }
    }
}
