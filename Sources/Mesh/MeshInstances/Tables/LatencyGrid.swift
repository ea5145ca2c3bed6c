internal import MeshTypes

/// A table of latencies as it stands in a file: which of its records and fields hold values, and which hold names.
///
/// Rows and columns may be named or not. What is recognised:
///
/// - values alone, as many rows as columns;
/// - a first record of the columns' names and a first field of the row's name in each other (a heading may lack the
///   field above the names of rows, as R writes it);
/// - names of the columns alone, or of the rows alone, where they are words.
///
/// Whole numbers are names where the first field is blank or a word and the first record and the first column hold the
/// same numbers (as pandas writes its index). Where that cannot be told from a symmetric matrix of values, the table is
/// refused.
struct LatencyGrid {
    /// The names of the columns; empty when the file has none.
    private(set) var columnNames: [String] = []
    /// The names of the rows; empty when the file has none.
    private(set) var rowNames: [String] = []
    private(set) var rowCount = 0
    private(set) var columnCount = 0

    private let file: InputFile
    /// The line of each record.
    private let lines: [Int]
    /// Whether the first record, and the first field of the others, are names.
    private var hasHeading = false
    private var hasRowNames = false

    /// What is kept of each record while the layout is found.
    private struct Record {
        let line: Int
        var count: Int
        let first: DelimitedText.Field
        let isLastEmpty: Bool
        /// Whether the field at the record's own number is empty or there is none.
        let isDiagonalEmpty: Bool
    }

    /// Finds the layout of a table.
    ///
    /// - Parameter isNamed: whether names of rows and columns are expected: then the first record is the heading.
    init(_ file: InputFile, isNamed: Bool) throws(InputError) {
        self.file = file
        var text = DelimitedText(file, allowsBlanks: true)
        var records: [Record] = []
        var heading: [DelimitedText.Field] = []
        while let fields = try text.next() {
            if records.isEmpty { heading = fields }
            guard let first = fields.first, let last = fields.last else { continue }
            let number = records.count
            records.append(
                Record(
                    line: text.line, count: fields.count, first: first, isLastEmpty: last.isEmpty,
                    isDiagonalEmpty: number >= fields.count || fields[number].isEmpty))
        }
        guard let first = records.first else {
            throw InputError(file: file.name, line: 1, message: "holds nothing; expected a matrix of latencies")
        }
        lines = records.map(\.line)
        dropTrailing(&records, heading: heading, text)
        if heading.count > records[0].count { heading.removeLast() }
        let width = records.map(\.count).max() ?? first.count
        if isNamed {
            guard records.count > 1 else {
                throw InputError(
                    file: file.name, line: first.line, message: "ends after its heading; expected a row a name")
            }
            hasHeading = true
            hasRowNames = true
        } else {
            try findLayout(records, heading, width: width, text)
        }
        if hasHeading {
            // R's headings have no field above the names of the rows.
            let isShort = hasRowNames && heading.count == width - 1
            columnNames = heading.dropFirst(hasRowNames && !isShort ? 1 : 0).map(text.text)
        }
        if hasRowNames { rowNames = records.dropFirst(hasHeading ? 1 : 0).map { text.text($0.first) } }
        rowCount = records.count - (hasHeading ? 1 : 0)
        columnCount = hasHeading ? columnNames.count : width - (hasRowNames ? 1 : 0)
        try checkNames()
        for (number, record) in records.enumerated().dropFirst(hasHeading ? 1 : 0) {
            let expected = columnCount + (hasRowNames ? 1 : 0)
            guard record.count == expected else {
                throw InputError(
                    file: file.name, line: record.line,
                    message: "row \(number + (hasHeading ? 0 : 1)) has \(record.count) columns; expected \(expected), "
                        + "as the first row has")
            }
        }
    }

    /// The line of a row of values.
    func line(ofRow row: Int) -> Int { lines[row + (hasHeading ? 1 : 0)] }

    // MARK: Layout

