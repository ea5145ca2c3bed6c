internal import Optimization

/// A multicommodity problem laid out for the routing methods: links as a compressed graph, link costs as segments,
/// commodities by source.
struct RoutingNetwork: Sendable {
    let problem: MulticommodityProblem
    let graph: CompressedGraph
    /// The cost of each link without congestion.
    let costs: [Double]
    /// The segments of link `e` are `segmentStarts[e] ..< segmentStarts[e + 1]`; their widths sum to its capacity.
    let segmentStarts: [Int32]
    /// How much load each segment takes, and what a unit of it costs on top of the link's cost; slopes ascend.
    private(set) var segmentWidths: [Double]
    let segmentSlopes: [Double]
    /// The commodities that need a path, by source, then by number. The others have no volume or stay where they are.
    let routable: [Int32]
    /// The slices of `routable` that share a source.
    let sourceRanges: [Range<Int>]

    var linkCount: Int { costs.count }

    init(_ problem: MulticommodityProblem) {
        self.problem = problem
        graph = CompressedGraph(
            nodeCount: problem.nodeCount, checkedTails: problem.links.map(\.tail), heads: problem.links.map(\.head))
        costs = problem.links.map(\.cost)
        var starts: [Int32] = [0]
        var widths: [Double] = []
        var slopes: [Double] = []
        for link in problem.links {
            var (begin, slope) = (0.0, 0.0)
            for step in link.congestion + [.init(start: link.capacity, slope: .infinity)] {
                if step.start > begin || step.slope == .infinity {
                    widths.append(step.start - begin)
                    slopes.append(slope)
                }
                (begin, slope) = (step.start, step.slope)
            }
            starts.append(Int32(widths.count))
        }
        (segmentStarts, segmentWidths, segmentSlopes) = (starts, widths, slopes)
        let commodities = problem.commodities
        routable = commodities.indices
            .filter { commodities[$0].volume > 0 && commodities[$0].source != commodities[$0].target }
            .map(Int32.init)
            .sorted { (commodities[Int($0)].source, $0) < (commodities[Int($1)].source, $1) }
        var ranges: [Range<Int>] = []
        var first = 0
        for position in routable.indices {
            let next = position + 1
            let source = commodities[Int(routable[position])].source
            if next == routable.count || commodities[Int(routable[next])].source != source {
                ranges.append(first..<next)
                first = next
            }
        }
        sourceRanges = ranges
    }

    /// The same network with a part of every capacity held back.
    func holdingBack(_ share: Double) -> RoutingNetwork {
        var network = self
        for (link, data) in problem.links.enumerated() where data.capacity < .infinity {
            var excess = share * data.capacity
            for segment in segments(of: link).reversed() where excess > 0 {
                let taken = min(excess, segmentWidths[segment])
                network.segmentWidths[segment] -= taken
                excess -= taken
            }
        }
        return network
    }

    /// Whether these links, in order, lead from the commodity's source to its target.
    func leads(_ path: [Int32], along commodity: MulticommodityProblem.Commodity) -> Bool {
        var node = commodity.source
        for link in path {
            guard problem.links.indices.contains(Int(link)), problem.links[Int(link)].tail == node else { return false }
            node = problem.links[Int(link)].head
        }
        return node == commodity.target && commodity.source != commodity.target
    }

    /// The segments of a link.
    func segments(of link: Int) -> Range<Int> { Int(segmentStarts[link])..<Int(segmentStarts[link + 1]) }

    /// The most that a load within the capacity gains at this price, less what its congestion costs: the conjugate of
    /// the congestion function. Infinite where an unlimited link is priced above its last slope.
    func conjugate(of link: Int, at price: Double) -> Double {
        var gain = 0.0
        for segment in segments(of: link) where price > segmentSlopes[segment] {
            gain += (price - segmentSlopes[segment]) * segmentWidths[segment]
        }
        return gain
    }

    /// The highest price at which the conjugate is finite.
    func highestPrice(of link: Int) -> Double {
        let last = segments(of: link).upperBound - 1
        return segmentWidths[last] == .infinity ? segmentSlopes[last] : .infinity
    }
}
