internal import Foundation

/// A JSON document that keeps the order of its keys, so that people find things where the interface shows them.
enum JSONValue {
    case null
    case bool(Bool)
    case integer(Int64)
    /// A number that JSON cannot hold is written as null.
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([(String, JSONValue)])

    /// The value, or null.
    static func optional<Value>(_ value: Value?, _ wrap: (Value) -> JSONValue) -> JSONValue {
        value.map(wrap) ?? .null
    }

    /// An array of integers.
    static func integers(_ values: some Sequence<some BinaryInteger>) -> JSONValue {
        .array(values.map { .integer(Int64($0)) })
    }

    /// A number of type double, written as an integer where it is one.
    static func exact(_ value: Double) -> JSONValue {
        Int64(exactly: value).map { $0.magnitude < 1 << 53 ? .integer($0) : .number(value) } ?? .number(value)
    }

    /// The document, indented by two blanks a level, with a newline at its end. Arrays of plain values take one line.
    var document: String {
        var text = ""
        write(into: &text, indentation: "")
        return text + "\n"
    }

    /// The value as people read it, without quotation marks.
    var words: String {
        if case .string(let text) = self { return text }
        var text = ""
        write(into: &text, indentation: "")
        return text
    }

    private var isPlain: Bool {
        switch self {
        case .array, .object: false
        case .null, .bool, .integer, .number, .string: true
        }
    }

    private func write(into text: inout String, indentation: String) {
        switch self {
        case .null: text += "null"
        case .bool(let value): text += value ? "true" : "false"
        case .integer(let value): text += String(value)
        case .number(let value): text += value.isFinite ? String(describing: value) : "null"
        case .string(let value): Self.quote(value, into: &text)
        case .array(let values) where values.allSatisfy(\.isPlain):
            text += "["
            for (index, value) in values.enumerated() {
                if index > 0 { text += ", " }
                value.write(into: &text, indentation: "")
            }
            text += "]"
        case .array(let values):
            Self.writeLines(values, brackets: ("[", "]"), into: &text, indentation) { value, text, inner in
                value.write(into: &text, indentation: inner)
            }
        case .object(let members) where members.isEmpty:
            text += "{}"
        case .object(let members):
            Self.writeLines(members, brackets: ("{", "}"), into: &text, indentation) { member, text, inner in
                Self.quote(member.0, into: &text)
                text += ": "
                member.1.write(into: &text, indentation: inner)
            }
        }
    }

    private static func writeLines<Item>(
        _ items: [Item], brackets: (String, String), into text: inout String, _ indentation: String,
        write: (Item, inout String, String) -> Void
    ) {
        let inner = indentation + "  "
        text += brackets.0 + "\n"
        for (index, item) in items.enumerated() {
            text += inner
            write(item, &text, inner)
            text += index + 1 < items.count ? ",\n" : "\n"
        }
        text += indentation + brackets.1
    }

    private static func quote(_ value: String, into text: inout String) {
        text += "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\t": text += "\\t"
            case "\r": text += "\\r"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}

extension JSONValue: ExpressibleByDictionaryLiteral, ExpressibleByStringLiteral {
    init(dictionaryLiteral elements: (String, JSONValue)...) { self = .object(elements) }
    init(stringLiteral value: String) { self = .string(value) }
}
