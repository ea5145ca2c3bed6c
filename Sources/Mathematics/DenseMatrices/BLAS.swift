import COpenBLAS

/// The basic linear algebra subprograms that the engine uses, over arrays and matrices.
///
/// Source: Lawson, Hanson, Kincaid, Krogh (1979); Dongarra et al. (1988, 1990). OpenBLAS does the work.
public enum BLAS {
    /// Adds `factor * x[start..<start + y.count]` to `y`.
    public static func axpy(_ factor: Double, _ x: [Double], from start: Int = 0, to y: inout [Double]) {
        let count = y.count
        precondition(start >= 0 && start + count <= x.count, "the vector is too short")
        unsafe x.withUnsafeBufferPointer { x in
            unsafe y.withUnsafeMutableBufferPointer { y in
                guard let x = x.baseAddress, let y = y.baseAddress else { return }
                unsafe cblas_daxpy(Int32(count), factor, x + start, 1, y, 1)
            }
        }
    }
}
