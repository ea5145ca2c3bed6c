internal import COpenBLAS

extension Matrix where Element == Float {
    /// Replaces this matrix by `exp(left * right)`, entry by entry: what a factorization of logarithms stands for.
    ///
    /// The product is made in blocks of rows that stay in cache, and each is raised at once, on `threads` threads, with
    /// BLAS held to one each. Entries of the product are bounded to 116 ln 2, about 80, either way; the exponential is accurate to 6e-6.
    ///
    /// - Parameters:
    ///   - left: `rowCount` rows.
    ///   - right: as many rows as `left` has columns, `columnCount` columns.
    ///   - threads: how many cores to use, 1 or more.
    /// - Complexity: O(rows * columns * inner).
    public mutating func assignExponential(ofProduct left: Matrix, _ right: Matrix, threads: Int) {
        precondition(left.columnCount == right.rowCount, "inner dimensions differ")
        precondition(left.rowCount == rowCount && right.columnCount == columnCount, "the shapes differ")
        let (rows, columns, inner) = (rowCount, columnCount, left.columnCount)
        guard rows > 0, columns > 0, inner > 0 else { return }
        let blasThreads = BLAS.threadCount
        if blasThreads != 1 { BLAS.threadCount = 1 }
        defer { if blasThreads != 1 { BLAS.threadCount = blasThreads } }
        // A block of the result is about 256 KB, a small second-level cache.
        let blockRows = Swift.max(1, Swift.min(rows, 65_536 / columns))
        // Powers of two are cheaper than powers of e.
        let scaled = Matrix(
            elements: right.elements.map { $0 * 1.442695041 }, rowCount: inner, columnCount: columns)
        let blocks = (rows + blockRows - 1) / blockRows
        let workers = Swift.max(1, Swift.min(threads, blocks))
        unsafe withUnsafe { output in
            unsafe left.withUnsafe { left in
                unsafe scaled.withUnsafe { right in
                    // Workers write disjoint rows, and all end before the call does.
                    nonisolated(unsafe) let (to, from, by) = unsafe (output.base, left.base, right.base)
                    Workers.concurrently(workers) { worker in
                        for block in worker * blocks / workers..<(worker + 1) * blocks / workers {
                            let first = block * blockRows
                            let count = Swift.min(blockRows, rows - first)
                            unsafe cblas_sgemm(
                                CblasRowMajor, CblasNoTrans, CblasNoTrans, Int32(count), Int32(columns), Int32(inner),
                                1, from + first * inner, Int32(inner), by, Int32(columns), 0, to + first * columns,
                                Int32(columns))
                            unsafe Exponential.apply(to + first * columns, count: count * columns)
                        }
                    }
                }
            }
        }
    }
}

/// Powers of two of many numbers at once.
enum Exponential {
    /// Replaces numbers by two to their power; numbers beyond 116 either way count as 116.
    static func apply(_ numbers: UnsafeMutablePointer<Float>, count: Int) {
        var index = 0
        let raw = UnsafeMutableRawPointer(numbers)
        while index + 8 <= count {
            let place = unsafe raw + index * 4
            let value = unsafe place.loadUnaligned(as: SIMD8<Float>.self)
            unsafe place.storeBytes(of: powerOfTwo(value), as: SIMD8<Float>.self)
            index += 8
        }
        while index < count {
            let value = unsafe numbers[index]
            unsafe numbers[index] = powerOfTwo(SIMD8(repeating: value))[0]
            index += 1
        }
    }

    /// Two to the power of each number: the bits of the exponent for the whole part, times a polynomial of the rest in
    /// -1/2 to 1/2, fitted for the least relative error, 2.6e-6.
    @inline(__always)
    static func powerOfTwo(_ argument: SIMD8<Float>) -> SIMD8<Float> {
        let bounded = pointwiseMin(pointwiseMax(argument, SIMD8(repeating: -116)), SIMD8(repeating: 116))
        // Adding 1.5 * 2^23 rounds to a whole number, which then stands in the low bits.
        let magic: Float = 12_582_912
        let shifted = bounded + magic
        let rest = bounded - (shifted - magic)
        var sum = rest * 0.009570101 + 0.055917863
        sum = sum * rest + 0.24024744
        sum = sum * rest + 0.6931218
        sum = sum * rest + 0.9999993
        // The high bits of the magic number fall out at the left.
        let bits = unsafe unsafeBitCast(shifted, to: SIMD8<Int32>.self) &<< 23
        return unsafe unsafeBitCast(unsafeBitCast(sum, to: SIMD8<Int32>.self) &+ bits, to: SIMD8<Float>.self)
    }
}
