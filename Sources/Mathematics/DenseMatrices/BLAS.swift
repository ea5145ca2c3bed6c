import COpenBLAS

/// The basic linear algebra subprograms that the engine uses, over arrays and matrices.
///
/// Shapes that do not fit are programming errors. Sources: Lawson, Hanson, Kincaid, Krogh (1979); Dongarra et al.
/// (1988, 1990). OpenBLAS does the work.
public enum BLAS {
    /// How many threads one call may use.
    ///
    /// More than one pays for single large products only; where sessions are planned in parallel it must be 1. The
    /// setting is the process's, as OpenBLAS has it.
    public static var threadCount: Int {
        get { Int(openblas_get_num_threads()) }
        set { openblas_set_num_threads(Int32(max(1, newValue))) }
    }

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

    /// Adds `factor * x[start..<start + y.count]` to `y`, in single precision.
    public static func axpy(_ factor: Float, _ x: [Float], from start: Int = 0, to y: inout [Float]) {
        let count = y.count
        precondition(start >= 0 && start + count <= x.count, "the vector is too short")
        unsafe x.withUnsafeBufferPointer { x in
            unsafe y.withUnsafeMutableBufferPointer { y in
                guard let x = x.baseAddress, let y = y.baseAddress else { return }
                unsafe cblas_saxpy(Int32(count), factor, x + start, 1, y, 1)
            }
        }
    }

    static func order(_ transposed: Bool) -> CBLAS_TRANSPOSE { transposed ? CblasTrans : CblasNoTrans }
}
