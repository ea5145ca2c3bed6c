/// Walks over an XML text element by element, with line numbers: enough for GraphML and SNDlib.
///
/// Knows elements, attributes, text, comments, declarations and the five named entities. Document types are passed over,
/// entities of their own are not expanded: so a small file stays small.
struct XMLScanner {
    /// What comes next in a text.
    enum Event: Equatable {
        case start(String, [String: String])
        case end(String)
        case text(String)
    }

    private let file: InputFile
    private let bytes: [UInt8]
    private var position = 0
    /// The line of the last event, from 1.
    private(set) var line = 1
    private var nextLine = 1
    private var open: [String] = []
    private var pendingEnd: String?

    /// The deepest nesting.
    private static let depth = 200

    init(_ file: InputFile) {
        self.file = file
        bytes = file.bytes
    }

    func error(_ message: String) -> InputError { InputError(file: file.name, line: line, message: message) }

    /// The next event; `nil` at the end.
    mutating func next() throws(InputError) -> Event? {
        if let name = pendingEnd {
            pendingEnd = nil
            open.removeLast()
            return .end(name)
        }
        while position < bytes.count {
            line = nextLine
            guard bytes[position] == UInt8(ascii: "<") else {
                let start = position
                while position < bytes.count, bytes[position] != UInt8(ascii: "<") { advance() }
                let text = try Self.decoded(bytes[start..<position], self)
                if text.contains(where: { !$0.isWhitespace }) { return .text(text) }
                continue
            }
            if matches("<!--") {
                try skip(past: "-->")
            } else if matches("<![CDATA[") {
                let start = position + 9
                try skip(past: "]]>")
                return .text(String(decoding: bytes[start..<position - 3], as: UTF8.self))
            } else if matches("<?") {
                try skip(past: "?>")
            } else if matches("<!") {
                try skipDeclaration()
            } else {
                return try tag()
            }
        }
        if let name = open.last { throw error("ends within the element '\(name)'; expected '</\(name)>'") }
        return nil
    }

    private mutating func advance() {
        if bytes[position] == UInt8(ascii: "\n") { nextLine += 1 }
        position += 1
    }

    private func matches(_ word: String) -> Bool { bytes[position...].starts(with: word.utf8) }

    private mutating func skip(past word: String) throws(InputError) {
        while position < bytes.count {
            if matches(word) {
                position += word.utf8.count
                return
            }
            advance()
        }
        throw error("ends where '\(word)' was expected")
    }

    private mutating func skipDeclaration() throws(InputError) {
        var depth = 0
        while position < bytes.count {
            let byte = bytes[position]
            advance()
            if byte == UInt8(ascii: "[") || byte == UInt8(ascii: "<") { depth += 1 }
            if byte == UInt8(ascii: "]") || byte == UInt8(ascii: ">") { depth -= 1 }
            if depth == 0 { return }
        }
        throw error("ends within a declaration")
    }

    private mutating func tag() throws(InputError) -> Event {
        position += 1
        guard position < bytes.count else { throw error("ends after '<'; expected an element") }
        if bytes[position] == UInt8(ascii: "/") {
            position += 1
            let name = try self.name()
            skipSpace()
            guard position < bytes.count, bytes[position] == UInt8(ascii: ">") else {
                throw error("lacks '>' after '</\(name)'")
            }
            position += 1
            guard let last = open.popLast(), last == name else {
                throw error(
                    "closes '\(name)', which is not the element that is open; expected '</\(open.last ?? "nothing")>'")
            }
            return .end(name)
        }
        let name = try self.name()
        var attributes: [String: String] = [:]
        while true {
            skipSpace()
            guard position < bytes.count else { throw error("ends within the element '\(name)'") }
            if bytes[position] == UInt8(ascii: ">") {
                position += 1
                break
            }
            if matches("/>") {
                position += 2
                pendingEnd = name
                break
            }
            let key = try self.name()
            skipSpace()
            guard position < bytes.count, bytes[position] == UInt8(ascii: "=") else {
                throw error("lacks '=' after the attribute '\(key)' of '\(name)'")
            }
            position += 1
            skipSpace()
            guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") || bytes[position] == UInt8(ascii: "'")
            else {
                throw error("lacks a quoted value of the attribute '\(key)' of '\(name)'")
            }
            let quote = bytes[position]
            position += 1
            let start = position
            while position < bytes.count, bytes[position] != quote { advance() }
            guard position < bytes.count else { throw error("ends within the value of '\(key)'") }
            attributes[key] = try Self.decoded(bytes[start..<position], self)
            position += 1
        }
        guard open.count < Self.depth else { throw error("is nested more than \(Self.depth) deep; expected less") }
        open.append(name)
        return .start(name, attributes)
    }

    private mutating func name() throws(InputError) -> String {
        let start = position
        while position < bytes.count {
            switch bytes[position] {
            case 0...0x20, UInt8(ascii: ">"), UInt8(ascii: "/"), UInt8(ascii: "="), UInt8(ascii: "<"),
                UInt8(ascii: "\""):
                guard position > start else { throw error("has a stray character; expected a name") }
                return String(decoding: bytes[start..<position], as: UTF8.self)
            default: position += 1
            }
        }
        throw error("ends within a name")
    }

    private mutating func skipSpace() {
        while position < bytes.count, bytes[position] <= 0x20 { advance() }
    }

    private static func decoded(_ bytes: ArraySlice<UInt8>, _ scanner: XMLScanner) throws(InputError) -> String {
        let text = String(decoding: bytes, as: UTF8.self)
        guard text.contains("&") else { return text }
        var result = ""
        var rest = Substring(text)
        while let start = rest.firstIndex(of: "&") {
            result += rest[..<start]
            guard let end = rest[start...].firstIndex(of: ";") else { throw scanner.error("has '&' without ';'") }
            let name = rest[rest.index(after: start)..<end]
            let named = ["amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'"][String(name)]
            let number =
                name.hasPrefix("#x")
                ? UInt32(name.dropFirst(2), radix: 16) : name.hasPrefix("#") ? UInt32(name.dropFirst()) : nil
            if let named {
                result += named
            } else if let scalar = number.flatMap(Unicode.Scalar.init) {
                result.unicodeScalars.append(scalar)
            } else {
                throw scanner.error("has the unknown entity '&\(name.prefix(20));'; expected amp, lt, gt, quot or apos")
            }
            rest = rest[rest.index(after: end)...]
        }
        return result + rest
    }
}
