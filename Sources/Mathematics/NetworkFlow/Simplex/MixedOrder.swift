/// The order in which arcs are priced: a golden-section stride through the problem's order, so that each block of a
/// block search samples the whole network evenly, whatever pattern the arcs were listed in.
///
/// A permutation by arithmetic, which takes no memory. LEMON takes a stride of the square root, which falls into step
/// with networks whose nodes have that many arcs (Kovacs 2015, 4.2, for why arcs are mixed at all).
struct MixedOrder {
    let count: Int
    private let stride: Int
    private let inverse: Int

    init(count: Int) {
        self.count = count
        var stride = max(1, Int(Double(count) * 0.618_033_988_749_895))
        while Self.inverse(of: stride, modulo: count) == nil { stride += 1 }
        self.stride = stride
        inverse = Self.inverse(of: stride, modulo: count) ?? 0
    }

    /// The element at a position.
    @inline(__always)
    func element(at position: Int) -> Int { (position &* stride) % count }

    /// Where an element is.
    @inline(__always)
    func position(of element: Int) -> Int { (element &* inverse) % count }

    /// The position of the element after the one at `position`: what a loop over all elements uses, since a division
    /// for each would take longer than all else that it does.
    @inline(__always)
    func position(after position: Int) -> Int {
        let next = position &+ inverse
        return next >= count ? next &- count : next
    }

    /// The number that takes `value` to 1 modulo `modulus`, by Euclid; `nil` when they have a common divisor.
    private static func inverse(of value: Int, modulo modulus: Int) -> Int? {
        guard modulus > 1 else { return 0 }
        var (remainder, next) = (modulus, value % modulus)
        var (factor, nextFactor) = (0, 1)
        while next != 0 {
            let quotient = remainder / next
            (remainder, next) = (next, remainder - quotient * next)
            (factor, nextFactor) = (nextFactor, factor - quotient * nextFactor)
        }
        guard remainder == 1 else { return nil }
        return factor < 0 ? factor + modulus : factor
    }
}
