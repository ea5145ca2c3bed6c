/// Builds a JSON text. The caller says where lines break, so that large files have a line for each thing.
struct JSONBuilder {
    private var output = TextBuilder()
    private var needsComma = false

    /// The text.
    var bytes: [UInt8] { output.bytes }

    /// Starts empty.
    init() {}

    /// Breaks the line before the next key or value, after the comma if there is one.
    mutating func newLine(_ indent: Int) {
        comma()
        output.append("\n" + String(repeating: " ", count: 2 * indent))
    }

    /// Breaks the line before a closing bracket.
    mutating func lastLine(_ indent: Int) {
        needsComma = false
        output.append("\n" + String(repeating: " ", count: 2 * indent))
    }

    private mutating func comma() {
        if needsComma { output.append(",") }
        needsComma = false
    }

    private mutating func separate() {
        if needsComma { output.append(", ") }
        needsComma = true
    }

    /// Writes an object; the body writes its keys and values.
    mutating func object(_ body: (inout JSONBuilder) -> Void) {
        brackets("{", "}", body)
    }

    /// Writes an array; the body writes its elements.
    mutating func array(_ body: (inout JSONBuilder) -> Void) {
        brackets("[", "]", body)
    }

    private mutating func brackets(_ open: String, _ close: String, _ body: (inout JSONBuilder) -> Void) {
        separate()
        output.append(open)
        needsComma = false
        body(&self)
        output.append(close)
        needsComma = true
    }

    /// Writes a key; its value follows.
    mutating func key(_ key: some JSONKey) { self.key(key.rawValue) }

    /// Writes a key; its value follows.
    mutating func key(_ key: String) {
        string(key)
        output.append(": ")
        needsComma = false
    }

    /// Writes `true` or `false`.
    mutating func boolean(_ value: Bool) {
        separate()
        output.append(value ? "true" : "false")
    }

    /// Writes `null`.
    mutating func null() {
        separate()
        output.append("null")
    }

    /// Writes a whole number.
    mutating func integer(_ value: some BinaryInteger) {
        separate()
        output.append(value, "")
    }

    /// Writes a number, so that it reads back exactly. JSON has no word for what is infinite: it is ``InfiniteNumber/word``, as a string.
    mutating func number(_ value: Double) {
        guard value.isFinite else { return string(InfiniteNumber.word(value)) }
        separate()
        output.append(value, "")
    }

    /// Writes microseconds, 0 or more, as milliseconds, exactly.
    mutating func milliseconds(_ microseconds: Int64) {
        separate()
        let (whole, part) = microseconds.quotientAndRemainder(dividingBy: 1_000)
        output.append(whole, "")
        guard part != 0 else { return }
        output.append(part < 10 ? ".00" : part < 100 ? ".0" : ".")
        output.append(part.isMultiple(of: 100) ? part / 100 : part.isMultiple(of: 10) ? part / 10 : part, "")
    }

    /// Writes a finite number in the shortest form that reads back exactly in its own, lower precision.
    mutating func number(_ value: Float) {
        separate()
        if let integer = Int64(exactly: value), integer.magnitude < 1 << 24 {
            output.append(integer, "")
        } else {
            output.append("\(value)")
        }
    }

    /// Writes a string.
    mutating func string(_ text: String) {
        separate()
        output.append("\"")
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": output.append("\\\"")
            case "\\": output.append("\\\\")
            case "\n": output.append("\\n")
            case "\r": output.append("\\r")
            case "\t": output.append("\\t")
            case "\u{0}"..<"\u{20}":
                let digits = String(scalar.value, radix: 16)
                output.append("\\u" + String(repeating: "0", count: 4 - digits.count) + digits)
            default: output.append(String(scalar))
            }
        }
        output.append("\"")
    }
}
