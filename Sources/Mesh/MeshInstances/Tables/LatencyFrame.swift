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
/// The dialect is that of all tables (RFC 4180; commas, semicolons or tabs), or blanks separate. An empty field, 0, -1 (as
/// the King data set has it), `NA`, `NaN`, `null`, `none`, `-` and `?` are missing; what is on the diagonal does not
/// count. Names are recognised as ``LatencyGrid`` says; where rows and columns both have names, they are matched by
/// them, and nodes are in the order of the columns.
public enum LatencyFrameReader {
    /// The most nodes of a frame.
    public static let nodeLimit = 20_000

    /// Reads a frame.
    ///
    /// - Throws: ``InputError`` at the line at fault: a row of another length, what is no number, a negative or infinite
    ///   latency, a matrix that is not square, a name that is a row's but no column's, nothing at all.
    /// - Complexity: O(bytes).
    public static func read(_ file: InputFile) throws(InputError) -> LatencyFrame {
        let grid = try LatencyGrid(file, isNamed: false)
        let width = grid.columnCount
        guard width <= nodeLimit else {
            throw InputError(
                file: file.name, line: 1,
                message: "has \(width) columns; expected a frame of at most \(nodeLimit) nodes")
        }
        let names = grid.columnNames.isEmpty ? grid.rowNames : grid.columnNames
        var places = Array(0..<width)
        if !grid.columnNames.isEmpty, !grid.rowNames.isEmpty {
            let columns = Dictionary(uniqueKeysWithValues: grid.columnNames.enumerated().map { ($1, $0) })
            let rows = Set(grid.rowNames)
            if let row = grid.rowNames.first(where: { columns[$0] == nil }) {
                throw InputError(
                    file: file.name, line: 1,
                    message:
                        "has the row \(InputError.quoted(row.utf8)) and no such column; expected a row and a column "
                        + "of each node")
            }
            if let column = grid.columnNames.first(where: { !rows.contains($0) }) {
                throw InputError(
                    file: file.name, line: 1,
                    message: "has the column \(InputError.quoted(column.utf8)) and no such row; expected a row and a "
                        + "column of each node")
            }
            places = grid.rowNames.compactMap { columns[$0] }
        }
        guard grid.rowCount <= width else {
            throw InputError(
                file: file.name, line: grid.line(ofRow: width),
                message: "row \(width + 1) is one more than there are columns; expected a square matrix")
        }
        guard grid.rowCount == width else {
            throw InputError(
                file: file.name, line: grid.line(ofRow: grid.rowCount - 1),
                message: "has \(grid.rowCount) rows of \(width) columns; expected a square matrix")
        }
        var values = Array(repeating: Float(0), count: width * width)
        try grid.values { (row, column, _, value) throws(InputError) in
            if let value, places[row] != column { values[places[row] * width + column] = Float(value) }
        }
        return LatencyFrame(nodeCount: width, values: values, names: names)
    }
}

extension LatencyFrame {
    /// The frame with its nodes in the order of `names`; `nil` where it has others, more or fewer.
    ///
    /// - Complexity: O(nodes squared).
    public func ordered(as names: [String]) -> LatencyFrame? {
        let places = Dictionary(self.names.enumerated().map { ($1, $0) }) { first, _ in first }
        let order = names.compactMap { places[$0] }
        guard order.count == nodeCount, names.count == nodeCount, Set(order).count == nodeCount else { return nil }
        var values = Array(repeating: Float(0), count: nodeCount * nodeCount)
        for row in 0..<nodeCount {
            for column in 0..<nodeCount {
                values[row * nodeCount + column] = self.values[order[row] * nodeCount + order[column]]
            }
        }
        return LatencyFrame(nodeCount: nodeCount, values: values, names: names)
    }
}
