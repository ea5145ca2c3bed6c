internal import MeshTypes

/// Reads GraphML as the Internet Topology Zoo and NetworkX write it: nodes with `Latitude`, `Longitude`, `label` and
/// `Country`, edges with `LinkSpeedRaw` (bit/s), or `LinkSpeed` and `LinkSpeedUnits` (K, M, G or T bit/s), and `latency` (ms,
/// one way or round trip as the file means it).
///
/// Capitals do not matter; `lat`, `lon`, `lng` and `long` are known too. A key's `default` counts where an element has no
/// value. Edges lead one way where `edgedefault`, or their own `directed`, says so. Latencies that the file does not have
/// are light in fibre over the great circle, there and back. Nodes without a place are left out with their edges. Source:
/// Knight, Nguyen, Falkner, Bowden, Roughan, "The Internet Topology Zoo" (JSAC 2011).
public enum GraphMLReader {
    /// Reads a network.
    ///
    /// - Throws: ``InputError`` with the line; for places off the globe, and for speeds and latencies that are none.
    public static func read(_ file: InputFile) throws(InputError) -> ImportedNetwork {
        var document = GraphMLDocument()
        try document.read(file)
        guard !document.nodes.isEmpty else {
            throw InputError(file: file.name, line: 1, message: "has no node; expected a GraphML graph")
        }
        var draft = NetworkDraft(file: file.name)
        for node in document.nodes {
            let values = Values(node, document.keys, file: file.name)
            let latitude = try values.number(["latitude", "lat"], in: -90...90)
            let longitude = try values.number(["longitude", "lon", "lng", "long"], in: -180...180)
            var place: GeoCoordinate?
            if let latitude, let longitude { place = GeoCoordinate(latitude: latitude, longitude: longitude) }
            try draft.addNode(
                node.ends[0], name: values.text(["label", "name"]) ?? node.ends[0], at: place,
                region: values.text(["country", "region"]), line: node.line)
        }
        guard !draft.network.sites.isEmpty else {
            throw InputError(
                file: file.name, line: 1, message: "has no node with Latitude and Longitude; expected places")
        }
        for edge in document.edges {
            let values = Values(edge, document.keys, file: file.name)
            try draft.addEdge(
                edge.ends[0], edge.ends[1],
                latency: try values.number(["latency"], in: 0...Latency.longest.milliseconds),
                bandwidth: try bandwidth(values), isDirected: edge.isDirected, line: edge.line)
        }
        return draft.finished()
    }

    /// What an edge carries, Mbit/s; `nil` where nobody says, or says 0.
    private static func bandwidth(_ values: Values) throws(InputError) -> Double? {
        if let raw = try values.number(["linkspeedraw", "bandwidth_bps"], in: 0...SnapshotLimits.quantity * 1e6) {
            return raw > 0 ? raw / 1e6 : nil
        }
        guard let speed = values.text(["linkspeed"]), let units = values.text(["linkspeedunits"]) else { return nil }
        let factors = ["k": 1e-3, "m": 1, "g": 1e3, "t": 1e6]
        guard let factor = units.lowercased().first.flatMap({ factors[String($0)] }) else {
            throw values.error(
                "has the speed '\(speed.prefix(20))' in units '\(units.prefix(20))'; expected K, M, G or T")
        }
        // The zoo writes ranges and guesses as words; a number is a number.
        guard let value = DecimalNumber.parse(Array(speed.utf8), from: 0, to: speed.utf8.count), value > 0 else {
            return nil
        }
        return min(value * factor, SnapshotLimits.quantity)
    }

    /// The values of an element by what its keys are called.
    private struct Values {
        private let values: [String: String]
        private let file: String
        private let line: Int

        init(_ element: GraphMLDocument.Element, _ keys: [GraphMLDocument.Key], file: String) {
            var values: [String: String] = [:]
            for key in keys where key.domain == nil || key.domain == element.kind {
                if let value = element.values[key.id] ?? key.standard { values[key.name.lowercased()] = value }
            }
            // Data whose key is not declared go by the key.
            for (id, value) in element.values where !keys.contains(where: { $0.id == id }) {
                values[id.lowercased()] = value
            }
            self.values = values
            self.file = file
            line = element.line
        }

        func text(_ names: [String]) -> String? {
            for name in names { if let value = values[name], !value.isEmpty { return value } }
            return nil
        }

