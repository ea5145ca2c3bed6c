internal import Optimization

/// Builds one NETGEN-like network, step by step.
struct NETGENBuilder {
    private let parameters: NETGENParameters
    private var random: SeededRandom
    private(set) var supplies: [Int64]
    private(set) var arcs: [FlowProblem.Arc] = []

    init(_ parameters: NETGENParameters, seed: UInt64) {
        self.parameters = parameters
        random = SeededRandom(seed: seed)
        supplies = Array(repeating: 0, count: parameters.nodes)
        arcs.reserveCapacity(parameters.arcs)
    }

    private var firstSink: Int { parameters.nodes - parameters.sinks }
    /// Arcs may enter nodes from here on.
    private var firstHead: Int { parameters.sources - parameters.transshipmentSources }
    /// Arcs may leave nodes before this one.
    private var tailEnd: Int { firstSink + parameters.transshipmentSinks }

    /// Deals the supply: every source keeps a random part of an even share and gives the rest to a random source.
    mutating func dealSupply() {
        let (sources, supply) = (parameters.sources, parameters.supply)
        let share = supply / sources
        for source in 0..<sources {
            let part = random.integer(in: 1...share)
            supplies[source] += Int64(part)
            supplies[random.integer(in: 0...sources - 1)] += Int64(share - part)
        }
        supplies[random.integer(in: 0...sources - 1)] += Int64(supply - share * sources)
    }

    /// Draws the chains and hangs the sinks on them.
    mutating func buildSkeleton() {
        let sources = parameters.sources
        var chains: [[Int]] = (0..<sources).map { [$0] }
        let order = random.permutation(firstSink - sources)
        for (index, node) in order.enumerated() {
            // Three in five go around, so that no chain stays short by chance; the others go anywhere.
            let chain = 5 * index < 3 * order.count ? index % sources : random.integer(in: 0...sources - 1)
            chains[chain].append(sources + node)
        }
        let sinks = dealSinks()
        for source in 0..<sources {
            let chain = chains[source]
            for (tail, head) in zip(chain, chain.dropFirst()) {
                addSkeletonArc(tail, head, flow: Int(supplies[source]))
            }
            hang(sinks[source], on: chain, supply: supplies[source])
        }
    }

    /// Which sinks each source's chain leads to: every sink to a chain, and some more.
    private mutating func dealSinks() -> [[Int]] {
        let (sources, sinks) = (parameters.sources, parameters.sinks)
        var dealt: [[Int]] = Array(repeating: [], count: sources)
        var order: [Int] = []
        for source in 0..<sources {
            // A source with one unit can feed one sink: the rest goes round until somebody can.
            if order.isEmpty { order = random.permutation(sinks) }
            let most = min(Int(supplies[source]), max(1, 2 * sinks / sources))
            let count = random.integer(in: 1...most)
            var seen: Set<Int> = []
            for _ in 0..<count {
                guard let sink = order.popLast() else { break }
                if seen.insert(sink).inserted { dealt[source].append(firstSink + sink) }
            }
        }
        spread(&dealt)
        return dealt
    }

    /// Gives the sinks that no chain leads to to the sources with supply to spare, one after the other.
    private mutating func spread(_ dealt: inout [[Int]]) {
        var isFed = Array(repeating: false, count: parameters.nodes)
        for sinks in dealt { for sink in sinks { isFed[sink] = true } }
        var source = 0
        for sink in firstSink..<parameters.nodes where !isFed[sink] {
            // The supply is at least as large as the number of sinks: units are left somewhere, or a sink hangs twice.
            var turns = 0
            while dealt[source].count >= Int(supplies[source]), turns < dealt.count {
                source = (source + 1) % dealt.count
                turns += 1
            }
            if turns == dealt.count { source = replaceRepeated(&dealt) }
            dealt[source].append(sink)
            source = (source + 1) % dealt.count
        }
    }

