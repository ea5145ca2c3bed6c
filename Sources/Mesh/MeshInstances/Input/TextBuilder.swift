/// Collects the text of a file that is written, integers without a string each.
struct TextBuilder {
    /// The text so far.
    private(set) var bytes: [UInt8] = []
    private var digits: [UInt8] = []

    /// Starts empty, with room for `capacity` bytes.
    init(capacity: Int = 0) {
        bytes.reserveCapacity(capacity)
        digits.reserveCapacity(20)
    }

    /// Appends a text as it is.
    mutating func append(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    /// Appends an integer and what separates it from the next.
    mutating func append(_ value: some BinaryInteger, _ separator: StaticString) {
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        var rest = UInt64(value.magnitude)
        digits.removeAll(keepingCapacity: true)
        repeat {
            let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
            digits.append(UInt8(ascii: "0") + UInt8(digit))
            rest = quotient
        } while rest > 0
        bytes.append(contentsOf: digits.reversed())
        append(separator)
    }

    /// Appends a text that is known when the program is built.
    mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { unsafe bytes.append(contentsOf: $0) }
    }

    /// Appends a number, shortest form that reads back exactly and without a superfluous `.0`, and the separator.
    mutating func append(_ value: Double, _ separator: StaticString) {
        if let integer = Int64(exactly: value), integer.magnitude < 1 << 53 {
            append(integer, separator)
        } else {
            append("\(value)")
            append(separator)
        }
    }
}
