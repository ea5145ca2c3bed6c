/// A dense matrix of numbers, row-major: entry `(i, j)` is element `i * columnCount + j`.
///
/// A value: copies share storage until one is changed. `elements.span` gives bounds-checked access without copying;
/// kernels inside this target work on unsafe pointers that never leave a call.
public struct Matrix<Element: DenseScalar>: Sendable, Hashable {
    /// How many rows there are.
    public let rowCount: Int
    /// How many columns there are.
    public let columnCount: Int
    @usableFromInline var storage: [Element]

    /// The entries, row by row.
    @inlinable
    public var elements: [Element] { storage }

    /// A matrix with one value everywhere. Negative counts are a programming error.
    @inlinable
    public init(repeating value: Element, rowCount: Int, columnCount: Int) {
        self.rowCount = rowCount
        self.columnCount = columnCount
        storage = Array(repeating: value, count: rowCount * columnCount)
    }

    /// A matrix over entries given row by row; `elements.count` must be `rowCount * columnCount`.
    @inlinable
    public init(elements: [Element], rowCount: Int, columnCount: Int) {
        precondition(elements.count == rowCount * columnCount, "a matrix needs rowCount * columnCount entries")
        self.rowCount = rowCount
        self.columnCount = columnCount
        storage = elements
    }

    /// The identity of an order.
    public static func identity(_ order: Int) -> Matrix {
        var matrix = Matrix(repeating: 0, rowCount: order, columnCount: order)
        for index in 0..<order { matrix[index, index] = 1 }
        return matrix
    }

    /// The entry in a row and a column.
    @inlinable
    public subscript(row: Int, column: Int) -> Element {
        get { storage[row * columnCount + column] }
        set { storage[row * columnCount + column] = newValue }
    }

    /// A row, as a slice of the entries (its indices start at `row * columnCount`).
    public func row(_ row: Int) -> ArraySlice<Element> {
        storage[row * columnCount..<(row + 1) * columnCount]
    }

    /// Rows become columns.
    public var transposed: Matrix {
        var result = Matrix(repeating: 0, rowCount: columnCount, columnCount: rowCount)
        for row in 0..<rowCount {
            for column in 0..<columnCount { result.storage[column * rowCount + row] = self[row, column] }
        }
        return result
    }
}

extension Matrix where Element == Double {
    /// The same matrix in single precision, each entry rounded.
    public func converted() -> Matrix<Float> {
        Matrix<Float>(elements: elements.map { Float($0) }, rowCount: rowCount, columnCount: columnCount)
    }
}

extension Matrix {
    /// Changes the entries in place through a bounds-checked view.
    public mutating func withMutableSpan<Value>(_ body: (inout MutableSpan<Element>) throws -> Value) rethrows -> Value
    {
        var span = storage.mutableSpan
        return try body(&span)
    }
}
