import MeshPlanning
import MeshTypes

/// Which access node stands for whom: one a cell and access class, and one for each participant with latencies of their own,
/// as long as there is room.
struct AccessNodes: Sendable, Codable {
    private struct Key: Hashable, Codable {
        var cell: GeographicCell
        var accessClass: Int32
    }

    private struct Entry: Codable {
        var key: Key
        var node: Int32
    }

    /// Latencies, nodes times sites, up to which participants get rows of their own: a gigabyte.
    static let ownRowLimit = 256_000_000

    /// The shared nodes in the order of their making, and the same by key.
    private var made: [Entry] = []
    private var shared: [Key: Int32] = [:]
    /// Nodes of single participants that are free again.
    private var vacant: [Int32] = []
    private var own: Set<Int32> = []

    /// The node of a place and access class, made when it is new.
    mutating func node(at place: GeoCoordinate, accessClass: Int32, _ field: inout LatencyField) -> Int32 {
        let key = Key(cell: GeographicCell(place), accessClass: accessClass)
        if let known = shared[key] { return known }
        let node = Int32(field.addNode(at: key.cell.centre))
        shared[key] = node
        made.append(Entry(key: key, node: node))
        return node
    }

    func isOwn(_ node: Int32) -> Bool { own.contains(node) }

    /// A node of the participant's own, like the one they had; the same one when there is no room.
    mutating func ownNode(like node: Int32, _ field: inout LatencyField) -> Int32 {
        guard !own.contains(node) else { return node }
        if let free = vacant.popLast() {
            field.copyNode(Int(node), to: Int(free))
            own.insert(free)
            return free
        }
        guard (field.nodeCount + 1) * max(1, field.stride) <= Self.ownRowLimit else { return node }
        let new = Int32(field.addNode(like: Int(node)))
        own.insert(new)
        return new
    }

    /// Gives a node back when its participant leaves or moves away.
    mutating func release(_ node: Int32) {
        if own.remove(node) != nil { vacant.append(node) }
    }

    init() {}

    private enum CodingKeys: String, CodingKey {
        case made, vacant, own
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        made = try container.decode([Entry].self, forKey: .made)
        vacant = try container.decode([Int32].self, forKey: .vacant)
        own = Set(try container.decode([Int32].self, forKey: .own))
        for entry in made { shared[entry.key] = entry.node }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(made, forKey: .made)
        try container.encode(vacant, forKey: .vacant)
        try container.encode(own.sorted(), forKey: .own)
    }
}