        func number(_ names: [String], in range: ClosedRange<Double>) throws(InputError) -> Double? {
            guard let text = text(names), !MissingValue.isMissing(Array(text.utf8)[...]) else { return nil }
            guard let value = DecimalNumber.parse(Array(text.utf8), from: 0, to: text.utf8.count), range.contains(value)
            else {
                throw error(
                    "has the \(names[0]) \(InputError.quoted(text.utf8)); expected a number from \(range.lowerBound) to "
                        + "\(range.upperBound)")
            }
            return value
        }

        func error(_ message: String) -> InputError { InputError(file: file, line: line, message: message) }
    }
}

/// The elements of a GraphML text that matter here, as they stand in it.
struct GraphMLDocument {
    /// What `data` elements refer to.
    struct Key {
        let id: String
        let name: String
        /// `node` or `edge`; `nil` for both.
        let domain: String?
        /// The value of elements that have none of their own.
        var standard: String?
    }

    /// A node or an edge.
    struct Element {
        /// `node` or `edge`.
        let kind: String
        /// The node's identifier, or those of the edge's source and target.
        let ends: [String]
        var isDirected = false
        let line: Int
        /// Texts by the identifiers of keys.
        var values: [String: String] = [:]
    }

    private(set) var keys: [Key] = []
    private(set) var nodes: [Element] = []
    private(set) var edges: [Element] = []

    /// The element that is being read, and those that hold it: graphs may stand in nodes.
    private struct Frame {
        let name: String
        var isDirected: Bool
        var element: Element?
        var key: String?
        var text = ""
    }

    mutating func read(_ file: InputFile) throws(InputError) {
        var scanner = XMLScanner(file)
        var frames: [Frame] = []
        while let event = try scanner.next() {
            switch event {
            case .start(let qualified, let attributes):
                let name = qualified.split(separator: ":").last.map(String.init) ?? qualified
                guard !frames.isEmpty || name == "graphml" else {
                    throw scanner.error("starts with the element '\(name)'; expected graphml")
                }
                frames.append(try frame(name, attributes, frames.last, scanner))
            case .text(let text):
                if let last = frames.indices.last { frames[last].text += text }
            case .end:
                guard let frame = frames.popLast() else { continue }
                close(frame, in: &frames)
            }
        }
    }

    private mutating func frame(
        _ name: String, _ attributes: [String: String], _ parent: Frame?, _ scanner: XMLScanner
    ) throws(InputError) -> Frame {
        var frame = Frame(name: name, isDirected: parent?.isDirected ?? false)
        switch name {
        case "key":
            guard let id = attributes["id"] else { throw scanner.error("has a key without 'id'; expected one") }
            let domain = attributes["for"].flatMap { ["node", "edge"].contains($0) ? $0 : $0 == "all" ? nil : "other" }
            keys.append(Key(id: id, name: attributes["attr.name"] ?? id, domain: domain))
        case "graph": frame.isDirected = attributes["edgedefault"] == "directed"
        case "node":
            guard let id = attributes["id"] else { throw scanner.error("has a node without 'id'; expected one") }
            frame.element = Element(kind: name, ends: [id], line: scanner.line)
        case "edge":
            guard let source = attributes["source"], let target = attributes["target"] else {
                throw scanner.error("has an edge without 'source' or 'target'; expected both")
            }
            let isDirected = attributes["directed"].map { $0 == "true" || $0 == "1" } ?? frame.isDirected
            frame.element = Element(kind: name, ends: [source, target], isDirected: isDirected, line: scanner.line)
        case "data": frame.key = attributes["key"]
        default: break
        }
        return frame
    }

    private mutating func close(_ frame: Frame, in frames: inout [Frame]) {
        let text = Self.trimmed(frame.text)
        switch frame.name {
        case "data":
            if let key = frame.key, let last = frames.indices.last { frames[last].element?.values[key] = text }
        case "default": if frames.last?.name == "key", let last = keys.indices.last { keys[last].standard = text }
        case "node": if let element = frame.element { nodes.append(element) }
        case "edge": if let element = frame.element { edges.append(element) }
        default: break
        }
    }

    private static func trimmed(_ text: String) -> String {
        var part = Substring(text)
        while part.first?.isWhitespace == true { part.removeFirst() }
        while part.last?.isWhitespace == true { part.removeLast() }
        return String(part)
    }
}
