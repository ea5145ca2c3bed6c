/// Reads CSV with a heading row (RFC 4180): fields by column name, quoted where they hold commas.
struct CSVReader {
    /// One row: its line and its fields by column.
    struct Row {
        let file: String
        let line: Int
        fileprivate let fields: [String: String]

        /// The text of a column; `nil` where the column is not there or the field is empty.
        func text(_ column: String) -> String? { fields[column].flatMap { $0.isEmpty ? nil : $0 } }

        func required(_ column: String) throws(InputError) -> String {
            guard let text = text(column) else { throw error("has nothing in column '\(column)'; expected a value") }
            return text
        }

        func number(_ column: String, in range: ClosedRange<Double>) throws(InputError) -> Double? {
            guard let text = text(column) else { return nil }
            guard let value = Double(text), range.contains(value) else {
                throw error(
                    "has '\(text.prefix(40))' in column '\(column)'; expected a number from \(range.lowerBound) to \(range.upperBound)"
                )
            }
            return value
        }

        func integer(_ column: String, in range: ClosedRange<Int>) throws(InputError) -> Int? {
            guard let text = text(column) else { return nil }
            guard let value = Int(text), range.contains(value) else {
                throw error(
                    "has '\(text.prefix(40))' in column '\(column)'; expected a whole number from \(range.lowerBound) to "
                        + "\(range.upperBound)")
            }
            return value
        }

        func error(_ message: String) -> InputError { InputError(file: file, line: line, message: message) }
    }

    /// The rows of a file whose heading has the required columns and none that is not known.
    static func rows(_ file: InputFile, columns: [String], required: [String]) throws(InputError) -> [Row] {
        var cells = Cells(file)
        guard let heading = try cells.next()?.map({ $0.lowercased() }) else {
            throw InputError(
                file: file.name, line: 1,
                message: "holds nothing; expected a heading row with \(required.joined(separator: ", "))")
        }
        for (number, name) in heading.enumerated() {
            guard columns.contains(name), !heading[..<number].contains(name) else {
                throw InputError(
                    file: file.name, line: 1,
                    message:
                        "has the column '\(name)', which is \(columns.contains(name) ? "there twice" : "unknown"); expected "
                        + columns.joined(separator: ", "))
            }
        }
        for name in required where !heading.contains(name) {
            throw InputError(
                file: file.name, line: 1, message: "has no column '\(name)'; expected it in the heading row")
        }
        var rows: [Row] = []
        while let fields = try cells.next() {
            if fields == [""] { continue }
            guard fields.count == heading.count else {
                throw InputError(
                    file: file.name, line: cells.line,
                    message: "has \(fields.count) fields; expected \(heading.count), as the heading")
            }
            rows.append(
                Row(
                    file: file.name, line: cells.line,
                    fields: Dictionary(zip(heading, fields), uniquingKeysWith: { first, _ in first })))
        }
        return rows
    }

    /// Cuts a text into rows of fields.
    private struct Cells {
        private let file: InputFile
        private var position = 0
        private var nextLine = 1
        private(set) var line = 1

        init(_ file: InputFile) { self.file = file }

        mutating func next() throws(InputError) -> [String]? {
            let bytes = file.bytes
            guard position < bytes.count else { return nil }
            line = nextLine
            var fields: [String] = []
            var field: [UInt8] = []
            var isQuoted = false
            while true {
                guard position < bytes.count else {
                    guard !isQuoted else {
                        throw InputError(
                            file: file.name, line: line, message: "has a quotation mark that is not closed")
                    }
                    break
                }
                let byte = bytes[position]
                position += 1
                if byte == UInt8(ascii: "\n") { nextLine += 1 }
                if isQuoted {
                    if byte == UInt8(ascii: "\"") {
                        if position < bytes.count, bytes[position] == UInt8(ascii: "\"") {
                            field.append(byte)
                            position += 1
                        } else {
                            isQuoted = false
                        }
                    } else {
                        field.append(byte)
                    }
                } else if byte == UInt8(ascii: "\""), field.isEmpty {
                    isQuoted = true
                } else if byte == UInt8(ascii: ",") {
                    fields.append(Self.trimmed(field))
                    field = []
                } else if byte == UInt8(ascii: "\n") {
                    break
                } else if byte != UInt8(ascii: "\r") {
                    field.append(byte)
                }
            }
            fields.append(Self.trimmed(field))
            return fields
        }

        private static func trimmed(_ bytes: [UInt8]) -> String {
            let text = String(decoding: bytes, as: UTF8.self)
            var part = Substring(text)
            while part.first == " " || part.first == "\t" { part.removeFirst() }
            while part.last == " " || part.last == "\t" { part.removeLast() }
            return String(part)
        }
    }
}
