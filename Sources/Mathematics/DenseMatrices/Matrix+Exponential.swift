internal import COpenBLAS

extension Matrix where Element == Float {
    /// Replaces this matrix by `exp(left * right)`, entry by entry: what a factorization of logarithms stands for.
    ///
    /// The product is made in blocks of rows that stay in cache, and each is raised at once, on `threads` threads, with
    /// BLAS held to one each. Entries of the product are bounded to -80...80; the exponential is accurate to 3e-7.
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
        // A block of the result is about 128 KB, half of a small second-level cache.
        let blockRows = Swift.max(1, Swift.min(rows, 32_768 / columns))
        let blocks = (rows + blockRows - 1) / blockRows
        let workers = Swift.max(1, Swift.min(threads, blocks))
        unsafe withUnsafe { output in
            unsafe left.withUnsafe { left in
                unsafe right.withUnsafe { right in
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

/// The exponential of many numbers at once.
enum Exponential {
    /// Replaces numbers by their exponentials; numbers beyond 80 either way count as 80.
    static func apply(_ numbers: UnsafeMutablePointer<Float>, count: Int) {
        var index = 0
        let raw = UnsafeMutableRawPointer(numbers)
        while index + 8 <= count {
            let place = unsafe raw + index * 4
            let value = unsafe place.loadUnaligned(as: SIMD8<Float>.self)
            unsafe place.storeBytes(of: exponential(value), as: SIMD8<Float>.self)
            index += 8
        }
        while index < count {
            let value = unsafe numbers[index]
            unsafe numbers[index] = exponential(SIMD8(repeating: value))[0]
            index += 1
        }
    }

    /// Two to the whole part, by the bits of the exponent, times a polynomial of the rest in -ln 2 / 2 to ln 2 / 2
    /// (Cody, Waite, "Software Manual for the Elementary Functions", 1980).
    @inline(__always)
    static func exponential(_ argument: SIMD8<Float>) -> SIMD8<Float> {
        let bounded = pointwiseMin(pointwiseMax(argument, SIMD8(repeating: -80)), SIMD8(repeating: 80))
        // Adding 1.5 * 2^23 rounds to a whole number, which then stands in the low bits.
        let magic: Float = 12_582_912
        let shifted = bounded * 1.442695041 + magic
        let whole = shifted - magic
        let rest = (bounded - whole * 0.693359375) + whole * 2.12194440e-4
        var sum = rest * 1.9875691500e-4 + 1.3981999507e-3
        sum = sum * rest + 8.3334519073e-3
        sum = sum * rest + 4.1665795894e-2
        sum = sum * rest + 1.6666665459e-1
        sum = sum * rest + 5.0000001201e-1
        let fraction = sum * rest * rest + rest + 1
        let bits = unsafe unsafeBitCast(shifted, to: SIMD8<Int32>.self)
        let power = unsafe unsafeBitCast((bits &- 0x4B40_0000 &+ 127) &<< 23, to: SIMD8<Float>.self)
        return fraction * power
    }
}
