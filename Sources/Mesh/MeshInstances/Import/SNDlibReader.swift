import MeshTypes

/// Reads networks of SNDlib, in its XML and in its native format: nodes with coordinates, links with capacities, demands.
///
/// Coordinates are longitude and latitude (`coordinatesType="geographical"`, and what the native format means). A link
/// carries what is installed on it, or else the smallest module that can be added; parallel links add up. Latencies are
/// light in fibre there and back. Demands count where they leave. Source: Orlowski, Pióro, Tomaszewski, Wessäly,
/// "SNDlib 1.0 - Survivable Network Design Library" (Networks, 2010).
public enum SNDlibReader {
    /// Reads a network in either format.
    ///
    /// - Throws: ``InputError`` with the line.
    public static func read(_ file: InputFile) throws(InputError) -> ImportedNetwork {
        let first = file.bytes.first { $0 > 0x20 }
        return first == UInt8(ascii: "<") ? try readXML(file) : try readNative(file)
    }

    /// A network in the making, and what both formats have in common.
    private struct Draft {
        var draft: NetworkDraft
        let file: String

        init(file: String) {
            draft = NetworkDraft(file: file)
            self.file = file
        }

        mutating func node(_ name: String, _ x: Double?, _ y: Double?, line: Int) throws(InputError) {
            guard let x, let y, abs(x) <= 180, abs(y) <= 90 else {
                throw InputError(
                    file: file, line: line,
                    message: "places the node '\(name)' nowhere; expected longitude and latitude in degrees")
            }
            try draft.addNode(name, name: name, at: GeoCoordinate(latitude: y, longitude: x), line: line)
        }

        /// A link carries what is installed; where that is nothing, the smallest module that can be.
        mutating func link(
            _ source: String, _ target: String, installed: Double?, modules: [Double], line: Int
        ) throws(InputError) {
            let capacity = [installed ?? 0, modules.first { $0 > 0 } ?? 0].first { $0 > 0 }
            guard (capacity ?? 0) <= SnapshotLimits.quantity else {
                throw InputError(
                    file: file, line: line,
                    message: "has a capacity of \(capacity ?? 0); expected at most \(SnapshotLimits.quantity)")
            }
            try draft.addEdge(source, target, latency: nil, bandwidth: capacity, line: line)
        }

        mutating func demand(_ source: String, _ target: String, _ value: Double?, line: Int) throws(InputError) {
            guard let value, value >= 0, value <= SnapshotLimits.quantity else {
                throw InputError(
                    file: file, line: line, message: "has a demand without a value; expected a number of 0 or more")
            }
            try draft.addDemand(source, target, value, line: line)
        }

        mutating func finished() throws(InputError) -> ImportedNetwork {
            guard !draft.network.sites.isEmpty else {
                throw InputError(file: file, line: 1, message: "has no node; expected a network of SNDlib")
            }
            return draft.finished()
        }
    }

    private static func number(_ text: String) -> Double? {
        DecimalNumber.parse(Array(text.utf8), from: 0, to: text.utf8.count)
    }

    // MARK: XML

    private static func readXML(_ file: InputFile) throws(InputError) -> ImportedNetwork {
        var scanner = XMLScanner(file)
        var draft = Draft(file: file.name)
        var path: [String] = []
        var texts: [String] = []
        var values: [String: String] = [:]
        var modules: [Double] = []
        var id = ""
        while let event = try scanner.next() {
            switch event {
            case .start(let qualified, let attributes):
                let name = qualified.split(separator: ":").last.map(String.init) ?? qualified
                if path.isEmpty, name != "network" {
                    throw scanner.error("starts with the element '\(name)'; expected network")
                }
                path.append(name)
                texts.append("")
                if ["node", "link", "demand"].contains(name) {
                    id = (attributes["id"] ?? "").filter { !$0.isWhitespace }
                    (values, modules) = ([:], [])
                }
                if name == "nodes", let kind = attributes["coordinatesType"], kind != "geographical" {
                    throw scanner.error("has coordinates of type '\(kind)'; expected geographical")
                }
            case .text(let text): if let last = texts.indices.last { texts[last] += text }
            case .end:
                guard let name = path.popLast(), let text = texts.popLast()?.filter({ !$0.isWhitespace }) else {
                    continue
                }
                let figure = { (key: String) in values[key].flatMap(Self.number) }
                let (source, target) = (values["source"] ?? "", values["target"] ?? "")
                switch name {
                case "node": try draft.node(id, figure("x"), figure("y"), line: scanner.line)
                case "link" where path.last == "links":
                    try draft.link(
                        source, target, installed: figure("capacity"), modules: modules, line: scanner.line)
                case "demand" where path.last == "demands":
                    try draft.demand(source, target, figure("demandValue"), line: scanner.line)
                case "capacity":
                    guard let capacity = Self.number(text), capacity >= 0 else {
                        throw scanner.error("has the capacity \(InputError.quoted(text.utf8)); expected 0 or more")
                    }
                    if path.contains("addModule") { modules.append(capacity) } else { values[name] = text }
                default: values[name] = text
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
                case "NODES": try draft.node(name, Self.number(one), Self.number(other), line: line)
                case "LINKS":
                    let numbers = try tokens.numbers(until: "(")
                    // Capacities and costs by turns.
                    let modules = try tokens.numbers(until: ")").enumerated().filter { $0.offset % 2 == 0 }
                    try draft.link(
                        one, other, installed: numbers.first, modules: modules.map(\.element), line: line)
                default:
                    guard tokens.next() != nil, let value = tokens.next(), tokens.next() != nil else {
                        throw tokens.error("ends within the demand '\(name)'; expected unit, value and path length")
                    }
                    try draft.demand(one, other, Self.number(value), line: line)
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

        /// The numbers up to a bracket, which is passed.
        mutating func numbers(until end: String) throws(InputError) -> [Double] {
            var numbers: [Double] = []
            while let token = next() {
                if token == end { return numbers }
                guard let number = SNDlibReader.number(token), number >= 0 else {
                    throw error("has \(InputError.quoted(token.utf8)) in a link; expected numbers of 0 or more")
                }
                numbers.append(number)
            }
            throw error("ends within a link; expected '\(end)'")
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
