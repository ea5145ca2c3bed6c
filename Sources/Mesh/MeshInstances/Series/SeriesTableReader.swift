/// Reads wide tables of time series: a line a series, its name first, then its values, as the M4 competition has them.
///
/// Fields are separated by commas and may stand in quotation marks (RFC 4180, but no line breaks within). A first line
/// whose second field is neither a number nor empty is a heading. Empty cells at the end of a line end the series; empty
/// ones before, `NA` and `NaN` are missing values. Lines without any text are passed over.
///
/// Source: M4 competition, Makridakis, Spiliotis, Assimakopoulos (2020).
public enum SeriesTableReader {
    /// The largest magnitude of a value.
    public static let largestValue = 1e100

    /// The table of a file.
    ///
    /// - Throws: ``InputError`` at the first line with an unfinished or misplaced quotation mark, a value that is no
    ///   number or beyond ``largestValue``, no name, a name that was there before, or no known value; and for a file without series.
    public static func read(_ file: InputFile) throws(InputError) -> SeriesTable {
        var series: [SeriesTable.Series] = []
        var lines: [String: Int] = [:]
        var line = 0
        var isFirst = true
        for row in file.bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            line += 1
            guard row.contains(where: { !isBlank($0) }) else { continue }
            let fields = try fields(row, file.name, line)
            defer { isFirst = false }
            if isFirst, isHeading(fields) { continue }
            let name = String(decoding: fields[0], as: UTF8.self)
            guard !name.isEmpty else {
                throw InputError(file: file.name, line: line, message: "has an empty first field; expected a name")
            }
            if let earlier = lines[name] {
                throw InputError(
                    file: file.name, line: line,
                    message:
                        "names \(InputError.quoted(fields[0])) again, as line \(earlier) does; expected distinct names")
            }
            lines[name] = line
            series.append(.init(name: name, values: try values(fields, file.name, line), line: line))
        }
        guard !series.isEmpty else {
            throw InputError(file: file.name, line: 1, message: "has no series; expected lines of name,value,value,...")
        }
        return SeriesTable(series: series)
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
    }

    private static func isHeading(_ fields: [[UInt8]]) -> Bool {
        guard fields.count > 1, !fields[1].isEmpty, !isMissing(fields[1]) else { return false }
        return DecimalNumber.parse(fields[1], from: 0, to: fields[1].count) == nil
    }

    private static func isMissing(_ field: [UInt8]) -> Bool {
        field.isEmpty || field == Array("NA".utf8) || field == Array("NaN".utf8)
    }

    private static func values(_ fields: [[UInt8]], _ file: String, _ line: Int) throws(InputError) -> [Double] {
        var end = fields.count
        while end > 1, isMissing(fields[end - 1]) { end -= 1 }
        guard end > 1 else {
            throw InputError(file: file, line: line, message: "has no value; expected at least one after the name")
        }
        var values: [Double] = []
        values.reserveCapacity(end - 1)
        for (column, field) in fields[1..<end].enumerated() {
            guard !isMissing(field) else {
                values.append(.nan)
                continue
            }
            guard let value = DecimalNumber.parse(field, from: 0, to: field.count), abs(value) <= largestValue else {
                throw InputError(
                    file: file, line: line,
                    message:
                        "has \(InputError.quoted(field)) in column \(column + 2); expected a number, or nothing where missing"
                )
            }
            values.append(value)
        }
        return values
    }

    /// The fields of one line, without their quotation marks and the blanks around them.
    private static func fields(
        _ row: ArraySlice<UInt8>, _ file: String, _ line: Int
    ) throws(InputError) -> [[UInt8]] {
        let (comma, quote) = (UInt8(ascii: ","), UInt8(ascii: "\""))
        var fields: [[UInt8]] = []
        var index = row.startIndex
        let refuse = { (found: String) in
            InputError(
                file: file, line: line,
                message: "has \(found) in column \(fields.count + 1); expected fields as in \"name\",1,2.5")
        }
        while true {
            while index < row.endIndex, isBlank(row[index]) { index += 1 }
            var field: [UInt8] = []
            if index < row.endIndex, row[index] == quote {
                index += 1
                while true {
                    guard index < row.endIndex else { throw refuse("a quotation mark that is not closed") }
                    if row[index] == quote {
                        index += 1
                        guard index < row.endIndex, row[index] == quote else { break }
                    }
                    field.append(row[index])
                    index += 1
                }
                while index < row.endIndex, isBlank(row[index]) { index += 1 }
                guard index == row.endIndex || row[index] == comma else {
                    throw refuse("text after a closing quotation mark")
                }
            } else {
                while index < row.endIndex, row[index] != comma {
                    guard row[index] != quote else { throw refuse("a quotation mark within a field") }
                    field.append(row[index])
                    index += 1
                }
                while let last = field.last, isBlank(last) { field.removeLast() }
            }
            fields.append(field)
            guard index < row.endIndex else { return fields }
            index += 1
        }
    }
}
