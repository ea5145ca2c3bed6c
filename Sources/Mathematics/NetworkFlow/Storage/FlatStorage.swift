/// A flat, uninitialised-free run of trivial elements behind one pointer: the only place of the kernels where memory
/// is addressed without a bounds check in release builds. Debug builds check every index.
///
/// The handle does not own its memory; whoever allocates it frees it. Copying the handle shares the elements.
@safe
struct FlatStorage<Element: BitwiseCopyable> {
    private let base: UnsafeMutablePointer<Element>
    /// How many elements there are.
    let count: Int

    /// Allocates `count` elements, each set to `value`.
    init(repeating value: Element, count: Int) {
        unsafe base = .allocate(capacity: max(count, 1))
        unsafe base.initialize(repeating: value, count: count)
        self.count = count
    }

    /// Allocates `count` elements; each must be written before it is read.
    init(uninitializedCount count: Int) {
        unsafe base = .allocate(capacity: max(count, 1))
        self.count = count
    }

    /// Frees the elements; no copy of the handle may be used after it.
    func deallocate() {
        unsafe base.deallocate()
    }

    /// The element of that index.
    subscript(index: Int) -> Element {
        @inline(__always) get {
            assert(index >= 0 && index < count, "index \(index) is outside 0..<\(count)")
            return unsafe base[index]
        }
        @inline(__always) nonmutating _modify {
            assert(index >= 0 && index < count, "index \(index) is outside 0..<\(count)")
            yield unsafe &base[index]
        }
    }

    /// The element of that index.
    subscript(index: Int32) -> Element {
        @inline(__always) get { self[Int(index)] }
        @inline(__always) nonmutating _modify { yield &self[Int(index)] }
    }

    /// Frees this storage and returns one of another size that starts with the same elements.
    consuming func resized(to newCount: Int, repeating value: Element) -> FlatStorage {
        let larger = FlatStorage(repeating: value, count: newCount)
        unsafe larger.base.update(from: base, count: min(count, newCount))
        deallocate()
        return larger
    }

    /// The elements as an array.
    func array(prefix length: Int) -> [Element] {
        unsafe Array(UnsafeBufferPointer(start: base, count: min(length, count)))
    }
}

extension FlatStorage where Element == Bool {
    /// Calls `body` with the index of every true element of a range, in order; eight at a time are passed over where
    /// none is.
    @inline(__always)
    func forEachTrue(in range: Range<Int>, _ body: (Int) -> Void) {
        assert(range.lowerBound >= 0 && range.upperBound <= count)
        let limit = range.upperBound
        var index = range.lowerBound
        while index < limit {
            if index + 8 <= limit, unsafe UnsafeRawPointer(base + index).loadUnaligned(as: UInt64.self) == 0 {
                index += 8
                continue
            }
            let end = min(index + 8, limit)
            while index < end {
                if self[index] { body(index) }
                index += 1
            }
        }
    }
}
