/// Which record of the kernel stands for which arc: those loaded at first in ``MixedOrder``, later ones as they came.
struct ArcPositions {
    private let order: MixedOrder
    private let firstArcs: Int
    private let firstNodes: Int
    /// For records added later: the arc's number, or the complement of the node's number for a slack arc.
    private var added: [Int] = []
    private var addedArcs: [Int32] = []
    private var addedSlacks: [Int32] = []

    init(arcCount: Int, slackCount: Int) {
        order = MixedOrder(count: arcCount + slackCount)
        firstArcs = arcCount
        firstNodes = slackCount
    }

    /// The record of an arc.
    @inline(__always)
    func position(ofArc arc: Int) -> Int {
        arc < firstArcs ? order.position(of: arc) : Int(addedArcs[arc - firstArcs])
    }

    /// Calls `body` with every arc of a range and its record, in the arcs' order.
    @inline(__always)
    func forEachArc(in range: Range<Int>, _ body: (_ arc: Int, _ position: Int) -> Void) {
        guard !range.isEmpty else { return }
        var position = range.lowerBound < firstArcs ? order.position(of: range.lowerBound) : 0
        for arc in range.clamped(to: 0..<firstArcs) {
            body(arc, position)
            position = order.position(after: position)
        }
        for arc in range where arc >= firstArcs { body(arc, Int(addedArcs[arc - firstArcs])) }
    }

    /// The record of a node's slack arc.
    @inline(__always)
    func position(ofSlack node: Int32) -> Int32 {
        let node = Int(node)
        return node < firstNodes
            ? Int32(truncatingIfNeeded: order.position(of: firstArcs + node)) : addedSlacks[node - firstNodes]
    }

    /// The arc that a record stands for; `nil` for a slack arc.
    @inline(__always)
    func arc(at position: Int32) -> Int? {
        let position = Int(position)
        guard position >= order.count else {
            let element = order.element(at: position)
            return element < firstArcs ? element : nil
        }
        let element = added[position - order.count]
        return element >= 0 ? element : nil
    }

    /// Notes that the next arc of the problem has the next record.
    mutating func appendArc() {
        addedArcs.append(Int32(truncatingIfNeeded: order.count + added.count))
        added.append(firstArcs + addedArcs.count - 1)
    }

    /// Notes that the next node's slack arc has the next record.
    mutating func appendSlack() {
        addedSlacks.append(Int32(truncatingIfNeeded: order.count + added.count))
        added.append(~(firstNodes + addedSlacks.count - 1))
    }
}
