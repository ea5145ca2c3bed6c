/// A priority queue of nodes by distance: a heap of four children a node, with lazy deletion (a node may be in it more
/// than once; who takes one out compares its distance with the best known).
struct DistanceHeap {
    private struct Entry: BitwiseCopyable {
        var distance: Int64
        var node: Int32
    }

    private var entries: FlatStorage<Entry>
    private var count = 0

    init(capacity: Int) {
        entries = FlatStorage(repeating: Entry(distance: 0, node: 0), count: max(capacity, 16))
    }

    func deallocate() { entries.deallocate() }

    /// Removes all nodes; O(1).
    mutating func removeAll() { count = 0 }

    /// Adds a node; O(log n).
    @inline(__always)
    mutating func push(_ node: Int32, at distance: Int64) {
        if count == entries.count {
            entries = entries.resized(to: 2 * count, repeating: Entry(distance: 0, node: 0))
        }
        var position = count
        count += 1
        while position > 0 {
            let parent = (position - 1) >> 2
            if entries[parent].distance <= distance { break }
            entries[position] = entries[parent]
            position = parent
        }
        entries[position] = Entry(distance: distance, node: node)
    }

    /// Takes out the nearest node; O(log n).
    @inline(__always)
    mutating func pop() -> (node: Int32, distance: Int64)? {
        guard count > 0 else { return nil }
        let top = entries[0]
        count -= 1
        let moved = entries[count]
        var position = 0
        while true {
            let first = 4 * position + 1
            if first >= count { break }
            var least = first
            var child = first + 1
            let end = min(first + 4, count)
            while child < end {
                if entries[child].distance < entries[least].distance { least = child }
                child += 1
            }
            if entries[least].distance >= moved.distance { break }
            entries[position] = entries[least]
            position = least
        }
        entries[position] = moved
        return (top.node, top.distance)
    }
}
