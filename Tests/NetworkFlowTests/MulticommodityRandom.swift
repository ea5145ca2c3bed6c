import Optimization
import TestSupport

/// Random multicommodity problems, and the linear program that states one without any path.
enum MulticommodityRandom {
    /// A small problem: any mixture of congestion, unlimited links, drop penalties, idle commodities and lack of room.
    static func problem(_ random: inout SplitMix64) throws -> MulticommodityProblem {
        let nodes = random.integer(2...9)
        var links: [MulticommodityProblem.Link] = []
        for _ in 0..<random.integer(1...(nodes * 4)) {
            let capacity = random.chance(0.1) ? Double.infinity : Double(random.integer(0...40)) / 2
            links.append(
                .init(
                    tail: random.integer(0...(nodes - 1)), head: random.integer(0...(nodes - 1)), capacity: capacity,
                    cost: Double(random.integer(0...30)) / 3,
                    congestion: random.chance(0.3) ? congestion(&random, capacity: capacity) : []))
        }
        let mayDrop = random.fraction()
        var commodities: [MulticommodityProblem.Commodity] = []
        for _ in 0..<random.integer(1...12) {
            commodities.append(
                .init(
                    source: random.integer(0...(nodes - 1)), target: random.integer(0...(nodes - 1)),
                    volume: random.chance(0.1) ? 0 : Double(random.integer(1...30)) / 4,
                    dropPenalty: random.chance(mayDrop) ? Double(random.integer(0...100)) : .infinity))
        }
        return try MulticommodityProblem(nodeCount: nodes, links: links, commodities: commodities)
    }

    private static func congestion(
        _ random: inout SplitMix64, capacity: Double
    ) -> [MulticommodityProblem.CongestionStep] {
        var steps: [MulticommodityProblem.CongestionStep] = []
        var (start, slope) = (0.0, 0.0)
        for _ in 0..<random.integer(1...3) {
            start += Double(random.integer(steps.isEmpty ? 0...8 : 1...8)) / 2
            slope += Double(random.integer(1...20)) / 2
            guard start < capacity else { break }
            steps.append(.init(start: start, slope: slope))
        }
        return steps
    }

    /// The arc-flow program: a column a commodity and link, one a commodity for what is dropped, one a congestion step.
    static func arcProgram(_ problem: MulticommodityProblem) -> LinearProgram {
        var program = LinearProgram()
        var balance = Array(
            repeating: Array(repeating: [LinearProgram.Row.Term](), count: problem.nodeCount),
            count: problem.commodities.count)
        var load = Array(repeating: [LinearProgram.Row.Term](), count: problem.links.count)
        func column(cost: Double, upper: Double = .infinity) -> Int {
            program.columns.append(.init(cost: cost, upper: upper))
            return program.columns.count - 1
        }
        for (index, commodity) in problem.commodities.enumerated() {
            for (number, link) in problem.links.enumerated() where link.tail != link.head {
                let flow = column(cost: link.cost)
                balance[index][Int(link.tail)].append(.init(flow, 1))
                balance[index][Int(link.head)].append(.init(flow, -1))
                load[number].append(.init(flow, 1))
            }
            guard commodity.dropPenalty < .infinity, commodity.source != commodity.target else { continue }
            let dropped = column(cost: commodity.dropPenalty, upper: commodity.volume)
            balance[index][Int(commodity.source)].append(.init(dropped, 1))
            balance[index][Int(commodity.target)].append(.init(dropped, -1))
        }
        for (index, commodity) in problem.commodities.enumerated() {
            for node in 0..<problem.nodeCount {
                var supply = 0.0
                if node == Int(commodity.source) { supply += commodity.volume }
                if node == Int(commodity.target) { supply -= commodity.volume }
                program.rows.append(.init(lower: supply, upper: supply, terms: balance[index][node]))
            }
        }
        for (number, link) in problem.links.enumerated() where !load[number].isEmpty {
            program.rows.append(.init(upper: link.capacity, terms: load[number]))
            var before = 0.0
            for step in link.congestion {
                let beyond = column(cost: step.slope - before)
                program.rows.append(.init(upper: step.start, terms: load[number] + [.init(beyond, -1)]))
                before = step.slope
            }
        }
        return program
    }
}
