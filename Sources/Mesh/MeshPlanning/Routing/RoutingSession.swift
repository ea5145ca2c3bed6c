/// One session in a routing state: its demand and its trees, in flat arrays.
struct RoutingSession: Sendable {
    var key = 0
    var streams: [RoutingStream] = []
    var trees: [Tree] = []
    /// The links of all trees, one tree after the other.
    var links: [Int32] = []
    /// The sites on the trees, sources and receivers, in no order.
    var sites: [Int32] = []
    /// Rate times latency, summed over the trees.
    var latencyCost: Int128 = 0
    /// Rate times carriage, summed over the trees.
    var carriageCost: Int128 = 0
    var version = 1
    /// The links of the detours around the hop at each place of `links`, one detour after the other.
    var detourLinks: [Int32] = []
    /// Where each detour begins in `detourLinks`, and where the last one ends; empty while detours are not computed.
    var detourStarts: [Int32] = []
    /// Whether some receiver behind some hop has no detour.
    var lacksDetour = false

    struct Tree: Sendable {
        /// The stream, and which of its sources.
        var stream: Int32
        var source: Int32
        /// Where its links begin in `links`, and how many there are.
        var first: Int32
        var count: Int32
        var defects: TreeDefects
    }

    func range(_ tree: Int) -> Range<Int> {
        Int(trees[tree].first)..<Int(trees[tree].first + trees[tree].count)
    }

    func stream(of tree: Int) -> RoutingStream { streams[Int(trees[tree].stream)] }

    func source(of tree: Int) -> RoutingStream.Source {
        streams[Int(trees[tree].stream)].sources[Int(trees[tree].source)]
    }

    /// Whether forwarding is the same: the trees, and who delivers.
    func hasSameRoutes(as other: RoutingSession) -> Bool {
        guard links == other.links, trees.count == other.trees.count, streams.count == other.streams.count else {
            return false
        }
        for (left, right) in zip(streams, other.streams) {
            guard left.media == right.media, left.receivers == right.receivers,
                left.sources.map(\.site) == right.sources.map(\.site)
            else { return false }
        }
        return zip(trees, other.trees).allSatisfy { $0.first == $1.first && $0.count == $1.count }
    }

    /// Puts other links in the place of a tree's.
    mutating func replace(_ tree: Int, by newLinks: [Int32], defects: TreeDefects) {
        let old = range(tree)
        let growth = Int32(newLinks.count) - trees[tree].count
        links.replaceSubrange(old, with: newLinks)
        trees[tree].count += growth
        trees[tree].defects = defects
        for later in (tree + 1)..<max(tree + 1, trees.count) { trees[later].first += growth }
    }
}
