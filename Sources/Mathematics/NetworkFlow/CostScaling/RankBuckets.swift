/// Nodes by rank, a small integer, for searches in order of distance (Dial 1969): a stack for each rank.
///
/// A node may be in it more than once; who takes one out compares its rank with the best known.
struct RankBuckets {
    private struct Entry: BitwiseCopyable {
        var node: Int32
        var next: Int32
    }

    /// Ranks are below this.
    let rankLimit: Int32
    private let tops: FlatStorage<Int32>
    private var entries: FlatStorage<Entry>
    private var count: Int32 = 0
    /// The highest rank used since all was empty.
    private(set) var highest: Int32 = -1

    init(rankLimit: Int, capacity: Int) {
        self.rankLimit = Int32(clamping: rankLimit)
        tops = FlatStorage(repeating: -1, count: Int(self.rankLimit))
        entries = FlatStorage(repeating: Entry(node: 0, next: 0), count: max(capacity, 16))
    }

    func deallocate() {
        tops.deallocate()
        entries.deallocate()
    }

    /// Removes all nodes; O(highest rank used).
    mutating func removeAll() {
        var rank: Int32 = 0
        while rank <= highest {
            tops[rank] = -1
            rank += 1
        }
        highest = -1
        count = 0
    }

    /// Adds a node; O(1).
    @inline(__always)
    mutating func push(_ node: Int32, at rank: Int32) {
        if Int(count) == entries.count {
            entries = entries.resized(to: 2 * entries.count, repeating: Entry(node: 0, next: 0))
        }
        entries[count] = Entry(node: node, next: tops[rank])
        tops[rank] = count
        count += 1
        if rank > highest { highest = rank }
    }

    /// Takes out a node of that rank; O(1).
    @inline(__always)
    func pop(at rank: Int32) -> Int32? {
        let top = tops[rank]
        guard top >= 0 else { return nil }
        tops[rank] = entries[top].next
        return entries[top].node
    }
}
