/// The order in which arcs are priced: neighbours in the problem lie a stride of about the square root of their
/// number apart, so that each block of a block search samples the whole network.
///
/// A permutation by arithmetic, which takes no memory. Source: Kovacs (2015), 4.2.
struct MixedOrder {
    let count: Int
    private let stride: Int
    private let quotient: Int
    private let remainder: Int

    init(count: Int) {
        self.count = count
        stride = max(1, Int(Double(count).squareRoot()))
        quotient = count / stride
        remainder = count % stride
    }

    /// The element at a position.
    @inline(__always)
    func element(at position: Int) -> Int {
        let (row, column) = position.quotientAndRemainder(dividingBy: stride)
        return column * quotient + min(column, remainder) + row
    }

    /// Where an element is.
    @inline(__always)
    func position(of element: Int) -> Int {
        // The first columns are one element longer.
        let inLonger = remainder * (quotient + 1)
        if element < inLonger {
            let (column, row) = element.quotientAndRemainder(dividingBy: quotient + 1)
            return row * stride + column
        }
        let (column, row) = (element - inLonger).quotientAndRemainder(dividingBy: quotient)
        return row * stride + remainder + column
    }
}
