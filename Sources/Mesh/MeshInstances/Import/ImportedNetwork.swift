public import MeshTypes

/// Sites and links of a network that somebody drew: what importers of topologies give.
public struct ImportedNetwork: Sendable, Hashable {
    /// The nodes as sites, without servers' figures of their own.
    public var sites: [Site]
    /// The edges, one each way they lead.
    public var links: [Link]
    /// Demand that leaves each site, in the file's unit, where the file has demands.
    public var demand: [SiteID: Double]
    /// Nodes that were left out because nobody knows where they are.
    public var unplaced: Int
    /// What the file leaves open and was assumed, and what was passed over: a sentence each.
    public var notes: [String]
}

/// A network as a reader finds it: nodes by the file's own names, edges by their ends.
///
/// Sites get identifiers that differ, whatever the names. Edges between the same two nodes become one link: what they
/// carry adds up, and the quickest counts.
struct NetworkDraft {
    let file: String
    private(set) var network = ImportedNetwork(sites: [], links: [], demand: [:], unplaced: 0, notes: [])
    /// The site of each node; `nil` for one without a place.
    private var numbers: [String: Int?] = [:]
    private var taken: Set<String> = []
    private var linkNumbers: [[Int]: Int] = [:]
    private var (parallel, loops, withoutLatency, withoutBandwidth, oneWay) = (0, 0, 0, 0, 0)

    init(file: String) { self.file = file }

    // MARK: Nodes

    /// Enters a node; without a place it is left out, and so are its edges.
    mutating func addNode(
        _ key: String, name: String, at place: GeoCoordinate?, region: String? = nil, line: Int
    ) throws(InputError) {
        guard numbers[key] == nil else {
            throw InputError(file: file, line: line, message: "has the node '\(key)' twice; expected each once")
        }
        guard let place else {
            numbers[key] = .some(nil)
            network.unplaced += 1
            return
        }
        guard network.sites.count < SnapshotLimits.sites else {
            throw InputError(
                file: file, line: line, message: "has more than \(SnapshotLimits.sites) nodes; expected fewer")
        }
        numbers[key] = .some(network.sites.count)
        // Figures that a planner will want to change.
        network.sites.append(
            Site(
                id: SiteID(identifier(name, key)), name: Self.words(name) ?? Self.words(key) ?? "node",
                coordinate: place,
                freeServers: 10, totalServers: 10, loadPerServer: 50, price: 50,
                region: region.map(Self.slug).flatMap { $0.isEmpty ? nil : $0 }))
    }

    /// An identifier of the name, with the node's own name or a number where another has it.
    private mutating func identifier(_ name: String, _ key: String) -> String {
        let slug = Self.slug(name)
        let base = slug.isEmpty ? "node" : slug
        let own = Self.slug(key)
        var candidates = slug.isEmpty ? [] : [base]
        if !own.isEmpty { candidates.append(Self.cut("\(base)-\(own)")) }
        for candidate in candidates where taken.insert(candidate).inserted { return candidate }
        var number = 2
        while !taken.insert("\(base)-\(number)").inserted { number += 1 }
        return "\(base)-\(number)"
    }

    /// A name as an identifier: small letters, digits and hyphens, at most 200 bytes.
    private static func slug(_ name: String) -> String {
        var slug = ""
        for scalar in name.lowercased().unicodeScalars {
            if scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) {
                slug.unicodeScalars.append(scalar)
            } else if !slug.hasSuffix("-"), !slug.isEmpty {
                slug += "-"
            }
        }
        slug = cut(slug)
        return slug.hasSuffix("-") ? String(slug.dropLast()) : slug
    }

    /// A name for people in one line; `nil` where nothing is left.
    private static func words(_ name: String) -> String? {
        let words = name.split {
            $0.isWhitespace || $0.unicodeScalars.contains { $0.properties.generalCategory == .control }
        }
        let text = cut(words.joined(separator: " "))
        return text.isEmpty ? nil : text
    }

    private static func cut(_ text: String) -> String {
        var text = text
        while text.utf8.count > 200 { text.removeLast() }
        return text
    }

    // MARK: Edges

    /// The site of a node that an edge or a demand names; `nil` for one without a place.
    private func site(_ key: String, line: Int) throws(InputError) -> Int? {
        guard let number = numbers[key] else {
            throw InputError(file: file, line: line, message: "names the node '\(key)', which is not there")
        }
        return number
    }

    /// Enters an edge: both ways, unless it is directed.
    mutating func addEdge(
        _ source: String, _ target: String, latency: Double?, bandwidth: Double?, isDirected: Bool = false, line: Int
    ) throws(InputError) {
        guard let from = try site(source, line: line), let to = try site(target, line: line) else { return }
        guard from != to else {
            loops += 1
            return
        }
        if latency == nil { withoutLatency += 1 }
        if bandwidth == nil { withoutBandwidth += 1 }
        let distance = network.sites[from].coordinate.distance(to: network.sites[to].coordinate)
        // Without a latency, light in fibre there and back.
        let value = Latency(milliseconds: latency ?? 2 * distance / GeographicLatency.kilometresPerMillisecond)
        var isParallel = false
        for ends in isDirected ? [[from, to]] : [[from, to], [to, from]] {
            if let number = linkNumbers[ends] {
                isParallel = true
                let known = network.links[number]
                network.links[number].latency = min(known.latency, value)
                if let bandwidth {
                    network.links[number].bandwidth = min((known.bandwidth ?? 0) + bandwidth, SnapshotLimits.quantity)
                }
            } else {
                linkNumbers[ends] = network.links.count
                network.links.append(
                    Link(
                        from: network.sites[ends[0]].id, to: network.sites[ends[1]].id, latency: value,
                        bandwidth: bandwidth))
            }
        }
        if isParallel { parallel += 1 }
    }

    /// Enters a demand, which counts where it leaves.
    mutating func addDemand(_ source: String, _ target: String, _ value: Double, line: Int) throws(InputError) {
        _ = try site(target, line: line)
        guard let from = try site(source, line: line) else { return }
        let id = network.sites[from].id
        network.demand[id] = min((network.demand[id] ?? 0) + value, SnapshotLimits.quantity)
    }

    // MARK: End

    /// The network, with notes of what was assumed.
    mutating func finished(hasBandwidth: Bool = true) -> ImportedNetwork {
        for ends in linkNumbers.keys where linkNumbers[[ends[1], ends[0]]] == nil { oneWay += 1 }
        let count = network.sites.count
        var notes = ["assumed 10 servers, a load of 50 a server and a price of 50 a server at every site"]
        if network.unplaced > 0 {
            notes.append(
                "left out \(Self.count(network.unplaced, "node")) without a place of \(count + network.unplaced)")
        }
        if withoutLatency > 0 {
            notes.append(
                "assumed light in fibre there and back on \(Self.count(withoutLatency, "edge")) without a latency")
        }
        if withoutBandwidth > 0 {
            notes.append("\(Self.count(withoutBandwidth, "edge")) without a capacity: assumed to carry anything")
        }
        if parallel > 0 {
            notes.append("joined \(Self.count(parallel, "parallel edge")): capacities added, the lowest latency kept")
        }
        if loops > 0 { notes.append("passed over \(Self.count(loops, "edge")) from a node to itself") }
        if oneWay > 0 { notes.append("\(Self.count(oneWay, "link")) without a way back, as the file directs them") }
        network.notes = notes.map { "\(file): \($0)" }
        return network
    }

    private static func count(_ number: Int, _ what: String) -> String { "\(number) \(what)\(number == 1 ? "" : "s")" }
}
