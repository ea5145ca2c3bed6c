/// Pointers into a matrix for the length of a call.
@unsafe
struct MatrixHandle<Pointer> {
    let base: Pointer
    let rowCount: Int
    let columnCount: Int
}

extension MatrixHandle {
    @inline(__always)
    func row<Element>(_ row: Int) -> UnsafePointer<Element> where Pointer == UnsafePointer<Element> {
        unsafe base + row * columnCount
    }

    @inline(__always)
    func row<Element>(_ row: Int) -> UnsafeMutablePointer<Element> where Pointer == UnsafeMutablePointer<Element> {
        unsafe base + row * columnCount
    }
}

extension Matrix {
    /// Lends the entries for reading. An empty matrix lends nothing and `body` is not called.
    @inline(__always)
    func withUnsafe(_ body: (MatrixHandle<UnsafePointer<Element>>) -> Void) {
        unsafe storage.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress, !buffer.isEmpty else { return }
            unsafe body(MatrixHandle(base: base, rowCount: rowCount, columnCount: columnCount))
        }
    }

    /// Lends the entries for changing. An empty matrix lends nothing and `body` is not called.
    @inline(__always)
    mutating func withUnsafe(_ body: (MatrixHandle<UnsafeMutablePointer<Element>>) -> Void) {
        let (rows, columns) = (rowCount, columnCount)
        unsafe storage.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress, !buffer.isEmpty else { return }
            unsafe body(MatrixHandle(base: base, rowCount: rows, columnCount: columns))
        }
    }
}
