import MeshTypes

/// Reads networks of SNDlib, in its XML and in its native format: nodes with coordinates, links with capacities, demands.
///
/// Coordinates are longitude and latitude (`coordinatesType="geographical"`, and what the native format means). Latencies
/// are light in fibre there and back. Demands count where they leave. Source: Orlowski, Pióro, Tomaszewski, Wessäly,
/// "SNDlib 1.0 - Survivable Network Design Library" (Networks, 2010).
public enum SNDlibReader {
    /// Reads a network in either format.
    ///
    /// - Throws: ``InputError`` with the line.
    public static func read(_ file: InputFile) throws(InputError) -> ImportedNetwork {
        let first = file.bytes.first { $0 > 0x20 }
        return first == UInt8(ascii: "<") ? try readXML(file) : try readNative(file)
    }

    private struct Draft {
        var network = ImportedNetwork(sites: [], links: [], demand: [:], unplaced: 0)
        var numbers: [String: Int] = [:]
        let file: String

        mutating func node(_ name: String, _ x: Double?, _ y: Double?, line: Int) throws(InputError) {
            guard let x, let y, abs(x) <= 180, abs(y) <= 90 else {
                throw InputError(
                    file: file, line: line,
                    message: "places the node '\(name)' nowhere; expected longitude and latitude in degrees")
            }
            guard numbers[name] == nil else {
                throw InputError(file: file, line: line, message: "has the node '\(name)' twice; expected each once")
            }
            numbers[name] = network.sites.count
            var id = SiteNames.slug(name)
            if id.isEmpty || network.sites.contains(where: { $0.id.description == id }) {
                id = "node-\(network.sites.count)"
            }
            network.sites.append(ImportedNetwork.site(id, name: name, GeoCoordinate(latitude: y, longitude: x)))
        }

        func number(_ name: String, line: Int) throws(InputError) -> Int {
            guard let number = numbers[name] else {
                throw InputError(file: file, line: line, message: "names the node '\(name)', which is not there")
            }
            return number
        }

        mutating func link(_ source: String, _ target: String, capacity: Double?, line: Int) throws(InputError) {
            let (from, to) = (try number(source, line: line), try number(target, line: line))
            let ends = (network.sites[from], network.sites[to])
            guard from != to, !network.links.contains(where: { $0.from == ends.0.id && $0.to == ends.1.id }) else {
                return
            }
            network.links += SiteNames.links(
                ends.0, ends.1, latency: nil, bandwidth: capacity.flatMap { $0 > 0 ? $0 : nil })
        }

        mutating func demand(_ source: String, _ target: String, _ value: Double?, line: Int) throws(InputError) {
            guard let value, value >= 0, value <= SnapshotLimits.quantity else {
                throw InputError(
                    file: file, line: line, message: "has a demand without a value; expected a number of 0 or more")
            }
            _ = try number(target, line: line)
            network.demand[network.sites[try number(source, line: line)].id, default: 0] += value
        }

        func finished() throws(InputError) -> ImportedNetwork {
            guard !network.sites.isEmpty else {
                throw InputError(file: file, line: 1, message: "has no node; expected a network of SNDlib")
            }
            return network
        }
    }

    // MARK: XML

    private static func readXML(_ file: InputFile) throws(InputError) -> ImportedNetwork {
        var scanner = XMLScanner(file)
        var draft = Draft(file: file.name)
        var path: [String] = []
        var values: [String: String] = [:]
        var id = ""
        while let event = try scanner.next() {
            switch event {
            case .start(let name, let attributes):
                if path.isEmpty, name != "network" {
                    throw scanner.error("starts with the element '\(name)'; expected network")
                }
                path.append(name)
                if ["node", "link", "demand"].contains(name) {
                    id = attributes["id"] ?? ""
                    values = [:]
                }
                if name == "nodes", let kind = attributes["coordinatesType"], kind != "geographical" {
                    throw scanner.error("has coordinates of type '\(kind)'; expected geographical")
                }
            case .text(let text):
                guard let last = path.last else { continue }
                let isModule = path.contains("additionalModules") || path.contains("addModule")
                if last != "capacity" || !isModule || values["module"] == nil {
                    values[last == "capacity" && isModule ? "module" : last] = text.filter { !$0.isWhitespace }
                }
            case .end(let name):
                path.removeLast()
                let number = { (key: String) in values[key].flatMap(Double.init) }
                let (source, target) = (values["source"] ?? "", values["target"] ?? "")
                switch name {
                case "node": try draft.node(id, number("x"), number("y"), line: scanner.line)
                case "link" where path.last == "links":
                    try draft.link(source, target, capacity: number("capacity") ?? number("module"), line: scanner.line)
                case "demand" where path.last == "demands":
                    try draft.demand(source, target, number("demandValue"), line: scanner.line)
                default: break
                }
            }
        }
        return try draft.finished()
    }

