import DenseMatrices
import MeshTypes

/// What serving somebody who is left out would cost, as ``MeshTypes/SessionPlan/Unserved/price`` defines it.
struct ServingPrice {
    private let session: SessionProblem
    private let world: PlanningWorld
    /// Sites in use.
    private let open: [Int]
    /// By class: weighted access latency of the served and weights, and weighted routed latencies from each site.
    private var felt: [Int: (weight: Double, access: Double, routes: [Double])] = [:]

    /// Prepares for the classes of those who are left out.
    ///
    /// - Complexity: O(classes * sites * open sites) for each class of them; nothing when all are served.
    init(_ session: SessionProblem, assignment: [Int], world: PlanningWorld) {
        self.session = session
        self.world = world
        open = Set(assignment.filter { $0 >= 0 }).sorted()
        let classes = session.interaction
        let wanted = Set(assignment.indices.filter { assignment[$0] < 0 }.map { classes.classOf[$0] })
        guard !wanted.isEmpty else { return }
        var people = Array(repeating: [Double](repeating: 0, count: open.count), count: classes.count)
        var access = [Double](repeating: 0, count: classes.count)
        let places = Dictionary(uniqueKeysWithValues: open.enumerated().map { ($1, $0) })
        for (participant, site) in assignment.enumerated() where site >= 0 {
            let own = classes.classOf[participant]
            people[own][places[site] ?? 0] += 1
            access[own] += session.latency[participant * world.siteCount + site]
        }
        for own in wanted {
            var all = (weight: 0.0, access: 0.0, routes: [Double](repeating: 0, count: world.siteCount))
            for other in 0..<classes.count {
                let (to, from) = (
                    classes.weight[own * classes.count + other], classes.weight[other * classes.count + own]
                )
                all.weight += (to + from) * people[other].reduce(0, +)
                all.access += (to + from) * access[other]
                for (place, partner) in open.enumerated() where people[other][place] > 0 {
                    for site in world.sites.indices {
                        let (out, home) = (world.routed[site, partner], world.routed[partner, site])
                        all.routes[site] +=
                            out + home < .infinity ? people[other][place] * (to * out + from * home) : .infinity
                    }
                }
            }
            felt[own] = all
        }
    }

    /// The price of serving a participant; `nil` where no allowed site has a way to the others.
    func price(_ participant: Int) -> Double? {
        let classes = session.interaction
        guard let all = felt[classes.classOf[participant]] else { return nil }
        let previous = session.previous[participant]
        var least: Double?
        for site in world.sites.indices {
            let latency = session.latency[participant * world.siteCount + site]
            guard latency < .infinity, all.routes[site] < .infinity else { continue }
            let pairs = session.count == 1 ? 2 * latency : all.weight * latency + all.access + all.routes[site]
            let one = world.sites[site].loadPerServer
            let rent = world.sites[site].price * Double((session.loads[participant] + one - 1) / one)
            let move = previous != SessionProblem.nowhere && previous != site ? session.policy.movePrice : 0
            let price = classes.scale * pairs + rent + move + session.excessCost(latency)
            least = min(least ?? .infinity, price)
        }
        return least
    }
}
