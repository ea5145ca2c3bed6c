extension Matrix {
    /// Adds `factor` times a row of another matrix with as many columns to a row of this one.
    ///
    /// - Complexity: O(columns).
    @inlinable
    public mutating func addRow(_ source: Int, of other: Matrix, times factor: Element, to target: Int) {
        precondition(other.columnCount == columnCount, "the rows differ in length")
        let (from, to) = (source * columnCount, target * columnCount)
        let entries = other.storage.span.extracting(from..<from + columnCount)
        var span = storage.mutableSpan
        for column in 0..<entries.count { span[to + column] += factor * entries[column] }
    }
}
