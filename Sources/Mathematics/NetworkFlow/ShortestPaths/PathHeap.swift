/// A four-way heap of nodes by distance, smallest first, ties by node number so that the order is reproducible.
///
/// Nodes are not moved when their distance falls: they are pushed again, and whoever pops skips what is out of date. On
/// sparse graphs that is quicker than a heap that knows where its nodes are. Unsafe storage lives in ``FlatStorage``.
struct PathHeap<Cost: PathCost> {
    /// A node and the distance it was pushed with.
    struct Entry: BitwiseCopyable {
        var distance: Cost
        var node: Int32

        @inline(__always)
        static func precedes(_ left: Entry, _ right: Entry) -> Bool {
            left.distance < right.distance || (left.distance == right.distance && left.node < right.node)
        }
    }

    private let entries: FlatStorage<Entry>
    private(set) var count = 0

    /// Makes room for `capacity` pushes between two times that the heap is empty.
    init(capacity: Int) {
        entries = FlatStorage(repeating: Entry(distance: .zero, node: 0), count: capacity)
    }

    /// Frees the storage.
    func deallocate() { entries.deallocate() }

    /// Forgets all entries.
    mutating func removeAll() { count = 0 }

    /// Adds a node.
    @inline(__always)
    mutating func push(_ node: Int32, at distance: Cost) {
        let entry = Entry(distance: distance, node: node)
        var hole = count
        count += 1
        while hole > 0 {
            let parent = (hole - 1) >> 2
            guard Entry.precedes(entry, entries[parent]) else { break }
            entries[hole] = entries[parent]
            hole = parent
        }
        entries[hole] = entry
    }

    /// Takes out the nearest node; `nil` when the heap is empty.
    @inline(__always)
    mutating func pop() -> Entry? {
        guard count > 0 else { return nil }
        let top = entries[0]
        count -= 1
        let last = entries[count]
        var hole = 0
        while true {
            let first = (hole << 2) + 1
            guard first < count else { break }
            var least = first
            for child in (first + 1)..<max(first + 1, min(first + 4, count))
            where Entry.precedes(entries[child], entries[least]) {
                least = child
            }
            guard Entry.precedes(entries[least], last) else { break }
            entries[hole] = entries[least]
            hole = least
        }
        entries[hole] = last
        return top
    }
}
