import MeshInstances
import MeshTypes
import TestSupport
import Testing

/// A network gives the same sites and links whichever program wrote it.
@Suite("Networks in every style")
struct NetworkStyleTests {
    private struct Node {
        var id: String
        var label: String?
        var place: (latitude: Double, longitude: Double)?
        var country: String?
    }

    private struct Edge {
        var source: Int
        var target: Int
        var isDirected: Bool
        /// Mbit/s.
        var bandwidth: Double?
        var latency: Double?
    }

    /// What links there must be: by ends, the lowest latency and what they carry together.
    private static func expected(_ nodes: [Node], _ edges: [Edge]) -> [[Int]: (latency: Double?, bandwidth: Double?)] {
        var links: [[Int]: (latency: Double?, bandwidth: Double?)] = [:]
        for edge in edges where edge.source != edge.target {
            guard nodes[edge.source].place != nil, nodes[edge.target].place != nil else { continue }
            for ends in edge.isDirected
                ? [[edge.source, edge.target]] : [[edge.source, edge.target], [edge.target, edge.source]]
            {
                let known = links[ends]
                let sum = known?.bandwidth.map { $0 + (edge.bandwidth ?? 0) } ?? edge.bandwidth
                let least = [known?.latency, edge.latency].compactMap { $0 }.min()
                links[ends] = (least, sum)
            }
        }
        return links
    }

