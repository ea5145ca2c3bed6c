public import Optimization

/// Reads minimum-cost flow problems in the DIMACS format (`.min`, `.dmx`).
///
///     c a comment
///     p min NODES ARCS
///     n NODE SUPPLY                     nodes are numbered from 1; a node without a line has supply 0
///     a TAIL HEAD LOWER UPPER COST      exactly ARCS lines
///
/// Lines may come in any order after the `p` line. Supplies bind with equality. An upper bound of 2^63 - 1 means none;
/// negative ones are refused.
///
/// Source: First DIMACS Implementation Challenge, "The benchmark format" (1990).
public struct DIMACSFlowReader: Sendable {
    /// The most nodes that a file may declare: 2^24. Nodes need no line, so that the file's size does not limit them.
    public static let nodeLimit = 1 << 24

    /// Reads a problem.
    ///
    /// - Complexity: O(bytes + nodes).
    /// - Throws: ``InputError`` with the line for whatever is not as above, for counts that disagree with the `p`
    ///   line, for a node described twice, and for numbers on which the arithmetic could overflow.
    public static func read(_ file: InputFile) throws(InputError) -> FlowProblem {
        var reader = DIMACSFlowReader(file)
        try reader.readLines()
        return try reader.problem(file)
    }

    /// The shortest arc line, `a 1 1 0 0 0` with its end: a file cannot hold more arcs than this many bytes allow.
    private static let shortestArcLine = 12

    private var scanner: TextScanner
    private var declared: (nodes: Int, arcs: Int, line: Int)?
    private var supplies: [Int64] = []
    private var isDescribed: [Bool] = []
    private var arcs: [FlowProblem.Arc] = []

    private init(_ file: InputFile) {
        scanner = TextScanner(file)
    }

    private mutating func readLines() throws(InputError) {
        repeat {
            guard let first = scanner.tokenInLine() else { continue }
            let isLetter = first.end - first.start == 1
            switch scanner.bytes[first.start] {
            case UInt8(ascii: "c"): continue
            case UInt8(ascii: "p") where isLetter: try readProblemLine()
            case UInt8(ascii: "n") where isLetter: try readNodeLine()
            case UInt8(ascii: "a") where isLetter: try readArcLine()
            default:
                throw scanner.error("line starts with \(scanner.quoted(first)); expected c, p, n or a", at: first)
            }
            if let extra = scanner.tokenInLine() {
                throw scanner.error("\(scanner.quoted(extra)) is more than expected on this line", at: extra)
            }
        } while scanner.nextLine()
    }

    private mutating func readProblemLine() throws(InputError) {
        if let declared {
            throw scanner.error("a second problem line; expected one, and there is one at line \(declared.line)")
        }
        guard let kind = scanner.tokenInLine() else { throw scanner.error("the line ends; expected 'p min'") }
        guard scanner.matches(kind, "min") else {
            throw scanner.error("the problem is of kind \(scanner.quoted(kind)); expected 'min'", at: kind)
        }
        let nodes = try scanner.integerInLine("number of nodes")
        guard nodes >= 0, nodes <= DIMACSFlowReader.nodeLimit else {
            throw scanner.error("number of nodes is \(nodes); expected 0 to \(DIMACSFlowReader.nodeLimit)")
        }
        let arcs = try scanner.integerInLine("number of arcs")
        let largest = scanner.remaining / DIMACSFlowReader.shortestArcLine + 1
        guard arcs >= 0 else { throw scanner.error("number of arcs is \(arcs); expected 0 or more") }
        guard arcs <= largest else {
            throw scanner.error("number of arcs is \(arcs), but the file is too short for more than \(largest)")
        }
        declared = (Int(nodes), Int(arcs), scanner.line)
        supplies = Array(repeating: 0, count: Int(nodes))
        isDescribed = Array(repeating: false, count: Int(nodes))
        self.arcs.reserveCapacity(Int(arcs))
    }

    private mutating func readNodeLine() throws(InputError) {
        let node = try readNode("node")
        guard !isDescribed[node] else { throw scanner.error("node \(node + 1) has a second line; expected one") }
        isDescribed[node] = true
        supplies[node] = try scanner.integerInLine("supply")
    }

    private mutating func readArcLine() throws(InputError) {
        let tail = try readNode("tail")
        let head = try readNode("head")
        let lower = try scanner.integerInLine("lower bound")
        let upper = try scanner.integerInLine("upper bound")
        let cost = try scanner.integerInLine("cost")
        guard lower >= 0 else { throw scanner.error("lower bound is \(lower); expected 0 or more") }
        guard upper >= lower else {
            throw scanner.error("upper bound is \(upper); expected at least the lower bound, \(lower)")
        }
        if let declared, arcs.count == declared.arcs {
            throw scanner.error("one arc more than the \(declared.arcs) that line \(declared.line) declares")
        }
        arcs.append(FlowProblem.Arc(tail: tail, head: head, lower: lower, upper: upper, cost: cost))
    }

    /// A node number, from 0.
    private mutating func readNode(_ what: StaticString) throws(InputError) -> Int {
        guard let declared else { throw scanner.error("comes before the problem line; expected 'p min' first") }
        let node = try scanner.integerInLine(what)
        guard node >= 1, node <= declared.nodes else {
            throw scanner.error("\(what) is \(node); expected a node from 1 to \(declared.nodes)")
        }
        return Int(node) - 1
    }

    private func problem(_ file: InputFile) throws(InputError) -> FlowProblem {
        guard let declared else { throw scanner.error("there is no problem line; expected 'p min NODES ARCS'") }
        guard arcs.count == declared.arcs else {
            throw scanner.error(
                "the file ends after \(arcs.count) arcs; line \(declared.line) declares \(declared.arcs)")
        }
        do throws(ProblemError) {
            return try FlowProblem(supplies: supplies, arcs: arcs)
        } catch {
            throw scanner.error(error.message, line: DIMACSFlowReader.line(of: error.element, in: file))
        }
    }

    /// The line that describes an element of a problem that was read without fault; costs a second walk.
    private static func line(of element: ProblemError.Element, in file: InputFile) -> Int {
        var scanner = TextScanner(file)
        var arc = -1
        repeat {
            guard let first = scanner.tokenInLine(), first.end - first.start == 1 else { continue }
            switch (scanner.bytes[first.start], element) {
            case (UInt8(ascii: "a"), .arc(let wanted)):
                arc += 1
                if arc == wanted { return scanner.line }
            case (UInt8(ascii: "n"), .node(let wanted)):
                if let token = scanner.tokenInLine(), scanner.text(token) == String(wanted + 1) { return scanner.line }
            default: continue
            }
        } while scanner.nextLine()
        return 1
    }
}