    /// Takes a sink that hangs on another chain too from its chain, and says which chain it was.
    private func replaceRepeated(_ dealt: inout [[Int]]) -> Int {
        var uses: [Int: Int] = [:]
        for sinks in dealt { for sink in sinks { uses[sink, default: 0] += 1 } }
        for source in dealt.indices {
            if let index = dealt[source].firstIndex(where: { uses[$0, default: 0] > 1 }) {
                dealt[source].remove(at: index)
                return source
            }
        }
        return 0
    }

    /// Splits a source's supply among its sinks, each hanging on a random node of the chain.
    private mutating func hang(_ sinks: [Int], on chain: [Int], supply: Int64) {
        var left = Int(supply)
        for (index, sink) in sinks.enumerated() {
            let others = sinks.count - index - 1
            let share = others == 0 ? left : random.integer(in: 1...max(1, min(left - others, 2 * left / (others + 1))))
            left -= share
            supplies[sink] -= Int64(share)
            addSkeletonArc(chain[random.integer(in: 0...chain.count - 1)], sink, flow: share)
        }
    }

    private mutating func addSkeletonArc(_ tail: Int, _ head: Int, flow: Int) {
        let isDear = random.integer(in: 1...100) <= parameters.highCostPercent
        let cost = isDear ? parameters.costs.upperBound : random.integer(in: parameters.costs)
        arcs.append(.init(tail: tail, head: head, upper: Int64(max(flow, capacity())), cost: Int64(cost)))
    }

    /// A capacity: drawn, or all that there is to carry.
    private mutating func capacity() -> Int {
        let isCapacitated = random.integer(in: 1...100) <= parameters.capacitatedPercent
        return isCapacitated ? random.integer(in: parameters.capacities) : parameters.supply
    }

    /// Draws the other arcs, tail by tail.
    mutating func addArcs() throws(ParameterError) {
        let skeleton = headsByTail()
        guard parameters.arcs >= arcs.count else {
            throw ParameterError("arcs", "is \(parameters.arcs); the skeleton alone has \(arcs.count)")
        }
        let rooms = (0..<tailEnd).map { tail in
            parameters.nodes - firstHead - (tail >= firstHead ? 1 : 0) - skeleton[tail].count
        }
        var room = rooms.reduce(0, +)
        var left = parameters.arcs - arcs.count
        guard left <= room else {
            throw ParameterError("arcs", "is \(parameters.arcs); at most \(room + arcs.count) have different ends")
        }
        var mark = Array(repeating: -1, count: parameters.nodes)
        for tail in 0..<tailEnd {
            room -= rooms[tail]
            // Twice an even share at most; what the tails after this one have no room for must leave this one.
            let share = 2 * left / (tailEnd - tail)
            let least = max(0, left - room)
            let most = max(least, min(rooms[tail], max(share, 1), left))
            let count = tailEnd - tail == 1 ? left : random.integer(in: least...most)
            mark[tail] = tail
            for head in skeleton[tail] { mark[head] = tail }
            drawArcs(count, from: tail, room: rooms[tail], mark: &mark)
            left -= count
        }
    }

    private func headsByTail() -> [[Int]] {
        var heads: [[Int]] = Array(repeating: [], count: parameters.nodes)
        for arc in arcs { heads[Int(arc.tail)].append(Int(arc.head)) }
        return heads
    }

    /// Draws arcs from one tail to heads that are not marked with it.
    private mutating func drawArcs(_ count: Int, from tail: Int, room: Int, mark: inout [Int]) {
        if 2 * count < room {
            for _ in 0..<count {
                var head = random.integer(in: firstHead...parameters.nodes - 1)
                while mark[head] == tail { head = random.integer(in: firstHead...parameters.nodes - 1) }
                mark[head] = tail
                addRandomArc(tail, head)
            }
        } else if count > 0 {
            var heads = (firstHead..<parameters.nodes).filter { mark[$0] != tail }
            for index in 0..<count {
                heads.swapAt(index, random.integer(in: index...heads.count - 1))
                addRandomArc(tail, heads[index])
            }
        }
    }

    private mutating func addRandomArc(_ tail: Int, _ head: Int) {
        let upper = capacity()
        arcs.append(
            .init(tail: tail, head: head, upper: Int64(upper), cost: Int64(random.integer(in: parameters.costs))))
    }
}
