import MeshTypes
import Optimization

/// Which sites to open, by facility location: the star surrogate.
///
/// For a root site `r`, `d[j, h] <= d[j, r] + d[r, h]`. With that the pair objective is at most linear in the
/// assignment, `latencyValue (2 l[p, j] + d[j, r] + d[r, j])` for each participant where everyone interacts with everyone; and the rent of a site is at most
/// its price plus the price of the load on fractions of servers. The surrogate is exact when media flows through the
/// root, and an upper bound always.
struct FacilityOpening {
    let space: SearchSpace
    let solver: any FacilitySolver
    let monitor: StopMonitor

    /// Nodes of branch and bound, and the gap at which the surrogate is solved well enough: it is a surrogate.
    static let nodeLimit = 20
    static let relativeGap = 0.003

    /// The sites that the surrogate over a root opens; `nil` when it has no answer (a group beyond the reach of all,
    /// a limit reached early).
    func sites(root: Int) throws(PlanningError) -> [Int]? {
        let limit = min(space.siteLimit, space.serverLimit - space.policy.redundancy, space.candidates.count)
        let customers = (0..<space.groups.count).filter { group in
            space.candidates.contains { space.groups.latency[group * space.siteCount + $0] < .infinity }
        }
        guard limit > 0, !customers.isEmpty else { return nil }
        if limit < space.candidates.count && !solver.capabilities.contains(.openCount) { return nil }
        do {
            let problem = try problem(root: root, customers: customers, openLimit: limit)
            var criteria = StoppingCriteria(nodeLimit: Self.nodeLimit, relativeGap: Self.relativeGap)
            criteria.timeLimit = monitor.timeLeft
            return try solver.solve(problem, criteria: criteria, interrupter: nil).solution?.open.map {
                space.candidates[$0]
            }
        } catch let error as SolverError {
            throw PlanningError(.solverFailure, "opening sites: \(error.message)", cause: error)
        } catch {
            throw PlanningError(.solverFailure, "opening sites: \(error)", cause: error)
        }
    }

    private func problem(root: Int, customers: [Int], openLimit: Int) throws -> FacilityProblem {
        var costs: [Double] = []
        costs.reserveCapacity(customers.count * space.candidates.count)
        for group in customers {
            let (weight, load) = (space.groups.weight[group], Double(space.groups.load[group]))
            let previous = space.groups.previous[group]
            // Everyone served, a participant's latency counts in all of its pairs, and so does its way to the root.
            let partners = space.fullMultipliers[space.groups.interactionClass[group]]
            for site in space.candidates {
                let latency = space.groups.latency[group * space.siteCount + site]
                let star = partners * (latency + weight / 2 * space.coupling[site * space.siteCount + root])
                let excess = space.groups.excess.isEmpty ? 0 : space.groups.excess[group * space.siteCount + site]
                let move = previous != SessionProblem.nowhere && previous != site ? space.policy.movePrice : 0
                // Out of reach stays out of reach, also where latency is worth nothing.
                guard star < .infinity else {
                    costs.append(.infinity)
                    continue
                }
                costs.append(
                    space.scale * star + excess + space.price[site] * load / Double(space.loadPerServer[site]) + weight
                        * move)
            }
        }
        return try FacilityProblem(
            openingCosts: space.candidates.map { space.price[$0] }, assignmentCosts: costs,
            customerCount: customers.count, openCount: 1...openLimit)
    }
}
