import MeshPlanning
import MeshTypes

/// The links whose capacity is known: what sessions put on them, and what planning adds to their latency for it.
///
/// Loads follow from the sessions' meshes and are no part of the stored state; capacities, delays and claims are. Empty as long as no capacity
/// is known: then nothing here costs anything.
struct LinkLedger: Sendable, Codable {
    /// What a session put on a link when it last used it.
    struct Claim: Sendable, Codable {
        var session: Int32
        /// kbit/s.
        var rate: Int64
        /// Members whom the session had then.
        var members: Int64
        /// When, milliseconds since 1970.
        var seen: Int64
    }

    /// One link, one way.
    struct Entry: Sendable, Codable {
        var from: Int32
        var to: Int32
        /// kbit/s.
        var capacity: Int64
        /// Microseconds as measured, ``MeshPlanning/LatencyField/unreachable`` while it is cut.
        var latency: Int32
        /// Microseconds that planning adds.
        var delay: Int32 = 0
        /// By session; none unless the link is or was congested.
        var claims: [Claim] = []

        /// What planning goes by.
        var effective: Int32 { latency >= LatencyField.unreachable ? latency : latency + delay }
    }

    /// One tree of a session's media: what it carries, kbit/s, and its hops from site to site of the mesh.
    struct Tree: Sendable {
        var rate: Int64
        var hops: [Hop]
    }

    struct Hop: Sendable, Hashable {
        var from: Int32
        var to: Int32
    }

    /// By the site left, then the one entered.
    private(set) var entries: [Entry] = []
    private var numbers: [Hop: Int] = [:]
    /// What is on each link, kbit/s.
    private(set) var loads: [Int64] = []
    /// Each session's trees, and its share of each link's load.
    private var trees: [Int: [Tree]] = [:]
    private var shares: [Int: [Int: Int64]] = [:]
    /// Sessions whose trees are to be found anew, and the routes' age by which shares were made.
    private var touched: Set<Int> = []
    private var mapped = -1

    var isActive: Bool { !entries.isEmpty }

    func number(from: Int, to: Int) -> Int? { numbers[Hop(from: Int32(from), to: Int32(to))] }

    // MARK: Links

    /// Sets a link's capacity, kbit/s; `nil` for no limit. Whoever calls sees to the loads: every session is to be touched.
    mutating func setCapacity(_ capacity: Int64?, from: Int, to: Int, latency: Int32) {
        let hop = Hop(from: Int32(from), to: Int32(to))
        if let number = numbers[hop] {
            if let capacity { entries[number].capacity = capacity } else { entries.remove(at: number) }
        } else if let capacity {
            entries.append(Entry(from: hop.from, to: hop.to, capacity: capacity, latency: latency))
        }
    }

    /// Numbers the links anew after links came or went.
    mutating func renumber() {
        entries.sort { ($0.from, $0.to) < ($1.from, $1.to) }
        numbers = Dictionary(
            uniqueKeysWithValues: entries.enumerated().map { (Hop(from: $1.from, to: $1.to), $0) })
        loads = Array(repeating: 0, count: entries.count)
        trees.removeAll()
        shares.removeAll()
        mapped = -1
    }

    mutating func setLatency(_ latency: Int32, of number: Int) { entries[number].latency = latency }
    mutating func setDelay(_ delay: Int32, of number: Int) {
        entries[number].delay = delay
        if delay == 0 { entries[number].claims.removeAll() }
    }

    /// Forgets the links of a site that leaves; the last site gets its number. Every session is to be touched.
    mutating func removeSite(_ site: Int, last: Int) {
        guard isActive else { return }
        entries.removeAll { Int($0.from) == site || Int($0.to) == site }
        for number in entries.indices {
            if Int(entries[number].from) == last { entries[number].from = Int32(site) }
            if Int(entries[number].to) == last { entries[number].to = Int32(site) }
        }
        renumber()
    }

    // MARK: Sessions

