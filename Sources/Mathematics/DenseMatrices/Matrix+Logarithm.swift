extension Matrix where Element == Float {
    /// Replaces every entry by its natural logarithm, accurate to 2e-7; entries under 1e-30 count as 1e-30.
    ///
    /// - Complexity: O(rows * columns), eight at a time.
    public mutating func replaceByLogarithms() {
        unsafe withUnsafe { matrix in
            unsafe Logarithm.apply(matrix.base, count: matrix.rowCount * matrix.columnCount)
        }
    }
}

/// The natural logarithm of many numbers at once.
enum Logarithm {
    /// Replaces numbers by their logarithms.
    static func apply(_ numbers: UnsafeMutablePointer<Float>, count: Int) {
        var index = 0
        let raw = UnsafeMutableRawPointer(numbers)
        while index + 8 <= count {
            let place = unsafe raw + index * 4
            let value = unsafe place.loadUnaligned(as: SIMD8<Float>.self)
            unsafe place.storeBytes(of: logarithm(value), as: SIMD8<Float>.self)
            index += 8
        }
        while index < count {
            let value = unsafe numbers[index]
            unsafe numbers[index] = logarithm(SIMD8(repeating: value))[0]
            index += 1
        }
    }

    /// The exponent from the bits, and a polynomial of the mantissa in sqrt(1/2) to sqrt(2) (Cody, Waite, 1980; the
    /// coefficients are those of Moshier's Cephes library).
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
