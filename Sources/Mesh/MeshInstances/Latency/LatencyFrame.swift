/// A square matrix of latencies as somebody measured it, in the file's unit (milliseconds, by promise).
public struct LatencyFrame: Sendable, Hashable {
    /// How many nodes there are.
    public let nodeCount: Int
    /// Row-major, a row the node that measured; 0 where nothing is known, and on the diagonal.
    public let values: [Float]
    /// The names of the nodes, or empty when the file gives none.
    public let names: [String]

    /// How many ordered pairs are known.
    public var knownPairs: Int { values.count { $0 > 0 } }
}

/// Reads latency frames: square text matrices.
///
/// Columns are separated by commas or tabs, where an empty field is missing, or by blanks. 0, an empty field, `nan` and
/// -1 (as the King data set has it) are missing. A heading row and a first column of names are recognised: the first
/// row is a heading when a field other than its first is no number.
public enum LatencyFrameReader {
    /// The most nodes of a frame.
    public static let nodeLimit = 20_000

    /// Reads a frame.
    ///
    /// - Throws: ``InputError`` at the line at fault: a row of another length, what is no number, a negative or infinite
    ///   latency, a matrix that is not square, nothing at all.
    public static func read(_ file: InputFile) throws(InputError) -> LatencyFrame {
        var rows = RowScanner(file)
        guard var fields = rows.next() else {
            throw InputError(file: file.name, line: 1, message: "holds nothing; expected a square matrix of latencies")
        }
        var names: [String] = []
        var hasNames = false
        if fields.dropFirst().contains(where: { !isValue($0, file.bytes) }) {
            hasNames = true
            guard let first = rows.next() else {
                throw InputError(
                    file: file.name, line: rows.line, message: "ends after its heading; expected a row a node")
            }
            fields = first
        }
        var values: [Float] = []
        var width = fields.count - (hasNames ? 1 : 0)
        // With as many columns as rows and one empty, the first row ends with a separator.
        if fields.last?.isEmpty == true, width == rows.count - (hasNames ? 1 : 0) + 1 { width -= 1 }
        guard width <= nodeLimit else {
            throw InputError(
                file: file.name, line: rows.line,
                message: "has \(width) columns; expected a frame of at most \(nodeLimit) nodes")
        }
        values.reserveCapacity(width * width)
        var row = 0
        while true {
            // A separator after the last value is no column.
            if fields.count == width + (hasNames ? 1 : 0) + 1, fields.last?.isEmpty == true { fields.removeLast() }
            if hasNames, let name = fields.first {
                names.append(String(decoding: file.bytes[name], as: UTF8.self))
                fields.removeFirst()
            }
            guard fields.count == width else {
                throw InputError(
                    file: file.name, line: rows.line,
                    message: "row \(row + 1) has \(fields.count) columns; expected \(width), as the first row has")
            }
            guard row < width else {
                throw InputError(
                    file: file.name, line: rows.line,
                    message: "row \(row + 1) is one more than there are columns; expected a square matrix")
            }
            for (column, field) in fields.enumerated() {
                let value = try latency(field, file, line: rows.line, column: column)
                values.append(column == row ? 0 : value)
            }
            row += 1
            guard let next = rows.next() else { break }
            fields = next
        }
        guard row == width else {
            throw InputError(
                file: file.name, line: rows.line,
                message: "has \(row) rows of \(width) columns; expected a square matrix")
        }
        return LatencyFrame(nodeCount: width, values: values, names: names)
    }

    private static func isValue(_ field: Range<Int>, _ bytes: [UInt8]) -> Bool {
        field.isEmpty || isMissing(field, bytes)
            || DecimalNumber.parse(bytes, from: field.lowerBound, to: field.upperBound) != nil
    }

    private static func isMissing(_ field: Range<Int>, _ bytes: [UInt8]) -> Bool {
        field.count == 3 && zip(bytes[field], "nan".utf8).allSatisfy { $0 | 0x20 == $1 }
    }

    private static func latency(
        _ field: Range<Int>, _ file: InputFile, line: Int, column: Int
    ) throws(InputError) -> Float {
        if field.isEmpty || isMissing(field, file.bytes) { return 0 }
        let value = DecimalNumber.parse(file.bytes, from: field.lowerBound, to: field.upperBound)
        if value == -1 { return 0 }
        guard let value, value >= 0, value < 1e12 else {
            throw InputError(
                file: file.name, line: line,
                message: "the latency in column \(column + 1) is \(InputError.quoted(file.bytes[field])); "
                    + "expected a number from 0 to under 1e12, 0 or blank where it is missing")
        }
        return Float(value)
    }
}

/// Cuts a text into rows of fields, as ranges of its bytes.
private struct RowScanner {
    private let bytes: [UInt8]
    private var position = 0
    private var nextLine = 1
    /// The line of the last row, from 1.
    private(set) var line = 1

    /// How many rows there are in all.
    let count: Int

    init(_ file: InputFile) {
        bytes = file.bytes
        // A line of separators alone is a row of which all is missing.
        count = bytes.split(separator: UInt8(ascii: "\n")).count { row in
            row.contains { $0 > 0x20 || $0 == UInt8(ascii: "\t") }
        }
    }

    private func isBlank(_ start: Int, _ end: Int) -> Bool {
        !bytes[start..<end].contains { $0 > 0x20 || $0 == UInt8(ascii: "\t") }
    }

    /// The next row that is not blank; `nil` at the end.
    mutating func next() -> [Range<Int>]? {
        while position < bytes.count {
            let start = position
            while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { position += 1 }
            let end = position
            position += 1
            line = nextLine
            nextLine += 1
            if !isBlank(start, end) { return fields(start, end) }
        }
        return nil
    }

    private func fields(_ start: Int, _ end: Int) -> [Range<Int>] {
        let separators: [UInt8] = [UInt8(ascii: ","), UInt8(ascii: "\t")]
        let separator = separators.first { bytes[start..<end].contains($0) }
        var fields: [Range<Int>] = []
        var index = start
        while index <= end {
            var stop = index
            while stop < end, separator.map({ bytes[stop] != $0 }) ?? (bytes[stop] > 0x20) { stop += 1 }
            let field = trimmed(index, stop)
            if separator != nil || !field.isEmpty { fields.append(field) }
            index = stop + 1
        }
        return fields
    }

    private func trimmed(_ start: Int, _ end: Int) -> Range<Int> {
        var (low, high) = (start, end)
        while low < high, bytes[low] <= 0x20 { low += 1 }
        while high > low, bytes[high - 1] <= 0x20 { high -= 1 }
        return low..<high
    }
}
