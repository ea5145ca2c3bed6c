import NetworkFlow
import Optimization
import TestSupport
import Testing

@Suite("Flows with convex costs")
struct ConvexCostsTests {
    private static func instance(
        _ random: inout SplitMix64
    ) -> (supplies: [Int64], arcs: [ConvexFlowProblem.Arc]) {
        let nodes = random.integer(2...4)
        var arcs: [ConvexFlowProblem.Arc] = []
        for _ in 0..<random.integer(1...5) {
            var slope = random.integer(-3...4)
            var segments: [ConvexFlowProblem.Segment] = []
            for _ in 0..<random.integer(1...3) {
                segments.append(.init(width: Int64(random.integer(1...2)), slope: Int64(slope)))
                slope += random.integer(0...4)
            }
            let capacity = Int(segments.reduce(0) { $0 + $1.width })
            arcs.append(
                .init(
                    tail: random.integer(0...(nodes - 1)), head: random.integer(0...(nodes - 1)),
                    lower: random.chance(0.2) ? Int64(random.integer(0...capacity)) : 0, segments: segments))
        }
        var supplies = Array(repeating: Int64(0), count: nodes)
        let sent = Int64(random.integer(0...3))
        supplies[0] += sent
        supplies[nodes - 1] -= sent
        return (supplies, arcs)
    }

    /// The least cost over all flows, by trying every one; `nil` when there is none.
    private static func bruteForce(_ supplies: [Int64], _ problem: ConvexFlowProblem) -> Int128? {
        var best: Int128?
        func visit(_ arc: Int, _ excess: [Int64], _ cost: Int128) {
            guard arc < problem.arcs.count else {
                if excess.allSatisfy({ $0 == 0 }) { best = min(best ?? cost, cost) }
                return
            }
            let data = problem.arcs[arc]
            for flow in data.lower...data.segments.reduce(0, { $0 + $1.width }) {
                var after = excess
                after[data.tail] -= flow
                after[data.head] += flow
                visit(arc + 1, after, cost + problem.cost(of: flow, onArc: arc))
            }
        }
        visit(0, supplies, 0)
        return best
    }

    @Test("The least cost is that of trying every flow", arguments: 0..<300)
    func agreesWithBruteForce(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        let (supplies, arcs) = Self.instance(&random)
        let problem = try ConvexFlowProblem(supplies: supplies, arcs: arcs)
        let result = try NetworkSimplexSolver().solve(problem.expansion)
        #expect(CertificateChecker().verify(problem.expansion, result).failures == [])
        let best = Self.bruteForce(supplies, problem)
        let objective = result.objective.map { Int128($0) }
        #expect(objective == best)
        guard let flows = result.flows else { return }
        let folded = try problem.folded(flows)
        let total = folded.indices.reduce(Int128(0)) { $0 + problem.cost(of: folded[$1], onArc: $1) }
        #expect(total == best)
    }

    @Test("What is wrong is named by the arc as it was given")
    func refusals() {
        func message(_ arc: ConvexFlowProblem.Arc) -> String? {
            let good = ConvexFlowProblem.Arc(
                tail: 0, head: 1, segments: [.init(width: 1, slope: 0), .init(width: 1, slope: 2)])
            do {
                _ = try ConvexFlowProblem(supplies: [0, 0], arcs: [good, arc])
                return nil
            } catch {
                return error.description
            }
        }
        #expect(
            message(.init(tail: 0, head: 1, segments: [.init(width: 1, slope: 2), .init(width: 1, slope: 1)]))
                == "arc 1: slope 1 of segment 1 is below 2 before it: not convex")
        #expect(
            message(.init(tail: 0, head: 1, segments: [.init(width: 0, slope: 2)]))
                == "arc 1: width 0 of segment 0; expected a positive one")
        #expect(
            message(
                .init(tail: 0, head: 1, segments: [.init(width: .max, slope: 1), .init(width: 1, slope: 2)]))
                == "arc 1: segment 0 has no end, but is not the last")
        #expect(
            message(.init(tail: 0, head: 1, lower: 3, segments: [.init(width: 2, slope: 1)]))
                == "arc 1: lower bound 3 exceeds the capacity 2")
        #expect(
            message(.init(tail: 0, head: 7, segments: [.init(width: 2, slope: 1), .init(width: 1, slope: 1)]))
                == "arc 1: segment 0: joins a node that is not among the 2 nodes")
        #expect(message(.init(tail: 0, head: 1, segments: [.init(width: .max, slope: -1)])) == nil)
    }
}
