/// Walks over a text token by token, counting lines, without making a string of anything.
///
/// A token is a run of bytes above the space; carriage returns and tabs separate like spaces. It holds the text as an
/// array: indices are checked, and still a million tokens take a few hundredths of a second.
struct TextScanner {
    /// A piece of the text: where it starts and ends, and its line.
    struct Token {
        /// Offset of the first byte.
        let start: Int
        /// Offset after the last byte.
        let end: Int
        /// The line, from 1.
        let line: Int
    }

    /// The file as messages name it.
    let name: String
    /// The text.
    let bytes: [UInt8]
    /// Offset of the next byte.
    private(set) var position = 0
    /// The line of the next byte, from 1.
    private(set) var line = 1

    /// Starts at the beginning of a file.
    init(_ file: InputFile) {
        name = file.name
        bytes = file.bytes
    }

    /// The next token of this line, or `nil` at its end.
    mutating func tokenInLine() -> Token? {
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\n") { return nil }
            if byte > 0x20 { return scanToken() }
            position += 1
        }
        return nil
    }

    /// The next token on this line or a later one, or `nil` at the end of the text.
    mutating func token() -> Token? {
        while position < bytes.count {
            let byte = bytes[position]
            if byte > 0x20 { return scanToken() }
            position += 1
            // The end of the last line starts no other.
            if byte == UInt8(ascii: "\n"), position < bytes.count { line += 1 }
        }
        return nil
    }

    /// Goes to the start of the next line; `false` at the end of the text.
    mutating func nextLine() -> Bool {
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if byte == UInt8(ascii: "\n"), position < bytes.count {
                line += 1
                return true
            }
        }
        return false
    }

    private mutating func scanToken() -> Token {
        let start = position
        while position < bytes.count, bytes[position] > 0x20 { position += 1 }
        return Token(start: start, end: position, line: line)
    }

    /// How many bytes of text there are from here on.
    var remaining: Int { bytes.count - position }

    /// Whether a token is a given word.
    func matches(_ token: Token, _ word: StaticString) -> Bool {
        guard token.end - token.start == word.utf8CodeUnitCount else { return false }
        return text(token) == word.description
    }

    /// A token as a string.
    func text(_ token: Token) -> String { String(decoding: bytes[token.start..<token.end], as: UTF8.self) }

    /// A token in quotation marks, cut when it is long.
    func quoted(_ token: Token) -> String { InputError.quoted(bytes[token.start..<token.end]) }

    /// A refusal at a line.
    func error(_ message: String, line: Int) -> InputError { InputError(file: name, line: line, message: message) }

    /// A refusal at a token.
    func error(_ message: String, at token: Token) -> InputError { error(message, line: token.line) }

    /// A refusal where the text goes on.
    func error(_ message: String) -> InputError { error(message, line: line) }
}
