import Foundation

/// A JSON text (RFC 8259) as a tree that keeps the order of members.
///
/// Foundation's decoder stops at the first field that is wrong and keeps the last of duplicate keys; here a request
/// hears of all its faults at once, each by its pointer.
indirect enum JSONTree: Sendable, Hashable {
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case array([JSONTree])
    case object([Member])

    struct Member: Sendable, Hashable {
        var key: String
        var value: JSONTree
    }

    /// What kind of value it is, in words.
    var kind: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }

    /// Why a text is no JSON.
    struct Malformed: Error, CustomStringConvertible {
        let offset: Int
        let expected: String
        var description: String { "the body is no JSON: at byte \(offset), expected \(expected)" }
    }

    /// Nesting deeper than this is refused.
    static let depthLimit = 32

    /// Reads a text.
    ///
    /// - Complexity: O(bytes).
    static func parse(_ bytes: [UInt8]) throws(Malformed) -> JSONTree {
        var parser = Parser(bytes: bytes)
        let value = try parser.value(depth: 0)
        parser.skipSpace()
        guard parser.position == bytes.count else { throw parser.malformed("nothing after the value") }
        return value
    }

    private struct Parser {
        let bytes: [UInt8]
        var position = 0

        func malformed(_ expected: String) -> Malformed { Malformed(offset: position, expected: expected) }

        mutating func skipSpace() {
            while position < bytes.count {
                switch bytes[position] {
                case 0x20, 0x09, 0x0A, 0x0D: position += 1
                default: return
                }
            }
        }

        private mutating func peek() -> UInt8? {
            skipSpace()
            return position < bytes.count ? bytes[position] : nil
        }

        mutating func value(depth: Int) throws(Malformed) -> JSONTree {
            guard depth < JSONTree.depthLimit else {
                throw malformed("no more than \(JSONTree.depthLimit) levels of nesting")
            }
            switch peek() {
            case UInt8(ascii: "{"): return try object(depth: depth)
            case UInt8(ascii: "["): return try array(depth: depth)
            case UInt8(ascii: "\""): return .string(try string())
            case UInt8(ascii: "t"): return try word("true", .bool(true))
            case UInt8(ascii: "f"): return try word("false", .bool(false))
            case UInt8(ascii: "n"): return try word("null", .null)
            default: return try number()
            }
        }

        private mutating func word(_ text: StaticString, _ value: JSONTree) throws(Malformed) -> JSONTree {
            let expected = Array(text.description.utf8)
            guard bytes[position...].starts(with: expected) else { throw malformed("a value") }
            position += expected.count
            return value
        }

        private mutating func object(depth: Int) throws(Malformed) -> JSONTree {
            position += 1
            var members: [Member] = []
            if peek() == UInt8(ascii: "}") {
                position += 1
                return .object(members)
            }
            while true {
                guard peek() == UInt8(ascii: "\"") else { throw malformed("a key in quotation marks") }
                let key = try string()
                guard peek() == UInt8(ascii: ":") else { throw malformed("a colon") }
                position += 1
                members.append(Member(key: key, value: try value(depth: depth + 1)))
                switch peek() {
                case UInt8(ascii: ","): position += 1
                case UInt8(ascii: "}"):
                    position += 1
                    return .object(members)
                default: throw malformed("a comma or the end of the object")
                }
            }
        }

        private mutating func array(depth: Int) throws(Malformed) -> JSONTree {
            position += 1
            var items: [JSONTree] = []
            if peek() == UInt8(ascii: "]") {
                position += 1
                return .array(items)
            }
            while true {
                items.append(try value(depth: depth + 1))
                switch peek() {
                case UInt8(ascii: ","): position += 1
                case UInt8(ascii: "]"):
                    position += 1
                    return .array(items)
                default: throw malformed("a comma or the end of the array")
                }
            }
        }

        private mutating func number() throws(Malformed) -> JSONTree {
            let start = position
            func digits() -> Int {
                var count = 0
                while position + count < bytes.count, (0x30...0x39).contains(bytes[position + count]) { count += 1 }
                return count
            }
            if position < bytes.count, bytes[position] == UInt8(ascii: "-") { position += 1 }
            let whole = digits()
            guard whole > 0, whole == 1 || bytes[position] != UInt8(ascii: "0") else { throw malformed("a value") }
            position += whole
            if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
                position += 1
                let count = digits()
                guard count > 0 else { throw malformed("a digit") }
                position += count
            }
            if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
                position += 1
                if position < bytes.count, bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-")
                {
                    position += 1
                }
                let count = digits()
                guard count > 0 else { throw malformed("a digit") }
                position += count
            }
            guard let value = Double(String(decoding: bytes[start..<position], as: UTF8.self)), value.isFinite else {
                throw malformed("a number that a double can hold")
            }
            return .number(value)
        }

        private mutating func string() throws(Malformed) -> String {
            position += 1
            let start = position
            // Most strings hold no escape: found by a plain scan.
            while position < bytes.count, bytes[position] >= 0x20, bytes[position] != UInt8(ascii: "\""),
                bytes[position] != UInt8(ascii: "\\")
            { position += 1 }
            if position < bytes.count, bytes[position] == UInt8(ascii: "\"") {
                defer { position += 1 }
                guard let valid = String(validating: bytes[start..<position], as: UTF8.self) else {
                    throw malformed("a string in UTF-8")
                }
                return valid
            }
            var text = Array(bytes[start..<position])
            while true {
                guard position < bytes.count else { throw malformed("the end of the string") }
                switch bytes[position] {
                case UInt8(ascii: "\""):
                    position += 1
                    guard let valid = String(validating: text, as: UTF8.self) else {
                        throw malformed("a string in UTF-8")
                    }
                    return valid
                case UInt8(ascii: "\\"): try escape(into: &text)
                case ..<0x20: throw malformed("control characters as escapes")
                default:
                    text.append(bytes[position])
                    position += 1
                }
            }
        }

        private mutating func escape(into text: inout [UInt8]) throws(Malformed) {
            guard position + 1 < bytes.count else { throw malformed("an escape") }
            position += 2
            switch bytes[position - 1] {
            case UInt8(ascii: "n"): text.append(0x0A)
            case UInt8(ascii: "t"): text.append(0x09)
            case UInt8(ascii: "r"): text.append(0x0D)
            case UInt8(ascii: "b"): text.append(0x08)
            case UInt8(ascii: "f"): text.append(0x0C)
            case UInt8(ascii: "u"):
                var unit = UInt32(try hexadecimal())
                if (0xD800..<0xDC00).contains(unit) {
                    guard position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
                        bytes[position + 1] == UInt8(ascii: "u")
                    else { throw malformed("the second half of a surrogate pair") }
                    position += 2
                    let low = UInt32(try hexadecimal())
                    guard (0xDC00..<0xE000).contains(low) else {
                        throw malformed("the second half of a surrogate pair")
                    }
                    unit = 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)
                }
                guard let scalar = Unicode.Scalar(unit) else { throw malformed("a Unicode scalar") }
                text.append(contentsOf: Array(String(scalar).utf8))
            case let plain where [UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/")].contains(plain):
                text.append(plain)
            default: throw malformed("an escape")
            }
        }

        private mutating func hexadecimal() throws(Malformed) -> UInt16 {
            guard position + 4 <= bytes.count,
                bytes[position..<position + 4].allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
                let unit = UInt16(String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16)
            else { throw malformed("four hexadecimal digits") }
            position += 4
            return unit
        }
    }
}