    /// Takes sessions by other numbers.
    mutating func renumber(sessions numbers: [Int32]) {
        func moved<Value>(_ old: [Int: Value]) -> [Int: Value] {
            var new: [Int: Value] = [:]
            for (session, value) in old where numbers[session] >= 0 { new[Int(numbers[session])] = value }
            return new
        }
        (trees, shares) = (moved(trees), moved(shares))
        touched = Set(touched.filter { numbers[$0] >= 0 }.map { Int(numbers[$0]) })
        for number in entries.indices {
            entries[number].claims = entries[number].claims.compactMap { claim in
                guard numbers[Int(claim.session)] >= 0 else { return nil }
                var claim = claim
                claim.session = numbers[Int(claim.session)]
                return claim
            }
        }
    }

    mutating func touch(_ session: Int) { touched.insert(session) }

    /// Forgets a session that is gone.
    mutating func forget(_ session: Int) {
        remove(session)
        trees[session] = nil
        touched.remove(session)
        for number in entries.indices where !entries[number].claims.isEmpty {
            entries[number].claims.removeAll { Int($0.session) == session }
        }
    }

    /// The sessions whose trees are to be found anew, ascending; none of them is touched any more.
    mutating func takeTouched() -> [Int] {
        defer { touched.removeAll(keepingCapacity: true) }
        return touched.sorted()
    }

    mutating func setTrees(_ new: [Tree], of session: Int) {
        remove(session)
        trees[session] = new.isEmpty ? nil : new
    }

    /// Puts the trees of sessions that have no shares yet on the links, of all of them after routes changed.
    ///
    /// - Parameter way: the direct links that media take from a site of a mesh to another.
    /// - Complexity: O(hops of the trees concerned).
    mutating func share(version: Int, way: (Hop) -> [Hop]) {
        if mapped != version {
            shares.removeAll(keepingCapacity: true)
            loads = Array(repeating: 0, count: entries.count)
            mapped = version
        }
        var ways: [Hop: [Int]] = [:]
        for (session, trees) in trees where shares[session] == nil {
            var share: [Int: Int64] = [:]
            for tree in trees {
                var used: Set<Int> = []
                for hop in tree.hops {
                    let links = ways[hop] ?? way(hop).compactMap { numbers[$0] }
                    ways[hop] = links
                    used.formUnion(links)
                }
                for link in used { share[link, default: 0] += tree.rate }
            }
            shares[session] = share
            for (link, rate) in share { loads[link] += rate }
        }
    }

    private mutating func remove(_ session: Int) {
        for (link, rate) in shares[session] ?? [:] { loads[link] -= rate }
        shares[session] = nil
    }

    // MARK: Claims

    /// Brings the claims on a link up to what sessions put on it now, and says what they would put on it if all came back, kbit/s.
    ///
    /// - Complexity: O(sessions with trees).
    mutating func claim(on number: Int, at now: Int64, forgetAfter hold: Int64, members: (Int) -> Int64) -> Int64 {
        var known = Dictionary(entries[number].claims.map { (Int($0.session), $0) }) { first, _ in first }
        for (session, share) in shares {
            guard let rate = share[number], rate > 0 else { continue }
            if let old = known[session], Self.scaled(old, members(session)) > rate { continue }
            known[session] = Claim(session: Int32(session), rate: rate, members: members(session), seen: now)
        }
        entries[number].claims = known.values.filter { now - $0.seen <= hold }.sorted { $0.session < $1.session }
        return entries[number].claims.reduce(0) { $0 + Self.scaled($1, members(Int($1.session))) }
    }

    private static func scaled(_ claim: Claim, _ members: Int64) -> Int64 {
        claim.rate * members / max(1, claim.members)
    }

    // MARK: State

    init() {}

    private enum CodingKeys: String, CodingKey {
        case entries
    }

    init(from decoder: any Decoder) throws {
        entries = try decoder.container(keyedBy: CodingKeys.self).decode([Entry].self, forKey: .entries)
        renumber()
    }
}