    // MARK: Native

    /// `NODES ( name ( x y ) )`, `LINKS ( id ( a b ) pre-installed cost routing setup ( capacity cost ... ) )`,
    /// `DEMANDS ( id ( a b ) unit value path )`: words and brackets, comments after `#` and `?`.
    private static func readNative(_ file: InputFile) throws(InputError) -> ImportedNetwork {
        var tokens = Tokens(file)
        var draft = Draft(file: file.name)
        while let word = tokens.next() {
            guard ["NODES", "LINKS", "DEMANDS", "ADMISSIBLE_PATHS", "META"].contains(word) else { continue }
            guard tokens.next() == "(" else { throw tokens.error("lacks '(' after \(word)") }
            if word == "ADMISSIBLE_PATHS" || word == "META" {
                try tokens.skipGroup(word)
                continue
            }
            while true {
                guard let name = tokens.next() else { throw tokens.error("ends within \(word); expected ')'") }
                if name == ")" { break }
                let line = tokens.line
                guard tokens.next() == "(", let one = tokens.next(), let other = tokens.next(), tokens.next() == ")"
                else {
                    throw tokens.error("lacks '( a b )' after '\(name)' in \(word)")
                }
                switch word {
                case "NODES": try draft.node(name, Double(one), Double(other), line: line)
                case "LINKS":
                    var numbers: [Double] = []
                    while let token = tokens.next(), token != "(" { numbers.append(Double(token) ?? 0) }
                    var modules: [Double] = []
                    while let token = tokens.next(), token != ")" { modules.append(Double(token) ?? 0) }
                    let installed = numbers.first.flatMap { $0 > 0 ? $0 : nil }
                    try draft.link(one, other, capacity: installed ?? modules.first, line: line)
                default:
                    guard tokens.next() != nil, let value = tokens.next(), tokens.next() != nil else {
                        throw tokens.error("ends within the demand '\(name)'; expected unit, value and path length")
                    }
                    try draft.demand(one, other, Double(value), line: line)
                }
            }
        }
        return try draft.finished()
    }

    /// Words and brackets with their lines.
    private struct Tokens {
        private let file: InputFile
        private var position = 0
        private var nextLine = 1
        private(set) var line = 1

        init(_ file: InputFile) { self.file = file }

        func error(_ message: String) -> InputError { InputError(file: file.name, line: line, message: message) }

        mutating func next() -> String? {
            let bytes = file.bytes
            while position < bytes.count {
                let byte = bytes[position]
                if byte == UInt8(ascii: "\n") { nextLine += 1 }
                if byte == UInt8(ascii: "#") || byte == UInt8(ascii: "?") {
                    while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { position += 1 }
                    continue
                }
                if byte > 0x20 { break }
                position += 1
            }
            guard position < bytes.count else { return nil }
            line = nextLine
            let start = position
            let isBracket = { (byte: UInt8) in byte == UInt8(ascii: "(") || byte == UInt8(ascii: ")") }
            position += 1
            if !isBracket(bytes[start]) {
                while position < bytes.count, bytes[position] > 0x20, !isBracket(bytes[position]) { position += 1 }
            }
            return String(decoding: bytes[start..<position], as: UTF8.self)
        }

        mutating func skipGroup(_ name: String) throws(InputError) {
            var depth = 1
            while depth > 0 {
                guard let token = next() else { throw error("ends within \(name); expected ')'") }
                depth += token == "(" ? 1 : token == ")" ? -1 : 0
            }
        }
    }
}
