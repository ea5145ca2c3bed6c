/// The keys that an object may have, as an enumeration: what the reader accepts, its messages and the schema agree.
package protocol JSONKey: RawRepresentable<String>, CaseIterable, Hashable, Sendable {}

/// Walks over a JSON text (RFC 8259) value by value and knows the line and the path of each.
///
/// Nothing is built but what the caller asks for: a matrix of a million numbers takes no more than its numbers.
/// Duplicate and unknown keys are refused.
struct JSONReader {
    /// A place in the text, to come back to.
    struct Mark {
        fileprivate let position: Int
        fileprivate let line: Int
    }

    private enum Step {
        case key(String)
        case index(Int)
    }

    /// The file that is read.
    let file: InputFile
    let bytes: [UInt8]
    private(set) var position = 0
    private(set) var line = 1
    private var path: [Step] = []

    /// Starts at the beginning of a file.
    init(_ file: InputFile) {
        self.file = file
        bytes = file.bytes
    }

    /// Starts at the beginning of a file that holds the value of a key.
    init(_ file: InputFile, valueOf key: String) {
        self.init(file)
        path = [.key(key)]
    }

    // MARK: Places and refusals

    /// The next value's place.
    mutating func mark() -> Mark {
        skipSpace()
        return Mark(position: position, line: line)
    }

    /// Goes back to a value, which is that of a key of the outermost object.
    mutating func seek(_ mark: Mark, key: String) {
        (position, line, path) = (mark.position, mark.line, [.key(key)])
    }

    /// A refusal of the value that is being read or was read last.
    func error(_ message: String) -> InputError { error(message, line: line) }

    /// A refusal of the object at a place, or of what is missing in it.
    func error(_ message: String, at mark: Mark) -> InputError { error(message, line: mark.line) }

    private func error(_ message: String, line: Int) -> InputError {
        var text = ""
        for step in path {
            switch step {
            case .key(let key): text += text.isEmpty ? key : ".\(key)"
            case .index(let index): text += "[\(index)]"
            }
        }
        return InputError(file: file.name, line: line, path: text.isEmpty ? nil : text, message: message)
    }

    /// What was read for a key, which must be there.
    func required<Value>(_ value: Value?, _ key: some JSONKey, at mark: Mark) throws(InputError) -> Value {
        try required(value, key.rawValue, at: mark)
    }

    /// What was read for a key of this name, which must be there.
    func required<Value>(_ value: Value?, _ name: String, at mark: Mark) throws(InputError) -> Value {
        guard let value else { throw error("has no key '\(name)'; expected one", at: mark) }
        return value
    }

    /// The line of a place.
    func line(of mark: Mark) -> Int { mark.line }

    // MARK: Values

    /// Reads an object; the body reads the value of each key.
    mutating func object<Key: JSONKey>(
        _ keys: Key.Type, _ body: (inout JSONReader, Key) throws(InputError) -> Void
    ) throws(InputError) {
        try object { (reader, name) throws(InputError) in
            guard let key = Key(rawValue: name) else {
                let expected = Key.allCases.map(\.rawValue).joined(separator: ", ")
                throw reader.error("is an unknown key; expected one of \(expected)")
            }
            try body(&reader, key)
        }
    }

    /// Reads an object with keys of any name; the body reads the value of each.
    mutating func object(_ body: (inout JSONReader, String) throws(InputError) -> Void) throws(InputError) {
        try open(UInt8(ascii: "{"), "an object")
        if close(UInt8(ascii: "}")) { return }
        var seen: Set<String> = []
        while true {
            guard peek() == UInt8(ascii: "\"") else { throw unexpected("a key in quotation marks") }
            let key = try string()
            path.append(.key(key))
            guard seen.insert(key).inserted else { throw error("is a duplicate key; expected each key once") }
            guard peek() == UInt8(ascii: ":") else { throw unexpected("':' after the key") }
            position += 1
            try body(&self, key)
            path.removeLast()
            if close(UInt8(ascii: "}")) { return }
            try comma("',' or '}'")
        }
    }

    /// Reads an array; the body reads each element.
    mutating func array(_ body: (inout JSONReader, Int) throws(InputError) -> Void) throws(InputError) {
        try open(UInt8(ascii: "["), "an array")
        if close(UInt8(ascii: "]")) { return }
        var index = 0
        while true {
            path.append(.index(index))
            try body(&self, index)
            path.removeLast()
            index += 1
            if close(UInt8(ascii: "]")) { return }
            try comma("',' or ']'")
        }
    }

    /// Reads `null` if that is the next value.
    mutating func null() throws(InputError) -> Bool {
        guard peek() == UInt8(ascii: "n") else { return false }
        let end = wordEnd()
        guard bytes[position..<end].elementsEqual("null".utf8) else { throw unexpected("a value") }
        position = end
        return true
    }

    /// Checks that nothing comes after the outermost value.
    mutating func finish() throws(InputError) {
        guard peek() == nil else { throw unexpected("the end of the file") }
    }

    /// Passes over a value without a look at what is in it, except for where it ends.
    mutating func skip() throws(InputError) {
        guard let first = peek() else { throw unexpected("a value") }
        switch first {
        case UInt8(ascii: "\""): _ = try string()
        case UInt8(ascii: "{"), UInt8(ascii: "["): try skipNested()
        default:
            let end = wordEnd()
            guard end > position else { throw unexpected("a value") }
            position = end
        }
    }

    private mutating func skipNested() throws(InputError) {
        var depth = 0
        repeat {
            guard let next = peek() else { throw unexpected("more closing brackets") }
            switch next {
            case UInt8(ascii: "\""): _ = try string()
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                position += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                position += 1
            default: position += 1
            }
        } while depth > 0
    }

    // MARK: Pieces

    /// The next byte that is no space.
    mutating func peek() -> UInt8? {
        skipSpace()
        return position < bytes.count ? bytes[position] : nil
    }

    mutating func advance(to position: Int) { self.position = position }

    private mutating func skipSpace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0D: break
            // The end of the last line starts no other.
            case 0x0A: if position + 1 < bytes.count { line += 1 }
            default: return
            }
            position += 1
        }
    }

    private mutating func open(_ bracket: UInt8, _ expected: StaticString) throws(InputError) {
        guard peek() == bracket else { throw unexpected(expected.description) }
        position += 1
    }

    private mutating func close(_ bracket: UInt8) -> Bool {
        guard peek() == bracket else { return false }
        position += 1
        return true
    }

    private mutating func comma(_ expected: StaticString) throws(InputError) {
        guard peek() == UInt8(ascii: ",") else { throw unexpected(expected.description) }
        position += 1
    }

    /// Where the word or number that starts here ends.
    func wordEnd() -> Int {
        var end = position
        while end < bytes.count {
            switch bytes[end] {
            case 0...0x20, UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: ":"),
                UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: "\""):
                return end
            default: end += 1
            }
        }
        return end
    }

    /// A refusal of what comes next.
    mutating func unexpected(_ expected: String) -> InputError {
        let found =
            switch peek() {
            case nil: "the file ends"
            case UInt8(ascii: "{"): "found an object"
            case UInt8(ascii: "["): "found an array"
            case UInt8(ascii: "\""): "found a string"
            default: "found \(InputError.quoted(bytes[position..<max(wordEnd(), position + 1)]))"
            }
        return error("\(found); expected \(expected)")
    }
}