    @Test("GraphML: blanks, defaults, direction, parallel edges, comments, labels, units, 1,500 of them")
    func graphML() throws {
        for seed in 0..<1_500 {
            var random = SplitMix64(seed: UInt64(seed))
            let labels = ["A", "A-1", "a 1", "São Paulo", "A", "&<>\"", "東京"]
            let nodes = (0..<random.integer(1...6)).map { number in
                Node(
                    id: random.element(of: ["", "n", "v::"]) + "\(number)",
                    label: random.chance(0.8) ? random.element(of: labels) : nil,
                    place: number == 0 || random.chance(0.8)
                        ? (Double(random.integer(-90...90)) + 0.25, Double(random.integer(-180...179)) + 0.5) : nil,
                    country: random.chance(0.5) ? "United States" : nil
                )
            }.map { node in
                var node = node
                node.place = node.place.map { (min($0.latitude, 90), $0.longitude) }
                return node
            }
            let isDirected = random.chance(0.4)
            let standard: Double? = random.chance(0.5) ? 2_500 : nil
            let edges = (0..<random.integer(0...8)).map { _ in
                Edge(
                    source: random.integer(0...nodes.count - 1), target: random.integer(0...nodes.count - 1),
                    isDirected: random.chance(0.15) ? !isDirected : isDirected,
                    bandwidth: random.chance(0.6) ? Double(random.integer(1...40_000)) : standard,
                    // All or none: what is estimated has no number here.
                    latency: seed % 2 == 0 ? Double(random.integer(0...90_000)) / 1000 : nil)
            }
            var writer = GraphMLWriter(random: random, standard: standard, isDirected: isDirected)
            let text = writer.text(
                nodes: nodes.map { node in
                    (
                        node.id,
                        [
                            ("Latitude", node.place.map { "\($0.latitude)" }),
                            ("Longitude", node.place.map { "\($0.longitude)" }), ("label", node.label),
                            ("Country", node.country),
                        ]
                    )
                },
                edges: edges.map { edge in
                    (nodes[edge.source].id, nodes[edge.target].id, edge.isDirected, edge.bandwidth, edge.latency)
                })
            let network = try GraphMLReader.read(InputFile(name: "g", contents: Array(text.utf8)))
            let placed = nodes.indices.filter { nodes[$0].place != nil }
            try #require(network.sites.count == placed.count, "seed \(seed): \(text)")
            #expect(network.unplaced == nodes.count - placed.count)
            #expect(Set(network.sites.map(\.id)).count == placed.count, "seed \(seed)")
            for (site, number) in zip(network.sites, placed) {
                #expect(site.name == (nodes[number].label ?? nodes[number].id), "seed \(seed)")
                #expect(site.coordinate.latitude == nodes[number].place?.latitude)
                #expect(site.coordinate.longitude == nodes[number].place?.longitude)
                #expect(site.region == nodes[number].country.map { _ in "united-states" })
            }
            let links = Self.expected(nodes, edges)
            try #require(network.links.count == links.count, "seed \(seed): \(text)")
            let numbers = Dictionary(uniqueKeysWithValues: zip(network.sites.map(\.id), placed))
            for link in network.links {
                let ends = [try #require(numbers[link.from]), try #require(numbers[link.to])]
                let wanted = try #require(links[ends], "seed \(seed)")
                let (found, carried) = (link.bandwidth ?? -1, wanted.bandwidth ?? -1)
                #expect(abs(found - carried) <= 1e-9 * abs(carried), "seed \(seed): \(text)")
                if let latency = wanted.latency { #expect(link.latency == Latency(milliseconds: latency)) }
            }
            let isParallel = links.count < edges.count && network.notes.contains { $0.contains("parallel") }
            #expect(
                isParallel
                    || network.links.reduce(0) { $0 + ($1.bandwidth ?? 0) } <= 2
                        * edges.reduce(0) { $0 + ($1.bandwidth ?? 0) }
            )
        }
    }

    @Test("SNDlib, XML and native, with what is installed and with modules, 1,500 of them")
    func sndlib() throws {
        for seed in 0..<1_500 {
            var random = SplitMix64(seed: UInt64(seed))
            let names = (0..<random.integer(2...6)).map { random.element(of: ["N", "n_", "Node-"]) + "\($0)" }
            let places = names.map { _ in (Double(random.integer(-180...180)), Double(random.integer(-90...90)) / 2) }
            var (xml, native) = ("", "?SNDlib native format\nNODES (\n")
            xml += "<?xml version=\"1.0\"?><network><networkStructure><nodes coordinatesType=\"geographical\">"
            for (name, place) in zip(names, places) {
                xml +=
                    "<node id=\"\(name)\"><coordinates><x> \(place.0) </x><y>\(place.1)<!-- y --></y></coordinates></node>\n"
                native += " \(name) ( \(place.0) \(place.1) )\n"
            }
            xml += "</nodes><links>"
            native += ")\nLINKS (\n"
            var links: [Set<Int>: Double?] = [:]
            for number in 0..<random.integer(0...6) {
                let (from, to) = (random.integer(0...names.count - 1), random.integer(0...names.count - 1))
                let installed = random.element(of: [0, 0, 40.0, 155.5])
                let modules = (0..<random.integer(0...3)).map { 100.0 * Double($0) + 50 }
                let carried = installed > 0 ? installed : modules.first
                if from != to {
                    let known = links[[from, to]] ?? nil
                    links[[from, to]] = .some(known.map { $0 + (carried ?? 0) } ?? carried)
                }
                xml += "<link id=\"L\(number)\"><source>\(names[from])</source><target> \(names[to])\n</target>"
                if installed > 0 || random.chance(0.5) {
                    xml += "<preInstalledModule><capacity>\(installed)</capacity><cost>9.0</cost></preInstalledModule>"
                }
                let added = modules.map { "<addModule><capacity>\($0)</capacity><cost>1</cost></addModule>" }.joined()
                xml += "<additionalModules>\(added)</additionalModules></link>\n"
                let pairs = modules.map { "\($0) 1.00" }.joined(separator: " ")
                native += " L\(number) ( \(names[from]) \(names[to]) ) \(installed) 0.00 0.00 0.00 ( \(pairs) )\n"
            }
            xml += "</links></networkStructure><demands>"
            native += ")\nDEMANDS (\n"
            var demand: [Int: Double] = [:]
            for number in 0..<random.integer(0...4) {
                let (from, to) = (random.integer(0...names.count - 1), random.integer(0...names.count - 1))
                demand[from, default: 0] += Double(number + 1)
                xml += "<demand id=\"D\(number)\"><source>\(names[from])</source><target>\(names[to])</target>"
                xml += "<demandValue>\(number + 1).0</demandValue></demand>"
                native += " D\(number) ( \(names[from]) \(names[to]) ) 1 \(number + 1).0 UNLIMITED\n"
            }
            let one = try SNDlibReader.read(InputFile(name: "n", contents: Array((xml + "</demands></network>").utf8)))
            let other = try SNDlibReader.read(InputFile(name: "n", contents: Array((native + ")\n").utf8)))
            #expect(one == other, "seed \(seed): \(xml)\n\(native)")
            #expect(one.links.count == 2 * links.count, "seed \(seed)")
            for link in one.links {
                let ends = Set([link.from, link.to].compactMap { id in one.sites.firstIndex { $0.id == id } })
                #expect(link.bandwidth == links[ends], "seed \(seed): \(xml)")
            }
            #expect(Set(one.demand.map(\.value)) == Set(demand.map(\.value)), "seed \(seed)")
        }
    }

    @Test(
        "what is off the globe or no number is refused with its line",
        arguments: [
            ("<data key=\"Latitude\">10</data><data key=\"Longitude\">350</data>", "longitude '350'"),
            ("<data key=\"Latitude\">x</data><data key=\"Longitude\">1</data>", "latitude 'x'"),
            ("<data key=\"Latitude\">0x1</data><data key=\"Longitude\">1</data>", "latitude '0x1'"),
        ])
    func places(data: String, part: String) {
        expectRefusal(at: 2, part) {
            try GraphMLReader.read(input("<graphml><graph>\n<node id=\"1\">\(data)</node></graph></graphml>"))
        }
    }
}

/// Writes GraphML as one program or another does.
struct GraphMLWriter {
    var random: SplitMix64
    /// The default of the edges' speeds, Mbit/s.
    let standard: Double?
    let isDirected: Bool