    /// A separator after the last value is no column: fields that all records of the longest kind leave empty at the end.
    private func dropTrailing(_ records: inout [Record], heading: [DelimitedText.Field], _ text: DelimitedText) {
        let longest = records.map(\.count).max() ?? 0
        let long = records.filter { $0.count == longest }
        guard longest > 1, long.allSatisfy(\.isLastEmpty) else { return }
        let isShortHeading =
            records.count > 1 && heading.count == longest - 1 && long.count == records.count - 1
            && heading.last?.isEmpty == false
            && (heading.contains { isWord($0, text) }
                || Set(heading.map(text.text)) == Set(records.dropFirst().map { text.text($0.first) }))
        // As many rows as columns: the last column is one that nobody measured.
        let isSquare = long.count == records.count && longest <= records.count
        let hasRowNamesAlone =
            long.count == records.count && longest == records.count + 1 && areNames(records.map(\.first), text)
            && !heading.dropFirst().contains { isWord($0, text) }
        guard !isShortHeading, !isSquare, !hasRowNamesAlone else { return }
        // A heading without a field above the names of rows ends so too.
        if records[0].count == longest - 1, records[0].isLastEmpty { records[0].count -= 1 }
        for index in records.indices where records[index].count == longest { records[index].count -= 1 }
    }

    private mutating func findLayout(
        _ records: [Record], _ heading: [DelimitedText.Field], width: Int, _ text: DelimitedText
    ) throws(InputError) {
        let lower = records.dropFirst()
        let hasWords = heading.dropFirst().contains { isWord($0, text) }
        if lower.isEmpty, hasWords {
            throw InputError(
                file: file.name, line: records[0].line, message: "ends after its heading; expected a row a node")
        }
        if heading.count == width - 1, lower.count == heading.count {
            let names = Set(heading.map(text.text))
            hasHeading = hasWords || isWord(heading[0], text) || names == Set(lower.map { text.text($0.first) })
            hasRowNames = hasHeading
        } else if heading.count == width, records.count == width {
            hasHeading = try isNamed(records, heading, text)
            hasRowNames = hasHeading
        } else if heading.count == width, records.count == width + 1, areNames(heading, text) {
            hasHeading = true
            hasRowNames = false
        } else if heading.count == width, records.count == width - 1, !hasWords,
            areNames(records.map(\.first), text)
        {
            hasRowNames = true
        } else if hasWords {
            // Of another shape; the rows will say at which line.
            hasHeading = true
            hasRowNames = true
        }
    }

    /// Whether the first record and the first fields of a square table are names.
    private func isNamed(
        _ records: [Record], _ heading: [DelimitedText.Field], _ text: DelimitedText
    ) throws(InputError) -> Bool {
        let lower = records.dropFirst()
        let columns = heading.dropFirst().map(text.text)
        let rows = lower.map { text.text($0.first) }
        let isCornerFree = heading[0].isEmpty || isWord(heading[0], text)
        guard isCornerFree else { return false }
        if Set(columns) == Set(rows), heading.dropFirst().contains(where: { isWord($0, text) }) { return true }
        if areNames(Array(heading.dropFirst()), text) { return true }
        if heading.dropFirst().contains(where: { isWord($0, text) }), areNames(lower.map(\.first), text) { return true }
        let hasCorner = isWord(heading[0], text)
        guard columns.count > 1 else { return hasCorner }
        let (columnNumbers, rowNumbers) = (columns.compactMap(Int.init), rows.compactMap(Int.init))
        let areNumbers = columnNumbers.count == columns.count && rowNumbers.count == rows.count
        let isSame =
            areNumbers && Set(columnNumbers) == Set(rowNumbers) && Set(columnNumbers).count == columns.count
        if hasCorner { return true }
        if isSame {
            let isCounted = columns.count > 2 && (Self.counts(columnNumbers) || Self.counts(rowNumbers))
            let wouldDiagonalDiffer = !lower.allSatisfy(\.isDiagonalEmpty)
            if isCounted || wouldDiagonalDiffer || columns != rows { return true }
            throw InputError(
                file: file.name, line: records[0].line,
                message:
                    "may begin with names or with latencies; expected a word in the first field, or 0 on the diagonal")
        }
        if columns.count > 2, Self.counts(columnNumbers) && columnNumbers.count == columns.count {
            throw InputError(
                file: file.name, line: records[0].line,
                message: "is a heading of numbers that the rows do not begin with; expected the same names in both")
        }
        return false
    }

