public import MeshTypes

/// Sites and links of a network that somebody drew: what importers of topologies give.
public struct ImportedNetwork: Sendable, Hashable {
    /// The nodes as sites, without servers' figures of their own.
    public var sites: [Site]
    /// The edges, one each way.
    public var links: [Link]
    /// Demand that leaves each site, in the file's unit, where the file has demands.
    public var demand: [SiteID: Double]
    /// Nodes that were left out because nobody knows where they are.
    public var unplaced: Int

    /// The site of a node, with figures that a planner will want to change: 10 servers of load 50 at price 50.
    static func site(_ id: String, name: String, _ place: GeoCoordinate, region: String? = nil) -> Site {
        Site(
            id: SiteID(id), name: name, coordinate: place, freeServers: 10, totalServers: 10, loadPerServer: 50,
            price: 50,
            region: region)
    }
}

/// Reads GraphML as the Internet Topology Zoo has it: nodes with `Latitude`, `Longitude`, `label` and `Country`, edges with
/// `LinkSpeedRaw` (bit/s) or `latency` (ms, one way or round trip as the file means it).
///
/// Latencies that the file does not have are light in fibre over the great circle, there and back. Nodes without a place are
/// left out with their edges. Source: Knight, Nguyen, Falkner, Bowden, Roughan, "The Internet Topology Zoo" (JSAC 2011).
public enum GraphMLReader {
    private struct Node {
        var id: String
        var values: [String: String] = [:]
        var line: Int
    }

    private struct Edge {
        var source: String
        var target: String
        var values: [String: String] = [:]
        var line: Int
    }

    /// Reads a network.
    ///
    /// - Throws: ``InputError`` with the line.
    public static func read(_ file: InputFile) throws(InputError) -> ImportedNetwork {
        var scanner = XMLScanner(file)
        var names: [String: String] = [:]
        var nodes: [Node] = []
        var edges: [Edge] = []
        var key: String?
        var inside = ""
        var sawRoot = false
        while let event = try scanner.next() {
            switch event {
            case .start(let name, let attributes):
                sawRoot = sawRoot || name == "graphml"
                guard sawRoot else { throw scanner.error("starts with the element '\(name)'; expected graphml") }
                switch name {
                case "key": if let id = attributes["id"] { names[id] = attributes["attr.name"] ?? id }
                case "node":
                    guard let id = attributes["id"] else {
                        throw scanner.error("has a node without 'id'; expected one")
                    }
                    nodes.append(Node(id: id, line: scanner.line))
                    inside = "node"
                case "edge":
                    guard let source = attributes["source"], let target = attributes["target"] else {
                        throw scanner.error("has an edge without 'source' or 'target'; expected both")
                    }
                    edges.append(Edge(source: source, target: target, line: scanner.line))
                    inside = "edge"
                case "data": key = attributes["key"].map { names[$0] ?? $0 }
                default: break
                }
            case .text(let text):
                guard let key else { continue }
                if inside == "node", !nodes.isEmpty { nodes[nodes.count - 1].values[key] = text }
                if inside == "edge", !edges.isEmpty { edges[edges.count - 1].values[key] = text }
            case .end(let name):
                if name == "data" { key = nil }
                if name == "node" || name == "edge" { inside = "" }
            }
        }
        guard !nodes.isEmpty else {
            throw InputError(file: file.name, line: 1, message: "has no node; expected a GraphML graph")
        }
        return try network(nodes, edges, file: file.name)
    }

    private static func network(_ nodes: [Node], _ edges: [Edge], file: String) throws(InputError) -> ImportedNetwork {
        var network = ImportedNetwork(sites: [], links: [], demand: [:], unplaced: 0)
        var ids: [String: Int] = [:]
        var known: Set<String> = []
        var taken: Set<String> = []
        for node in nodes {
            guard known.insert(node.id).inserted else {
                throw InputError(
                    file: file, line: node.line, message: "has the node '\(node.id)' twice; expected each once")
            }
            guard let latitude = node.values["Latitude"].flatMap(Double.init),
                let longitude = node.values["Longitude"].flatMap(Double.init), abs(latitude) <= 90,
                abs(longitude) <= 180
            else {
                network.unplaced += 1
                continue
            }
            let label = node.values["label"] ?? node.id
            var id = SiteNames.slug(label)
            if id.isEmpty || !taken.insert(id).inserted {
                id = "\(id.isEmpty ? "node" : id)-\(node.id)"
                taken.insert(id)
            }
            ids[node.id] = network.sites.count
            network.sites.append(
                ImportedNetwork.site(
                    id, name: label, GeoCoordinate(latitude: latitude, longitude: longitude),
                    region: node.values["Country"].map(SiteNames.slug)))
        }
        guard !network.sites.isEmpty else {
            throw InputError(file: file, line: 1, message: "has no node with Latitude and Longitude; expected places")
        }
        var seen: Set<[Int]> = []
        for edge in edges {
            for end in [edge.source, edge.target] where !known.contains(end) {
                throw InputError(
                    file: file, line: edge.line, message: "has an edge to the node '\(end)', which is not there")
            }
            guard let from = ids[edge.source], let to = ids[edge.target], from != to else { continue }
            guard seen.insert([min(from, to), max(from, to)]).inserted else { continue }
            let speed = edge.values["LinkSpeedRaw"].flatMap(Double.init).map { $0 / 1e6 }
            let stated = edge.values["latency"].flatMap(Double.init).flatMap { $0 >= 0 && $0 <= 60_000 ? $0 : nil }
            network.links += SiteNames.links(network.sites[from], network.sites[to], latency: stated, bandwidth: speed)
        }
        return network
    }
}

/// What importers of networks have in common.
enum SiteNames {
    /// A name as an identifier: small letters, digits and hyphens.
    static func slug(_ name: String) -> String {
        var slug = ""
        for scalar in name.lowercased().unicodeScalars {
            if scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) {
                slug.unicodeScalars.append(scalar)
            } else if !slug.hasSuffix("-"), !slug.isEmpty {
                slug += "-"
            }
        }
        return slug.hasSuffix("-") ? String(slug.dropLast()) : slug
    }

    /// A link each way; without a latency, light in fibre there and back.
    static func links(_ one: Site, _ other: Site, latency: Double?, bandwidth: Double?) -> [Link] {
        let distance = one.coordinate.distance(to: other.coordinate)
        let value = Latency(milliseconds: latency ?? 2 * distance / GeographicLatency.kilometresPerMillisecond)
        let width = bandwidth.flatMap { $0 >= 0 && $0 <= SnapshotLimits.quantity ? $0 : nil }
        return [
            Link(from: one.id, to: other.id, latency: value, bandwidth: width),
            Link(from: other.id, to: one.id, latency: value, bandwidth: width),
        ]
    }
}
