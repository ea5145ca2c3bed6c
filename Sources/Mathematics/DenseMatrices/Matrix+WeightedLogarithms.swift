extension Matrix where Element == Float {
    /// Logarithms of what is known, less a mean for each column, times a weight; and the weights.
    ///
    /// An entry is known when it is over 0 and finite. One pass makes both matrices, eight entries at a time.
    ///
    /// - Parameters:
    ///   - means: one a column.
    ///   - weight: of every known entry; others weigh 0.
    /// - Returns: `weight * (log(entry) - mean)` and `weight` where an entry is known, zeros elsewhere.
    /// - Complexity: O(rows * columns).
    public func weightedLogarithms(
        means: [Float], weight: Float
    ) -> (logarithms: Matrix<Float>, weights: Matrix<Float>) {
        precondition(means.count == columnCount, "as many means as columns")
        let (rows, columns) = (rowCount, columnCount)
        var weights: [Float] = []
        let logarithms = unsafe [Float](unsafeUninitializedCapacity: rows * columns) { logs, logCount in
            unsafe weights = [Float](unsafeUninitializedCapacity: rows * columns) { gains, gainCount in
                unsafe storage.withUnsafeBufferPointer { entries in
                    unsafe means.withUnsafeBufferPointer { means in
                        for row in 0..<rows {
                            unsafe WeightedLogarithms.apply(
                                entries, means, start: row * columns, weight: weight, &logs, &gains)
                        }
                    }
                }
                gainCount = rows * columns
            }
            logCount = rows * columns
        }
        return (
            Matrix(elements: logarithms, rowCount: rows, columnCount: columns),
            Matrix(elements: weights, rowCount: rows, columnCount: columns)
        )
    }
}

private enum WeightedLogarithms {
    /// One row.
    @inline(__always)
    static func apply(
        _ entries: UnsafeBufferPointer<Float>, _ means: UnsafeBufferPointer<Float>, start: Int, weight: Float,
        _ logs: inout UnsafeMutableBufferPointer<Float>, _ gains: inout UnsafeMutableBufferPointer<Float>
    ) {
        guard let entries = unsafe UnsafeRawPointer(entries.baseAddress), let mean = means.baseAddress,
            let logs = UnsafeMutableRawPointer(logs.baseAddress),
            let gains = UnsafeMutableRawPointer(gains.baseAddress)
        else { return }
        let columns = means.count
        let meanBytes = unsafe UnsafeRawPointer(mean)
        var column = 0
        while column + 8 <= columns {
            let place = (start + column) * 4
            let value = unsafe entries.loadUnaligned(fromByteOffset: place, as: SIMD8<Float>.self)
            let level = unsafe meanBytes.loadUnaligned(fromByteOffset: column * 4, as: SIMD8<Float>.self)
            let (log, gain) = weigh(value, level, weight)
            unsafe logs.storeBytes(of: log, toByteOffset: place, as: SIMD8<Float>.self)
            unsafe gains.storeBytes(of: gain, toByteOffset: place, as: SIMD8<Float>.self)
            column += 8
        }
        while column < columns {
            let place = (start + column) * 4
            let value = unsafe SIMD8(repeating: entries.loadUnaligned(fromByteOffset: place, as: Float.self))
            let (log, gain) = unsafe weigh(value, SIMD8(repeating: mean[column]), weight)
            unsafe logs.storeBytes(of: log[0], toByteOffset: place, as: Float.self)
            unsafe gains.storeBytes(of: gain[0], toByteOffset: place, as: Float.self)
            column += 1
        }
    }

    @inline(__always)
    private static func weigh(
        _ value: SIMD8<Float>, _ level: SIMD8<Float>, _ weight: Float
    ) -> (SIMD8<Float>, SIMD8<Float>) {
        let isKnown = (value .> 0) .& (value .< .infinity)
        let gain = SIMD8<Float>.zero.replacing(with: weight, where: isKnown)
        let log = weight * (Logarithm.logarithm(value) - level)
        return (SIMD8<Float>.zero.replacing(with: log, where: isKnown), gain)
    }
}

/// The natural logarithm of eight numbers at once.
enum Logarithm {
    /// Accurate to 2e-7 from 1e-30 on; less counts as 1e-30.
    ///
    /// The exponent from the bits, and a polynomial of the mantissa in sqrt(1/2) to sqrt(2) (Cody, Waite, "Software Manual
    /// for the Elementary Functions", 1980; the coefficients are those of Moshier's Cephes library).
    @inline(__always)
    static func logarithm(_ argument: SIMD8<Float>) -> SIMD8<Float> {
        let bounded = pointwiseMax(argument, SIMD8(repeating: 1e-30))
        let bits = unsafe unsafeBitCast(bounded, to: SIMD8<Int32>.self)
        // Taking off the bits of sqrt(1/2) moves the cut between exponents there.
        let offset = bits &- 0x3F35_04F3
        let exponent = SIMD8<Float>(offset &>> 23)
        let mantissa = unsafe unsafeBitCast((offset & 0x007F_FFFF) &+ 0x3F35_04F3, to: SIMD8<Float>.self)
        let rest = mantissa - 1
        let square = rest * rest
        var sum = rest * 7.0376836292e-2 - 1.1514610310e-1
        sum = sum * rest + 1.1676998740e-1
        sum = sum * rest - 1.2420140846e-1
        sum = sum * rest + 1.4249322787e-1
        sum = sum * rest - 1.6668057665e-1
        sum = sum * rest + 2.0000714765e-1
        sum = sum * rest - 2.4999993993e-1
        sum = sum * rest + 3.3333331174e-1
        let tail = sum * rest * square + exponent * -2.12194440e-4 - square * 0.5
        return rest + tail + exponent * 0.693359375
    }
}
