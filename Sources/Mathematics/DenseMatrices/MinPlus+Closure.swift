extension MinPlus {
    /// The side of a block: three blocks of doubles fit in a 256 KB second-level cache.
    static let blockSide = 64

    /// Shortest path lengths between all pairs: Floyd and Warshall, block by block.
    ///
    /// The diagonal becomes 0 where it was more. For each block on the diagonal, first it, then the blocks in its row and
    /// column, then all others are relaxed through it, so that each phase works on three blocks that stay in cache
    /// (Venkataraman, Sahni, Mukhopadhyaya, "A blocked all-pairs shortest-paths algorithm", JEA 2003).
    ///
    /// - Complexity: O(n^3); a thousand nodes are a billion steps, about a second on one core.
    public static func closure(_ lengths: Matrix<Double>) -> Matrix<Double> { close(lengths) }

    /// Shortest path lengths between all pairs, in single precision.
    public static func closure(_ lengths: Matrix<Float>) -> Matrix<Float> { close(lengths) }

    @inline(__always)
    private static func close<Element: DenseScalar>(_ lengths: Matrix<Element>) -> Matrix<Element> {
        precondition(lengths.rowCount == lengths.columnCount, "a closure needs a square matrix")
        var result = lengths
        let order = lengths.rowCount
        for node in 0..<order { result[node, node] = least(result[node, node], 0) }
        unsafe result.withUnsafe { matrix in
            let base = unsafe matrix.base
            let blocks = stride(from: 0, to: order, by: blockSide).map { $0..<min($0 + blockSide, order) }
            for (number, pivot) in blocks.enumerated() {
                unsafe relax(base, order: order, rows: pivot, columns: pivot, through: pivot)
                for (other, block) in blocks.enumerated() where other != number {
                    unsafe relax(base, order: order, rows: pivot, columns: block, through: pivot)
                    unsafe relax(base, order: order, rows: block, columns: pivot, through: pivot)
                }
                for (upper, rows) in blocks.enumerated() where upper != number {
                    for (left, columns) in blocks.enumerated() where left != number {
                        unsafe relax(base, order: order, rows: rows, columns: columns, through: pivot)
                    }
                }
            }
        }
        return result
    }

    @inline(__always)
    private static func relax<Element: DenseScalar>(
        _ base: UnsafeMutablePointer<Element>, order: Int, rows: Range<Int>, columns: Range<Int>,
        through pivots: Range<Int>
    ) {
        for pivot in pivots {
            let via = unsafe base + pivot * order
            for row in rows {
                let target = unsafe base + row * order
                let head = unsafe target[pivot]
                if head == .infinity { continue }
                for column in columns { unsafe target[column] = least(target[column], head + via[column]) }
            }
        }
    }

    /// Shortest path lengths and, for every pair, the node that comes next on a shortest path.
    ///
    /// - Returns: the lengths as ``closure(_:)`` gives them, and `next[i * n + j]`: the node after `i` on the way to
    ///   `j`, `j` itself for a direct link, `i` on the diagonal, -1 where there is no way.
    /// - Complexity: O(n^3), about twice the time of ``closure(_:)``.
    public static func closureWithNextHops(
        _ lengths: Matrix<Double>
    ) -> (lengths: Matrix<Double>, next: [Int32]) {
        precondition(lengths.rowCount == lengths.columnCount, "a closure needs a square matrix")
        var result = lengths
        let order = lengths.rowCount
        for node in 0..<order { result[node, node] = least(result[node, node], 0) }
        var next = [Int32](repeating: -1, count: order * order)
        for from in 0..<order {
            for to in 0..<order where result[from, to] < .infinity { next[from * order + to] = Int32(to) }
        }
        for pivot in 0..<order {
            for from in 0..<order where from != pivot && result[from, pivot] < .infinity {
                let head = result[from, pivot]
                let hop = next[from * order + pivot]
                for to in 0..<order {
                    let length = head + result[pivot, to]
                    if length < result[from, to] {
                        result[from, to] = length
                        next[from * order + to] = hop
                    }
                }
            }
        }
        return (result, next)
    }
}
