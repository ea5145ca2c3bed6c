import MeshPlanning
import MeshTypes

/// Which access node stands for whom: one a cell and access class, and one for each participant with latencies of their own,
/// as long as there is room. A node that stands for nobody is given to whoever needs one next.
struct AccessNodes: Sendable, Codable {
    private struct Key: Hashable, Codable {
        var cell: GeographicCell
        var accessClass: Int32
    }

    private struct Entry: Codable {
        var key: Key
        var node: Int32
    }

    private struct Node {
        /// The place and class that it stands for; `nil` for a single participant's, or nobody's.
        var key: Key?
        /// Members who are on it.
        var uses: Int32 = 0
    }

    /// Latencies, nodes times sites, up to which participants get rows of their own: a gigabyte.
    static let ownRowLimit = 256_000_000

    private var nodes: [Node] = []
    private var shared: [Key: Int32] = [:]
    /// Nodes that stand for nobody, the last one given next.
    private var vacant: [Int32] = []

    /// Whether so many nodes stand for nobody that the others are to be numbered anew.
    var isSparse: Bool { vacant.count > max(32, (nodes.count - vacant.count) / 16) }

    /// Nodes that stand for somebody.
    var count: Int { nodes.count - vacant.count }

    /// The node of a place and access class, for one member more; made when it is new.
    mutating func node(at place: GeoCoordinate, accessClass: Int32, _ field: inout LatencyField) -> Int32 {
        let key = Key(cell: GeographicCell(place), accessClass: accessClass)
        if let known = shared[key] {
            nodes[Int(known)].uses += 1
            return known
        }
        let node: Int32
        if let free = vacant.popLast() {
            node = free
            field.placeNode(Int(free), at: key.cell.centre)
        } else {
            node = Int32(field.addNode(at: key.cell.centre))
            nodes.append(Node())
        }
        nodes[Int(node)] = Node(key: key, uses: 1)
        shared[key] = node
        return node
    }

    /// Whether a node is a single participant's.
    func isOwn(_ node: Int32) -> Bool { nodes[Int(node)].key == nil && nodes[Int(node)].uses > 0 }

    /// A node of the participant's own, like the one they had; the same one when there is no room.
    mutating func ownNode(like node: Int32, _ field: inout LatencyField) -> Int32 {
        guard !isOwn(node) else { return node }
        let own: Int32
        if nodes[Int(node)].uses == 1, let key = nodes[Int(node)].key {
            // Nobody else is there: it is theirs already.
            shared[key] = nil
            nodes[Int(node)].key = nil
            return node
        } else if let free = vacant.popLast() {
            field.copyNode(Int(node), to: Int(free))
            own = free
        } else {
            guard (field.nodeCount + 1) * max(1, field.stride) <= Self.ownRowLimit else { return node }
            own = Int32(field.addNode(like: Int(node)))
            nodes.append(Node())
        }
        nodes[Int(own)] = Node(key: nil, uses: 1)
        nodes[Int(node)].uses -= 1
        return own
    }

    /// A member less is on a node: they left or are elsewhere.
    mutating func release(_ node: Int32) {
        nodes[Int(node)].uses -= 1
        guard nodes[Int(node)].uses <= 0 else { return }
        if let key = nodes[Int(node)].key { shared[key] = nil }
        nodes[Int(node)] = Node()
        vacant.append(node)
    }

    /// Numbers the nodes that stand for somebody anew, in their order; the new number of each, -1 for the others.
    ///
    /// - Complexity: O(nodes * sites).
    mutating func close(_ field: inout LatencyField) -> [Int32] {
        let kept = nodes.indices.filter { nodes[$0].uses > 0 }
        var numbering = [Int32](repeating: -1, count: nodes.count)
        for (new, old) in kept.enumerated() { numbering[old] = Int32(new) }
        field.keepNodes(kept)
        nodes = kept.map { nodes[$0] }
        vacant = []
        rebuildIndex()
        return numbering
    }

    /// Takes access classes by other numbers.
    mutating func renumber(classes: [Int32]) {
        for node in nodes.indices {
            guard let old = nodes[node].key?.accessClass else { continue }
            nodes[node].key?.accessClass = classes[Int(old)]
        }
        rebuildIndex()
    }

    private mutating func rebuildIndex() {
        shared = [:]
        for (node, entry) in nodes.enumerated() { if let key = entry.key { shared[key] = Int32(node) } }
    }

    init() {}

    // MARK: State

    private enum CodingKeys: String, CodingKey {
        case made, vacant, own
    }

    /// Reads the nodes; who is on them is to be told by ``count(uses:)``.
    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let made = try container.decode([Entry].self, forKey: .made)
        let own = try container.decode([Int32].self, forKey: .own)
        vacant = try container.decode([Int32].self, forKey: .vacant)
        let last = max(made.map(\.node).max() ?? -1, own.max() ?? -1, vacant.max() ?? -1)
        guard (made.map(\.node) + own + vacant).allSatisfy({ $0 >= 0 }) else {
            throw DecodingError.dataCorruptedError(
                forKey: .made, in: container, debugDescription: "a node has a number below 0")
        }
        nodes = Array(repeating: Node(), count: Int(last) + 1)
        for entry in made { nodes[Int(entry.node)].key = entry.key }
        rebuildIndex()
    }

    /// Takes over who is on each node; those on whom nobody is stand for nobody.
    mutating func count(uses: [Int32]) {
        while nodes.count < uses.count { nodes.append(Node()) }
        var isVacant = [Bool](repeating: false, count: nodes.count)
        for node in vacant { isVacant[Int(node)] = true }
        for node in nodes.indices {
            nodes[node].uses = node < uses.count ? uses[node] : 0
            guard nodes[node].uses == 0, !isVacant[node] else { continue }
            // Of an older state, in which they were kept.
            if let key = nodes[node].key { shared[key] = nil }
            nodes[node] = Node()
            vacant.append(Int32(node))
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        var (made, own): ([Entry], [Int32]) = ([], [])
        for (node, entry) in nodes.enumerated() where entry.uses > 0 {
            if let key = entry.key { made.append(Entry(key: key, node: Int32(node))) } else { own.append(Int32(node)) }
        }
        try container.encode(made, forKey: .made)
        try container.encode(vacant, forKey: .vacant)
        try container.encode(own, forKey: .own)
    }
}
