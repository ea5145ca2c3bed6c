import GLPKSolver
import NetworkFlow
import Optimization
import TestSupport
import Testing

@Suite("Checking multicommodity answers")
struct MulticommodityCheckerTests {
    private static let router = ColumnGenerationRouter(linearSolver: GLPKLinearSolver(), balancingRounds: 3)

    @Test("Every damage to an optimal answer is found", arguments: 0..<100)
    func damagedOptimum(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        let problem = try MulticommodityRandom.problem(&random)
        let result = try Self.router.solve(problem)
        guard let objective = result.objective, let bound = result.bound, let routes = result.routes else { return }
        func expectRejected(_ what: String, _ damage: (inout MulticommodityResult) -> Void) {
            var damaged = result
            damage(&damaged)
            #expect(!CertificateChecker().verify(problem, damaged).isVerified, "\(what) was accepted")
        }
        expectRejected("a lower objective") { $0.objective = objective - 0.01 * max(1, abs(objective)) }
        expectRejected("a higher bound") { $0.bound = bound + 0.01 * max(1, abs(bound)) }
        expectRejected("no certificate") { $0.certificate = .none }
        expectRejected("infeasibility") { $0.termination = .infeasible }
        expectRejected("wrong loads") { $0.linkLoads?[0] += 1 }
        expectRejected("a negative price") {
            $0.certificate = .linkPrices(Array(repeating: -1, count: problem.links.count))
        }
        expectRejected("an undefined price") {
            $0.certificate = .linkPrices(Array(repeating: .nan, count: problem.links.count))
        }
        guard let route = routes.indices.filter({ !routes[$0].links.isEmpty }).first else { return }
        expectRejected("a route that is missing a link") { _ = $0.routes?[route].links.popLast() }
        expectRejected("a route of another commodity") { $0.routes?[route].commodity = problem.commodities.count }
        expectRejected("a negative volume") { $0.routes?[route].volume = -1 }
        expectRejected("a route twice") { $0.routes?.append(routes[route]) }
        expectRejected("a route that is missing") { $0.routes?.remove(at: route) }
    }

    @Test("A metric proves infeasibility only where it is violated")
    func metrics() throws {
        let links = [MulticommodityProblem.Link(tail: 0, head: 1, capacity: 3, cost: 1)]
        let full = try MulticommodityProblem(
            nodeCount: 2, links: links, commodities: [.init(source: 0, target: 1, volume: 3)])
        let tooMuch = try MulticommodityProblem(
            nodeCount: 2, links: links, commodities: [.init(source: 0, target: 1, volume: 4)])
        let unreachable = try MulticommodityProblem(
            nodeCount: 2, links: links, commodities: [.init(source: 1, target: 0, volume: 1)])
        let mayDrop = try MulticommodityProblem(
            nodeCount: 2, links: links, commodities: [.init(source: 0, target: 1, volume: 4, dropPenalty: 9)])
        func accepts(_ problem: MulticommodityProblem, _ lengths: [Double]) -> Bool {
            let result = MulticommodityResult(termination: .infeasible, certificate: .metric(lengths))
            return CertificateChecker().verify(problem, result).isVerified
        }
        #expect(accepts(tooMuch, [1]))
        #expect(accepts(unreachable, [0]))
        #expect(!accepts(tooMuch, [0]))
        #expect(!accepts(full, [1]))
        #expect(!accepts(mayDrop, [1]))
        #expect(!accepts(tooMuch, [-1]))
        #expect(try PriceBalancingRouter().solve(tooMuch).termination == .infeasible)
        #expect(try Self.router.solve(tooMuch).termination == .infeasible)
        #expect(try Self.router.solve(unreachable).certificate == .metric([0]))
        let dropped = try Self.router.solve(mayDrop)
        #expect(abs((dropped.objective ?? 0) - 12) < 1e-4)
    }

    @Test("What is wrong with a problem is named")
    func refusals() {
        func message(
            link: MulticommodityProblem.Link,
            commodity: MulticommodityProblem.Commodity = .init(
                source: 0, target: 1, volume: 1)
        ) -> String? {
            do {
                _ = try MulticommodityProblem(nodeCount: 2, links: [link], commodities: [commodity])
                return nil
            } catch {
                return error.description
            }
        }
        let good = MulticommodityProblem.Link(tail: 0, head: 1, capacity: 1, cost: 1)
        #expect(message(link: good) == nil)
        #expect(
            message(link: .init(tail: 0, head: 2, capacity: 1, cost: 1))
                == "link 0: joins a node that is not among the 2 nodes")
        #expect(message(link: .init(tail: 0, head: 1, capacity: .nan, cost: 1))?.hasPrefix("link 0: capacity") == true)
        #expect(message(link: .init(tail: 0, head: 1, capacity: 1, cost: -1))?.hasPrefix("link 0: cost") == true)
        for steps: [MulticommodityProblem.CongestionStep] in [
            [.init(start: 0, slope: 0)], [.init(start: 1, slope: 1)], [.init(start: -1, slope: 1)],
            [.init(start: 0, slope: 2), .init(start: 0.5, slope: 1)],
        ] {
            let link = MulticommodityProblem.Link(tail: 0, head: 1, capacity: 1, cost: 1, congestion: steps)
            #expect(message(link: link)?.hasPrefix("link 0: congestion") == true)
        }
        #expect(
            message(link: good, commodity: .init(source: 0, target: 5, volume: 1))
                == "commodity 0: joins a node that is not among the 2 nodes")
        #expect(
            message(link: good, commodity: .init(source: 0, target: 1, volume: -1))?.hasPrefix("commodity 0: volume")
                == true)
    }
}