    typealias Values = [(String, String?)]

    mutating func text(
        nodes: [(id: String, values: Values)], edges: [(String, String, Bool, Double?, Double?)]
    ) -> String {
        let prefix = random.chance(0.2) ? "g:" : ""
        let unitless = random.chance(0.7)
        let quote = random.chance(0.3) ? "'" : "\""
        let names = [
            "Latitude", "Longitude", "label", "Country", "LinkSpeedRaw", "LinkSpeed", "LinkSpeedUnits", "latency",
        ]
        let isLower = random.chance(0.3)
        let ids = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, "d\($0)") })
        var text = "<?xml version=\"1.0\"?>\n<!DOCTYPE graphml>\n<\(prefix)graphml>\n"
        for (number, name) in names.enumerated() {
            let domain = number < 4 ? "node" : random.element(of: ["edge", "all"])
            text +=
                "<\(prefix)key id=\(quote)d\(number)\(quote) for=\"\(domain)\" attr.name=\"\(isLower ? name.lowercased() : name)\">"
            if name == "LinkSpeedRaw", let standard {
                text += "<\(prefix)default>\n \(standard * 1e6) </\(prefix)default>"
            }
            text += "</\(prefix)key>\n"
        }
        text += "<\(prefix)graph edgedefault=\"\(isDirected ? "directed" : "undirected")\">\n"
        for node in nodes {
            text += "<\(prefix)node id=\(quote)\(node.id)\(quote)>"
            for (name, value) in node.values {
                if let value { text += data(ids[name] ?? "", value, prefix) }
            }
            text += "</\(prefix)node>\n"
        }
        for (source, target, directed, bandwidth, latency) in edges {
            let own = directed == isDirected ? "" : " directed=\"\(directed)\""
            text += "<\(prefix)edge source=\"\(source)\" target=\(quote)\(target)\(quote)\(own)>"
            if let bandwidth, bandwidth != standard {
                if unitless || standard != nil {
                    text += data(ids["LinkSpeedRaw"] ?? "", "\(bandwidth * 1e6)", prefix)
                } else {
                    text +=
                        data(ids["LinkSpeed"] ?? "", "\(bandwidth / 1e3)", prefix)
                        + data(ids["LinkSpeedUnits"] ?? "", "G", prefix)
                }
            }
            if let latency { text += data(ids["latency"] ?? "", "\(latency)", prefix) }
            text += "</\(prefix)edge>\n"
        }
        return text + "</\(prefix)graph></\(prefix)graphml>\n"
    }

    /// A value with blanks around it, in a section of its own, or with a comment within.
    private mutating func data(_ key: String, _ value: String, _ prefix: String) -> String {
        var escaped = ""
        for character in value {
            escaped += ["&": "&amp;", "<": "&lt;", ">": "&gt;", "\"": "&#34;"][character] ?? String(character)
        }
        let body =
            switch random.integer(0...4) {
            case 0: "\n  \(escaped)\n "
            case 1: "<![CDATA[\(value)]]>"
            case 2: "<!-- > -->\(escaped)"
            case 3: escaped.contains("&") ? escaped : "\(escaped.prefix(1))<!-- split -->\(escaped.dropFirst())"
            default: escaped
            }
        return "<\(prefix)data key=\"\(key)\">\(body)</\(prefix)data>"
    }
}
