public import MeshEngine
public import MeshTypes
import Optimization

extension Answers {
    /// What bandwidth is worth where a plan's traffic meets links that state theirs.
    ///
    /// Each participant sends so much, once, to every other site of its session's mesh. The traffic is routed at least
    /// latency within the links' bandwidth; the prices that prove the routing are the answer. Networks of which no link
    /// states a bandwidth have none.
    ///
    /// - Parameter rate: Mbit/s that a participant sends to each site.
    /// - Throws: what the router throws.
    public static func linkPrices(
        _ plan: Plan, _ snapshot: Snapshot, rate: Double, engine: MeshEngine
    ) throws -> [LinkPrice] {
        guard case .links(let links) = snapshot.network, links.contains(where: { $0.bandwidth != nil }) else {
            return []
        }
        let numbers = Dictionary(
            snapshot.sites.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
        let known = links.filter { numbers[$0.from] != nil && numbers[$0.to] != nil }
        var volumes: [SitePair: Double] = [:]
        for session in plan.sessions {
            var people: [SiteID: Double] = [:]
            for site in session.assignment.values { people[site, default: 0] += 1 }
            for (from, count) in people {
                for to in people.keys where to != from {
                    volumes[SitePair(from: from, to: to), default: 0] += count * rate
                }
            }
        }
        let commodities = volumes.sorted { ($0.key.from, $0.key.to) < ($1.key.from, $1.key.to) }.map { pair, volume in
            MulticommodityProblem.Commodity(
                source: numbers[pair.from] ?? 0, target: numbers[pair.to] ?? 0, volume: volume, dropPenalty: dropPenalty
            )
        }
        guard !commodities.isEmpty else { return [] }
        let problem = try MulticommodityProblem(
            nodeCount: snapshot.sites.count,
            links: known.map {
                .init(
                    tail: numbers[$0.from] ?? 0, head: numbers[$0.to] ?? 0, capacity: $0.bandwidth ?? .infinity,
                    cost: $0.latency.milliseconds)
            }, commodities: commodities)
        guard case .linkPrices(let prices) = try engine.solve(problem).result.certificate else { return [] }
        return zip(known, prices).compactMap { link, price in
            let worth = price * 1000
            return worth > 1e-6 ? LinkPrice(from: link.from.description, to: link.to.description, gigabit: worth) : nil
        }.sorted { (-$0.gigabit, $0.from, $0.to) < (-$1.gigabit, $1.from, $1.to) }
    }

    /// What a Mbit/s that finds no way counts, in ms: more than any way takes.
    private static let dropPenalty = 10_000.0
}
