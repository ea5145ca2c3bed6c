import MeshTypes

extension LatencyTable {
    /// The table of these rows, in this order; a row may come more than once.
    func rows(_ rows: [Int]) -> LatencyTable {
        var table = LatencyTable(rowCount: rows.count, columnCount: columnCount)
        table.microseconds = Self.rows(rows, microseconds, width: columnCount)
        table.errors = Self.rows(rows, errors, width: columnCount)
        table.ages = Self.rows(rows, ages, width: columnCount)
        return table
    }

    /// The table of these columns, in this order.
    func columns(_ columns: [Int]) -> LatencyTable {
        var table = LatencyTable(rowCount: rowCount, columnCount: columns.count)
        table.microseconds = Self.columns(columns, microseconds, width: columnCount)
        table.errors = Self.columns(columns, errors, width: columnCount)
        table.ages = Self.columns(columns, ages, width: columnCount)
        return table
    }

    /// The table with one column more, after the others.
    func appending(column: [Int64]) -> LatencyTable {
        var table = LatencyTable(rowCount: rowCount, columnCount: columnCount + 1)
        for row in 0..<rowCount {
            for place in 0..<columnCount {
                table.microseconds[row * (columnCount + 1) + place] = microseconds[row * columnCount + place]
            }
            table.microseconds[row * (columnCount + 1) + columnCount] = column[row]
        }
        for (source, target) in [(errors, \LatencyTable.errors), (ages, \LatencyTable.ages)] where !source.isEmpty {
            table[keyPath: target] = (0..<rowCount).flatMap { row in
                source[row * columnCount..<(row + 1) * columnCount] + [Self.unknown]
            }
        }
        return table
    }

    private static func rows<Value>(_ rows: [Int], _ values: [Value], width: Int) -> [Value] {
        guard !values.isEmpty else { return [] }
        var result: [Value] = []
        result.reserveCapacity(rows.count * width)
        for row in rows { result += values[row * width..<(row + 1) * width] }
        return result
    }

    private static func columns<Value>(_ columns: [Int], _ values: [Value], width: Int) -> [Value] {
        guard !values.isEmpty, width > 0 else { return [] }
        var result: [Value] = []
        result.reserveCapacity(values.count / width * columns.count)
        for start in stride(from: 0, to: values.count, by: width) {
            for column in columns { result.append(values[start + column]) }
        }
        return result
    }
}
