import Foundation
import MeshInstances
import NetworkFlow
import Optimization
import TestSupport

/// Routing problems on real topologies.
enum MulticommodityTopologies {
    private static func text(_ path: String) throws -> Substring {
        guard let url = SharedData.url(path) else { throw SolverError(.unreadableModel, "no file \(path)") }
        return Substring(decoding: try InputFile.read(url.path).bytes, as: UTF8.self)
    }

    /// One traffic matrix of a TEAVAR topology; each link costs 1, dropping costs 100.
    static func teavar(_ name: String, matrix: Int, scale: Double) throws -> MulticommodityProblem {
        let folder = "multicommodity/teavar/\(name)"
        let packed = SharedData.url("\(folder)/demand.txt.xz") != nil
        let rows = try text("\(folder)/demand.txt\(packed ? ".xz" : "")").split(separator: "\n")
        let volumes = rows[matrix].split(separator: " ").compactMap { Double($0) }
        let nodes = Int(Double(volumes.count).squareRoot())
        var links: [MulticommodityProblem.Link] = []
        for line in try text("\(folder)/topology.txt").split(separator: "\n").dropFirst() {
            let fields = line.split(separator: " ").compactMap { Double($0) }
            links.append(.init(tail: Int(fields[1]) - 1, head: Int(fields[0]) - 1, capacity: fields[2], cost: 1))
        }
        var commodities: [MulticommodityProblem.Commodity] = []
        for (index, volume) in volumes.enumerated() where volume > 0 {
            commodities.append(
                .init(source: index / nodes, target: index % nodes, volume: volume * scale, dropPenalty: 100))
        }
        return try MulticommodityProblem(nodeCount: nodes, links: links, commodities: commodities)
    }

    /// The program over arcs, a commodity a source: what it costs is what any routing by paths can cost at best.
    static func arcProgramBySource(_ problem: MulticommodityProblem) -> LinearProgram {
        let sources = Set(problem.commodities.map(\.source)).sorted()
        let rowOf = Dictionary(uniqueKeysWithValues: sources.enumerated().map { ($1, $0 * problem.nodeCount) })
        var program = LinearProgram()
        program.rows = Array(repeating: .init(lower: 0, upper: 0, terms: []), count: sources.count * problem.nodeCount)
        for link in problem.links {
            var load: [LinearProgram.Row.Term] = []
            for source in sources.indices {
                let column = program.columns.count
                program.columns.append(.init(cost: link.cost))
                program.rows[source * problem.nodeCount + Int(link.tail)].terms.append(.init(column, 1))
                program.rows[source * problem.nodeCount + Int(link.head)].terms.append(.init(column, -1))
                load.append(.init(column, 1))
            }
            program.rows.append(.init(upper: link.capacity, terms: load))
        }
        for commodity in problem.commodities where commodity.source != commodity.target {
            guard let first = rowOf[commodity.source] else { continue }
            // What is dropped stays where it is, and counts as if it had arrived.
            let dropped = program.columns.count
            program.columns.append(.init(cost: commodity.dropPenalty, upper: commodity.volume))
            for (node, sign) in [(commodity.source, 1.0), (commodity.target, -1.0)] {
                let row = first + Int(node)
                program.rows[row].terms.append(.init(dropped, sign))
                let supply = (program.rows[row].lower) + sign * commodity.volume
                (program.rows[row].lower, program.rows[row].upper) = (supply, supply)
            }
        }
        // The source's balance follows from the others; stated, it would be at odds with them by rounding.
        for (source, first) in rowOf {
            (program.rows[first + Int(source)].lower, program.rows[first + Int(source)].upper) = (-.infinity, .infinity)
        }
        return program
    }

    /// Kdl of the Topology Zoo with random demands by gravity, and capacities that follow a spread routing of them:
    /// such that the shortest paths overload about a hundred links, and a routing exists.
    static func kdl(demands: Int, headroom: Double, seed: UInt64) throws -> MulticommodityProblem {
        let ends = try edges(of: text("topology/topology_zoo_graphml/Kdl.graphml.xz"))
        let nodes = 1 + (ends.map { max($0.0, $0.1) }.max() ?? 0)
        var random = SplitMix64(seed: seed)
        var arcs: [(tail: Int, head: Int)] = []
        var costs: [Double] = []
        for (tail, head) in ends {
            arcs += [(tail, head), (head, tail)]
            let latency = 0.05 + random.fraction()
            costs += [latency, latency]
        }
        let graph = try CompressedGraph(nodeCount: nodes, arcs: arcs)
        // The mass of a node is skewed: few are large.
        let masses = (0..<nodes).map { _ in 1 / (0.02 + random.fraction()) }
        var commodities: [MulticommodityProblem.Commodity] = []
        for _ in 0..<demands {
            let source = random.integer(0...(nodes - 1))
            let target = (source + random.integer(1...(nodes - 1))) % nodes
            commodities.append(.init(source: source, target: target, volume: masses[source] * masses[target] / 100))
        }
        let spread = try spreadLoads(graph, costs, commodities, &random)
        let least = 0.3 * spread.reduce(0, +) / Double(spread.count)
        let links = arcs.indices.map {
            MulticommodityProblem.Link(
                tail: arcs[$0].tail, head: arcs[$0].head, capacity: max(headroom * spread[$0], least), cost: costs[$0])
        }
        return try MulticommodityProblem(nodeCount: nodes, links: links, commodities: commodities)
    }

    /// The distinct edges of a GraphML file, without loops.
    private static func edges(of graph: Substring) -> [(Int, Int)] {
        var seen: Set<[Int]> = []
        var edges: [(Int, Int)] = []
        for line in graph.split(separator: "\n") where line.contains("<edge ") {
            let numbers = line.split(separator: "\"").compactMap { Int($0) }
            guard numbers.count == 2, numbers[0] != numbers[1], seen.insert(numbers.sorted()).inserted else { continue }
            edges.append((numbers[0], numbers[1]))
        }
        return edges
    }

    /// The mean load of each arc over shortest paths at eight random distortions of the costs.
    private static func spreadLoads(
        _ graph: CompressedGraph, _ costs: [Double], _ commodities: [MulticommodityProblem.Commodity],
        _ random: inout SplitMix64
    ) throws -> [Double] {
        var loads = Array(repeating: 0.0, count: costs.count)
        let bySource = Dictionary(grouping: commodities, by: \.source).sorted { $0.key < $1.key }
        for _ in 0..<8 {
            let distorted = costs.map { $0 * (0.4 + 2 * random.fraction()) }
            for (source, group) in bySource {
                let tree = try graph.shortestPaths(from: Int(source), costs: distorted)
                for commodity in group {
                    for arc in tree.path(to: Int(commodity.target), in: graph) ?? [] {
                        loads[arc] += commodity.volume / 8
                    }
                }
            }
        }
        return loads
    }
}
