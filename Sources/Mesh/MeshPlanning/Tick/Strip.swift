/// A run of trivial elements behind one pointer that grows on demand: the memory of the tick's kernel, where elements are
/// reached without a bounds check in release builds. Debug builds check every index.
///
/// The handle does not free its memory; ``SessionKernel``, which owns all strips, does.
@safe
struct Strip<Element: BitwiseCopyable> {
    private var base: UnsafeMutablePointer<Element>
    /// How many elements there is room for.
    private(set) var capacity: Int

    init() { self.init(capacity: 16) }

    init(capacity: Int) {
        self.capacity = max(16, capacity)
        unsafe base = .allocate(capacity: self.capacity)
    }

    func deallocate() { unsafe base.deallocate() }

    /// Where the elements are, until the strip grows.
    @unsafe @inline(__always)
    var pointer: UnsafeMutablePointer<Element> { unsafe base }

    /// Copies all that another strip has room for; this one must have as much.
    func take(_ other: Strip) {
        assert(other.capacity <= capacity)
        unsafe base.update(from: other.base, count: other.capacity)
    }

    /// Copies the first `count` elements of another strip; this one must have room for them.
    func take(_ other: Strip, count: Int) {
        assert(count <= capacity && count <= other.capacity)
        unsafe base.update(from: other.base, count: count)
    }

    /// Makes room for `count` elements; what the strip held is lost when it has to grow.
    @inline(__always)
    mutating func reserve(_ count: Int) {
        guard count > capacity else { return }
        unsafe base.deallocate()
        capacity = max(count, 2 * capacity)
        unsafe base = .allocate(capacity: capacity)
    }

    /// Makes room for `count` elements and sets each of them.
    @inline(__always)
    mutating func fill(_ count: Int, with value: Element) {
        reserve(count)
        unsafe base.update(repeating: value, count: count)
    }

    /// Sets the first `count` elements, for which there is room.
    @inline(__always)
    func set(_ count: Int, to value: Element) {
        assert(count <= capacity)
        unsafe base.update(repeating: value, count: count)
    }

    /// Copies the first `count` elements of another strip.
    @inline(__always)
    mutating func copy(_ other: Strip, count: Int) {
        reserve(count)
        unsafe base.update(from: other.base, count: count)
    }

    @inline(__always)
    subscript(index: Int) -> Element {
        get {
            assert(index >= 0 && index < capacity)
            return unsafe base[index]
        }
        nonmutating set {
            assert(index >= 0 && index < capacity)
            unsafe base[index] = newValue
        }
    }
}
