/// Reads tables with a heading row: fields by column name, in the dialect of ``DelimitedText``.
struct CSVReader {
    /// A column that a table may have.
    struct Column {
        /// What it is called here.
        let name: String
        /// What others call it.
        var aliases: [String] = []
        var isRequired = false
    }

    /// One row: its line and its fields by column.
    struct Row {
        let file: String
        let line: Int
        fileprivate let fields: [String: String]
        fileprivate let headings: [String: String]

        /// The text of a column; `nil` where the column is not there or the field is empty.
        func text(_ column: String) -> String? { fields[column].flatMap { $0.isEmpty ? nil : $0 } }

        func required(_ column: String) throws(InputError) -> String {
            guard let text = text(column) else { throw error("has nothing in column '\(column)'; expected a value") }
            return text
        }

        /// The text of a column as a name that a snapshot can hold.
        func name(_ column: String) throws(InputError) -> String? {
            guard let text = text(column) else { return nil }
            guard text.utf8.count <= JSONReader.longestName else {
                throw error(
                    "has a name of \(text.utf8.count) bytes in column '\(column)'; expected at most "
                        + "\(JSONReader.longestName)")
            }
            guard text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) else {
                throw error("has a name with a control character in column '\(column)'; expected none")
            }
            return text
        }

        /// Whether nobody has the number of a column.
        func isMissing(_ column: String) -> Bool {
            text(column).map { MissingValue.isMissing(Array($0.utf8)[...]) } ?? true
        }

        /// The number of a column; `nil` where nobody has one.
        func number(_ column: String, in range: ClosedRange<Double>) throws(InputError) -> Double? {
            guard let text = text(column), !isMissing(column) else { return nil }
            let bytes = Array(text.utf8)
            guard let value = DecimalNumber.parse(bytes, from: 0, to: bytes.count), range.contains(value) else {
                let hint = text.contains(",") ? ", with a decimal point" : ""
                throw error(
                    "has \(InputError.quoted(text.utf8)) in column '\(heading(column))'; expected a number from "
                        + "\(Self.words(range.lowerBound)) to \(Self.words(range.upperBound))\(hint)")
            }
            return value
        }

        func integer(_ column: String, in range: ClosedRange<Int>) throws(InputError) -> Int? {
            guard let text = text(column) else { return nil }
            guard let value = try number(column, in: -.greatestFiniteMagnitude ... .greatestFiniteMagnitude) else {
                return nil
            }
            guard let integer = Int(exactly: value), range.contains(integer) else {
                throw error(
                    "has \(InputError.quoted(text.utf8)) in column '\(heading(column))'; expected a whole number from "
                        + "\(range.lowerBound) to \(range.upperBound)")
            }
            return integer
        }

        private func heading(_ column: String) -> String { headings[column] ?? column }

        private static func words(_ bound: Double) -> String { Int(exactly: bound).map(String.init) ?? "\(bound)" }

