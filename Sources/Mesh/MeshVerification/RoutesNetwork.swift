internal import Glibc
import MeshTypes

/// The network of a routing check, with the loads of the routes seen so far.
struct CheckedNetwork {
    private struct Arc {
        let to: Int
        let link: Int
    }

    private let checker: RoutesChecker
    private let numbers: [SiteID: Int]
    /// The link between two sites that a hop means: the first of least latency.
    private var links: [SiteLink: Int] = [:]
    private var arcs: [[Arc]]
    private let capacity: [Int64?]
    private let loss: [Int64]
    private var loads: [Int64]
    private var latencyCost: Int128 = 0
    private var carriageCost: Int128 = 0
    private var unreached = 0
    private var lossPaths: [Int: [Int64]] = [:]

    private static let unreachable = Int64.max / 2

    init(_ checker: RoutesChecker) {
        self.checker = checker
        let numbers = Dictionary(
            checker.sites.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        self.numbers = numbers
        arcs = Array(repeating: [], count: checker.sites.count)
        capacity = checker.links.map { $0.bandwidth.map { Self.kilobits($0) } }
        loss = checker.links.map { Self.lossLength($0.loss ?? 0) }
        loads = Array(repeating: 0, count: checker.links.count)
        for (number, link) in checker.links.enumerated() {
            guard let from = numbers[link.from], let to = numbers[link.to] else { continue }
            links[SiteLink(from: link.from, to: link.to)] = number
            arcs[from].append(Arc(to: to, link: number))
        }
    }

    static func kilobits(_ rate: Double) -> Int64 {
        rate > 0 ? max(1, Int64(min(1e9, (rate * 1000).rounded()))) : 0
    }

    private static func thousandths(_ weight: Double) -> Int64 { Int64(max(0, min(64_000, (weight * 1000).rounded()))) }

    private static func lossLength(_ loss: Double) -> Int64 {
        loss <= 0 ? 0 : loss >= 0.99995 ? 10_000_000_000 : Int64((-log(1 - loss) * 1e9).rounded())
    }

    /// Lengths of shortest paths by the first, plain form of Dijkstra's algorithm: O(sites^2 + links).
    private func lengths(from source: Int, _ length: (Int) -> Int64) -> [Int64] {
        var distance = [Int64](repeating: Self.unreachable, count: arcs.count)
        var open = Array(arcs.indices)
        distance[source] = 0
        while let place = open.indices.min(by: { distance[open[$0]] < distance[open[$1]] }) {
            let site = open.remove(at: place)
            guard distance[site] < Self.unreachable else { break }
            for arc in arcs[site] { distance[arc.to] = min(distance[arc.to], distance[site] + length(arc.link)) }
        }
        return distance
    }

    mutating func check(
        _ route: MediaRoute, stream: MediaDemand.Stream, _ path: String, into verification: inout PlanVerification
    ) {
        RouteShape(route).verify(path, into: &verification)
        let rate = Self.kilobits(stream.volumes[route.source] ?? 0)
        verification.expect(route.rate, equals: Double(rate) / 1000, "\(path).rate")
        guard let source = numbers[route.source] else {
            verification.fail(path, "starts at \(route.source), which is no site")
            return
        }
        var delay: [SiteID: Int64] = [route.source: 0]
        var lost: [SiteID: Int64] = [route.source: 0]
        for hop in route.hops {
            guard let link = links[hop], let before = delay[hop.from], let lostBefore = lost[hop.from] else {
                verification.fail(path, "uses \(hop.from) to \(hop.to), which is no link that is up")
                continue
            }
            delay[hop.to] = before + checker.links[link].latency.microseconds
            lost[hop.to] = lostBefore + loss[link]
            loads[link] += rate
            carriageCost += Int128(rate) * Int128(checker.carriage) * Int128(checker.links[link].latency.microseconds)
        }
        let weight = Self.thousandths(stream.latencyWeight)
        for site in route.receivers {
            latencyCost += Int128(rate) * Int128(weight) * Int128(delay[site] ?? 0)
        }
        checkReceivers(route, stream, source: source, lost: lost, path, into: &verification)
    }

    /// Every receiver is reached that can be, and without more loss than is tolerated where that is possible.
    private mutating func checkReceivers(
        _ route: MediaRoute, _ stream: MediaDemand.Stream, source: Int, lost: [SiteID: Int64], _ path: String,
        into verification: inout PlanVerification
    ) {
        let least = lossPaths[source] ?? lengths(from: source) { loss[$0] }
        lossPaths[source] = least
        let wanted = Set(stream.receivers).subtracting([route.source])
        for site in Set(route.receivers).subtracting(wanted).sorted() {
            verification.fail(path, "delivers to \(site), which does not receive")
        }
        let tolerance = stream.lossTolerance >= 1 ? Int64.max : Self.lossLength(stream.lossTolerance)
        for site in wanted.sorted() {
            guard let number = numbers[site] else { continue }
            guard route.receivers.contains(site) else {
                unreached += 1
                verification.expect(
                    least[number] >= Self.unreachable, path, "does not reach \(site), although a way leads there")
                continue
            }
            // Two nanonepers a hop are what the router's search for the least loss may miss by.
            let slack = Int64(2 * arcs.count)
            verification.expect(
                lost[site] ?? 0 <= tolerance || least[number] + slack > tolerance, path,
                "loses more on the way to \(site) than is tolerated; another way does not")
        }
    }

    // MARK: The report

    /// The steps of a link's congestion function: from which load on, at which price.
    private func steps(_ link: Int) -> [(start: Int64, slope: Int64)] {
        guard let capacity = capacity[link] else { return [] }
        return checker.curve.steps.map { (capacity * Int64($0.start) / 1000, $0.slope) }
    }

    func check(
        _ report: RoutingReport, demands: [SessionID: MediaDemand], into verification: inout PlanVerification
    ) {
        var congestion: Int128 = 0
        for link in loads.indices {
            let steps = steps(link)
            for (number, step) in steps.enumerated() where loads[link] > step.start {
                let end = number + 1 < steps.count ? min(loads[link], steps[number + 1].start) : loads[link]
                congestion += Int128(max(0, end - step.start)) * Int128(step.slope)
            }
        }
        verification.expect(report.latency, equals: Double(latencyCost) / 1e9, "latency")
        verification.expect(report.carriage, equals: Double(carriageCost) / 1e9, "carriage")
        verification.expect(report.congestion, equals: Double(congestion) / 1e9, "congestion")
        verification.expect(report.unreached == unreached, "unreached", "is \(report.unreached); counted \(unreached)")
        let overloaded = loads.indices.filter { link in capacity[link].map { loads[link] > $0 } ?? false }
        let names = overloaded.map { SiteLink(from: checker.links[$0].from, to: checker.links[$0].to) }.sorted()
        verification.expect(report.overloads.map(\.link) == names, "overloads", "are not the overloaded links")
        for overload in report.overloads {
            guard let link = links[overload.link] else { continue }
            verification.expect(overload.load, equals: Double(loads[link]) / 1000, "overloads.load")
        }
        var prices = [Int64](repeating: 0, count: loads.count)
        for (number, price) in report.prices.enumerated() {
            guard let link = links[price.link], price.price >= 0 else {
                verification.fail("prices[\(number)]", "is of no link, or negative")
                continue
            }
            prices[link] = price.price
        }
        if let bound = bound(prices, demands, into: &verification) {
            verification.expect(report.bound, equals: Double(bound) / 1e9, "bound")
            let total = latencyCost + carriageCost + congestion
            verification.expect(bound <= total, "bound", "is above the cost")
        }
    }

    /// The bound that the prices prove, from the formula; `nil` when they prove nothing.
    private func bound(
        _ prices: [Int64], _ demands: [SessionID: MediaDemand], into verification: inout PlanVerification
    ) -> Int128? {
        var total: Int128 = 0
        for link in prices.indices where prices[link] > 0 {
            let steps = steps(link)
            guard let last = steps.last, prices[link] <= last.slope else {
                verification.fail("prices", "price \(prices[link]) of a link without a limit, or above all slopes")
                return nil
            }
            // The conjugate: what lies between the price and the slopes below it, step by step; the first begins at 0.
            var (start, slope) = (Int64(0), Int64(0))
            for step in steps {
                total -= Int128(max(0, prices[link] - slope)) * Int128(step.start - start)
                (start, slope) = (step.start, step.slope)
            }
        }
        var known: [[Int64]: [Int64]] = [:]
        func paths(_ source: Int, _ weight: Int64, _ carriage: Int64, priced: Bool) -> [Int64] {
            let name = [Int64(source), weight, carriage, priced ? 1 : 0]
            if let found = known[name] { return found }
            let found = lengths(from: source) { link in
                let latency = Int128(checker.links[link].latency.microseconds)
                return Int64(
                    min(Int128(weight + carriage) * latency + (priced ? Int128(prices[link]) : 0), Int128(1) << 43))
            }
            known[name] = found
            return found
        }
        for (_, demand) in demands {
            for stream in demand.streams {
                let weight = Self.thousandths(stream.latencyWeight)
                for (site, volume) in stream.volumes where volume > 0 {
                    guard let source = numbers[site] else { continue }
                    let receivers = Set(stream.receivers).subtracting([site]).compactMap { numbers[$0] }
                    guard !receivers.isEmpty else { continue }
                    let count = Int64(receivers.count)
                    let shared = paths(source, weight * count, checker.carriage, priced: true)
                    let bare = paths(source, weight, 0, priced: false)
                    let full = paths(source, weight, checker.carriage, priced: true)
                    let reached = receivers.filter { bare[$0] < Self.unreachable }
                    let rate = Int128(Self.kilobits(volume))
                    let first = rate * reached.reduce(Int128(0)) { $0 + Int128(shared[$1]) } / Int128(count)
                    let most = reached.map { full[$0] - bare[$0] }.max() ?? 0
                    let second = rate * (reached.reduce(Int128(0)) { $0 + Int128(bare[$1]) } + Int128(most))
                    total += max(first, second)
                }
            }
        }
        return total
    }
}
