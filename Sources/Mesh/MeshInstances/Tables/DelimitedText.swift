/// Cuts a table's text into records and fields: the one dialect of every table that is read.
///
/// RFC 4180, and what spreadsheets and programs make of it. Fields are separated by commas, semicolons or tabs; which of
/// them, the first record says. A field may stand in quotation marks, within which separators and line ends are text and
/// a doubled mark is one. Blanks around fields do not count. Lines end with LF, CR LF or CR; lines without any text are
/// passed over; a byte order mark was taken off with the file. A table of one word a column may be separated by blanks
/// where the caller says so.
struct DelimitedText {
    /// One field: where its text is.
    struct Field: Equatable {
        /// The bytes between the quotation marks, or without the blanks around them.
        let range: Range<Int>
        /// Whether quotation marks within it are doubled.
        var hasEscapes = false

        var isEmpty: Bool { range.isEmpty }
    }

    private let file: InputFile
    private let bytes: [UInt8]
    /// What separates the fields; `nil` for blanks.
    private let separator: UInt8?
    private var position = 0
    private var nextLine = 1
    /// The line on which the last record starts, from 1.
    private(set) var line = 1

    private static let quote = UInt8(ascii: "\"")
    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")

    /// Starts at the beginning of a table.
    ///
    /// - Parameter allowsBlanks: whether blanks separate where the first record has no other separator.
    init(_ file: InputFile, allowsBlanks: Bool = false) {
        self.file = file
        bytes = file.bytes
        separator = Self.separator(of: file.bytes) ?? (allowsBlanks ? nil : UInt8(ascii: ","))
    }

    /// The separator that the first line with text has; `nil` where it has none.
    ///
    /// A decimal comma would look like a comma; there is at most one a field, so that as many semicolons decide.
    private static func separator(of bytes: [UInt8]) -> UInt8? {
        var (commas, semicolons, tabs) = (0, 0, 0)
        var isQuoted = false
        var hasText = false
        for byte in bytes {
            if byte == quote { isQuoted.toggle() }
            if isQuoted { continue }
            if byte == lineFeed || byte == carriageReturn {
                if hasText || tabs > 0 { break }
                continue
            }
            if byte > 0x20 { hasText = true }
            switch byte {
            case UInt8(ascii: ","): commas += 1
            case UInt8(ascii: ";"): semicolons += 1
            case UInt8(ascii: "\t"): tabs += 1
            default: break
            }
        }
        if semicolons > 0, semicolons + 1 >= commas, semicolons >= tabs { return UInt8(ascii: ";") }
        if tabs > 0, tabs + 1 >= commas { return UInt8(ascii: "\t") }
        return commas > 0 ? UInt8(ascii: ",") : nil
    }

    /// The text of a field.
    func text(_ field: Field) -> String {
        guard field.hasEscapes else { return String(decoding: bytes[field.range], as: UTF8.self) }
        var units: [UInt8] = []
        var index = field.range.lowerBound
        while index < field.range.upperBound {
            units.append(bytes[index])
            index += bytes[index] == Self.quote ? 2 : 1
        }
        return String(decoding: units, as: UTF8.self)
    }

    /// The fields of the next record that has any text or separator; `nil` at the end.
    ///
    /// - Throws: ``InputError`` for a quotation mark that is not closed, or that stands within a field.
    mutating func next() throws(InputError) -> [Field]? {
        while position < bytes.count {
            let fields = try record()
            if fields.count > 1 || fields.contains(where: { !$0.isEmpty }) { return fields }
        }
        return nil
    }

    private mutating func record() throws(InputError) -> [Field] {
        line = nextLine
        var fields: [Field] = []
        while true {
            skipBlanks()
            let isAtEnd = position == bytes.count || Self.endsLine(bytes[position])
            // Blanks before the end of a line separate nothing.
            if separator != nil || !isAtEnd { fields.append(try field(number: fields.count + 1)) }
            skipBlanks()
            guard position < bytes.count else { return fields }
            if Self.endsLine(bytes[position]) {
                passLineEnd()
                return fields
            }
            if bytes[position] == separator { position += 1 }
        }
    }

    private static func endsLine(_ byte: UInt8) -> Bool { byte == lineFeed || byte == carriageReturn }

    private func isBlank(_ byte: UInt8) -> Bool { byte <= 0x20 && !Self.endsLine(byte) && byte != separator }

    private mutating func skipBlanks() {
        while position < bytes.count, isBlank(bytes[position]) { position += 1 }
    }

    private mutating func passLineEnd() {
        if bytes[position] == Self.carriageReturn, position + 1 < bytes.count, bytes[position + 1] == Self.lineFeed {
            position += 1
        }
        position += 1
        nextLine += 1
    }

    private mutating func field(number: Int) throws(InputError) -> Field {
        if position < bytes.count, bytes[position] == Self.quote { return try quotedField(number: number) }
        let start = position
        while position < bytes.count, !Self.endsLine(bytes[position]) {
            let byte = bytes[position]
            if let separator { if byte == separator { break } } else if byte <= 0x20 { break }
            guard byte != Self.quote else { throw refusal("a quotation mark within a field", number, line: nextLine) }
            position += 1
        }
        var end = position
        while end > start, bytes[end - 1] <= 0x20 { end -= 1 }
        return Field(range: start..<end)
    }

    private mutating func quotedField(number: Int) throws(InputError) -> Field {
        let startLine = nextLine
        position += 1
        let start = position
        var hasEscapes = false
        while true {
            guard position < bytes.count else {
                throw refusal("a quotation mark that is not closed", number, line: startLine)
            }
            if bytes[position] == Self.quote {
                guard position + 1 < bytes.count, bytes[position + 1] == Self.quote else { break }
                hasEscapes = true
                position += 1
            }
            if Self.endsLine(bytes[position]) { passLineEnd() } else { position += 1 }
        }
        let range = start..<position
        position += 1
        skipBlanks()
        let isEnd = position == bytes.count || Self.endsLine(bytes[position]) || bytes[position] == separator
        guard isEnd || separator == nil && bytes[position - 1] <= 0x20 else {
            throw refusal("text after a closing quotation mark", number, line: nextLine)
        }
        return Field(range: trimmed(range), hasEscapes: hasEscapes)
    }

    /// Names do not begin or end with blanks, in quotation marks or not.
    private func trimmed(_ range: Range<Int>) -> Range<Int> {
        var (low, high) = (range.lowerBound, range.upperBound)
        while low < high, bytes[low] <= 0x20 { low += 1 }
        while high > low, bytes[high - 1] <= 0x20 { high -= 1 }
        return low..<high
    }

    private func refusal(_ found: String, _ number: Int, line: Int) -> InputError {
        InputError(
            file: file.name, line: line,
            message:
                "has \(found) in column \(number); expected fields as in \"name\",1,2.5, a mark doubled within marks")
    }
}

/// What stands for a value that nobody has, in every table.
enum MissingValue {
    private static let words = ["na", "n/a", "nan", "null", "none", "-", "?"].map { Array($0.utf8) }

    /// Whether a field is empty or one of the words `NA`, `N/A`, `NaN`, `null`, `none`, `-` and `?`, in any case.
    static func isMissing(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard bytes.count <= 4 else { return false }
        return bytes.isEmpty
            || words.contains { word in
                word.count == bytes.count
                    && zip(word, bytes).allSatisfy { $0 == $1 || (0x41...0x5A).contains($1) && $0 == $1 | 0x20 }
            }
    }
}