        func error(_ message: String) -> InputError { InputError(file: file, line: line, message: message) }
    }

    /// What a file holds: its rows, and the headings of columns that nothing here knows.
    struct Table {
        var rows: [Row]
        var passedOver: [String]
    }

    /// The rows of a file whose heading has the required columns. Rows without any text are passed over, and so are
    /// columns of other names, unless one looks like a known column that is missing.
    ///
    /// - Parameter mapping: for columns of ours, what the file calls them.
    static func table(
        _ file: InputFile, columns: [Column], mapping: [String: String] = [:]
    ) throws(InputError) -> Table {
        var text = DelimitedText(file)
        guard let fields = try text.next() else {
            let required = columns.filter(\.isRequired).map(\.name).joined(separator: ", ")
            throw InputError(
                file: file.name, line: 1, message: "holds nothing; expected a heading row with \(required)")
        }
        let heading = Heading(fields.map(text.text), file: file.name, line: text.line)
        let (known, passedOver) = try heading.assigned(to: columns, mapping: mapping)
        let names = Dictionary(known.map { ($1, heading.texts[$0]) }) { first, _ in first }
        var rows: [Row] = []
        while var fields = try text.next() {
            // Spreadsheets end rows with separators, and tables with rows of them.
            if fields.allSatisfy(\.isEmpty) { continue }
            while fields.count > heading.texts.count, fields.last?.isEmpty == true { fields.removeLast() }
            guard fields.count == heading.texts.count else {
                throw InputError(
                    file: file.name, line: text.line,
                    message: "has \(fields.count) fields; expected \(heading.texts.count), as the heading")
            }
            let values = known.map { ($1, text.text(fields[$0])) }
            rows.append(
                Row(
                    file: file.name, line: text.line, fields: Dictionary(values) { first, _ in first },
                    headings: names))
        }
        return Table(rows: rows, passedOver: passedOver)
    }

    /// The first row of a table.
    private struct Heading {
        let texts: [String]
        let file: String
        let line: Int

        init(_ texts: [String], file: String, line: Int) {
            self.texts = texts
            self.file = file
            self.line = line
        }

        /// Which place of the row is which column of ours, and what is left over.
        func assigned(
            to columns: [Column], mapping: [String: String]
        ) throws(InputError) -> (known: [(Int, String)], passedOver: [String]) {
            var known: [(Int, String)] = []
            for column in columns {
                if let place = try place(of: column, mapped: mapping[column.name]) {
                    known.append((place, column.name))
                }
            }
            for column in columns where column.isRequired && !known.contains(where: { $0.1 == column.name }) {
                throw error(
                    "has no column '\(column.name)'; expected it in the heading row, which has "
                        + texts.map { "'\($0)'" }.joined(separator: ", "))
            }
            var passedOver: [String] = []
            for (place, text) in texts.enumerated() where !known.contains(where: { $0.0 == place }) {
                let lower = text.lowercased()
                let missing = columns.filter { column in !known.contains { $0.1 == column.name } }.map(\.name)
                if let meant = missing.first(where: { Self.isAlike(lower, $0) }) {
                    throw error("has the column '\(text)', which is unknown; did you mean '\(meant)'?")
                }
                if !text.isEmpty { passedOver.append(text) }
            }
            return (known, passedOver)
        }

        /// Where a column stands, under the name that was given, its own, or one that others use.
        private func place(of column: Column, mapped: String?) throws(InputError) -> Int? {
            let lower = texts.map { $0.lowercased() }
            if let mapped {
                let places = texts.indices.filter { texts[$0] == mapped || lower[$0] == mapped.lowercased() }
                guard let place = places.first, places.count == 1 else {
                    throw error(
                        "has \(places.isEmpty ? "no column" : "more than one column") '\(mapped)', which was given for "
                            + "'\(column.name)'; expected one")
                }
                return place
            }
            for name in [column.name] + column.aliases {
                let places = lower.indices.filter { lower[$0] == name }
                guard places.count < 2 else {
                    throw error("has the column '\(name)' twice; expected each once")
                }
                if let place = places.first { return place }
            }
            return nil
        }

        /// Whether one text becomes the other by one letter more, less or changed, or two neighbours swapped.
        private static func isAlike(_ text: String, _ name: String) -> Bool {
            let (one, other) = (Array(text.utf8), Array(name.utf8))
            guard one.count > 3, abs(one.count - other.count) <= 1, one != other else { return false }
            let start = zip(one, other).prefix { $0 == $1 }.count
            let end = min(
                zip(one.reversed(), other.reversed()).prefix { $0 == $1 }.count, min(one.count, other.count) - start)
            let (left, right) = (one.count - start - end, other.count - start - end)
            return max(left, right) <= 1
                || left == 2 && right == 2 && one[start] == other[start + 1] && one[start + 1] == other[start]
        }

        private func error(_ message: String) -> InputError { InputError(file: file, line: line, message: message) }
    }
}