    /// Whether numbers go up one by one from 0 or 1.
    private static func counts(_ numbers: [Int]) -> Bool {
        guard let first = numbers.first, first == 0 || first == 1 else { return false }
        return numbers == Array(first..<first + numbers.count)
    }

    /// Whether a field is neither a number nor one of the words for what is missing.
    private func isWord(_ field: DelimitedText.Field, _ text: DelimitedText) -> Bool {
        !MissingValue.isMissing(file.bytes[field.range])
            && DecimalNumber.parse(file.bytes, from: field.range.lowerBound, to: field.range.upperBound) == nil
    }

    /// Whether fields are names: none is empty or a number, and one is a word. `NA` may be among them.
    private func areNames(_ fields: [DelimitedText.Field], _ text: DelimitedText) -> Bool {
        fields.contains { isWord($0, text) }
            && fields.allSatisfy { field in
                !field.isEmpty
                    && DecimalNumber.parse(file.bytes, from: field.range.lowerBound, to: field.range.upperBound) == nil
            }
    }

    private func checkNames() throws(InputError) {
        var seen: Set<String> = []
        for name in columnNames {
            guard !name.isEmpty else {
                throw InputError(
                    file: file.name, line: lines[0], message: "has a column without a name; expected a name for each")
            }
            guard seen.insert(name).inserted else {
                throw InputError(
                    file: file.name, line: lines[0],
                    message: "has the column \(InputError.quoted(name.utf8)) twice; expected each once")
            }
        }
        seen = []
        for (number, name) in rowNames.enumerated() {
            let line = line(ofRow: number)
            guard !name.isEmpty else {
                throw InputError(file: file.name, line: line, message: "has no name; expected one in the first field")
            }
            guard seen.insert(name).inserted else {
                throw InputError(
                    file: file.name, line: line,
                    message: "has the row \(InputError.quoted(name.utf8)) twice; expected each once")
            }
        }
    }

    // MARK: Values

    /// Reads the values, row by row: the row, the column, the line and milliseconds, `nil` where nobody measured.
    func values(_ body: (_ row: Int, _ column: Int, _ line: Int, Double?) throws(InputError) -> Void) throws(InputError)
    {
        var text = DelimitedText(file, allowsBlanks: true)
        var row = hasHeading ? -1 : 0
        while let fields = try text.next() {
            defer { row += 1 }
            guard row >= 0 else { continue }
            for column in 0..<columnCount {
                let field = fields[column + (hasRowNames ? 1 : 0)]
                try body(row, column, text.line, try latency(field, line: text.line, column: column))
            }
        }
    }

    /// A latency in milliseconds; `nil` for 0, -1 and the words for what is missing.
    private func latency(
        _ field: DelimitedText.Field, line: Int, column: Int
    ) throws(InputError) -> Double? {
        guard !MissingValue.isMissing(file.bytes[field.range]) else { return nil }
        let value = DecimalNumber.parse(file.bytes, from: field.range.lowerBound, to: field.range.upperBound)
        if value == -1 || value == 0 { return nil }
        guard let value, value > 0, value < 1e12 else {
            throw InputError(
                file: file.name, line: line,
                message: "the latency in column \(column + 1) is \(InputError.quoted(file.bytes[field.range])); "
                    + "expected a number over 0 and under 1e12, or 0, -1, NA or blank where it is missing")
        }
        return value
    }
}
