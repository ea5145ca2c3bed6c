import DenseMatrices
import MeshTypes
import Optimization

/// A bound on the cost of a session, and how it was made.
struct CertifiedBound: Sendable {
    var value: Double
    var certificate: BoundCertificate

    /// The path bound of a session.
    static func path(of session: SessionProblem, in world: PlanningWorld) -> CertifiedBound {
        let unlimited = StopMonitor(criteria: .none, interrupter: nil)
        guard let bound = PathBound(of: session, in: world, monitor: unlimited) else {
            return CertifiedBound(value: PathBound(accessOf: session, in: world).value, certificate: .access)
        }
        return CertifiedBound(value: bound.value, certificate: .path)
    }
}

extension PotentialBound {
    /// The data as a plan carries them.
    func certificate(_ problem: PotentialProblem, session: SessionProblem, world: PlanningWorld) -> PairPotentials {
        let width = problem.support.count
        var groups = [Int](repeating: 0, count: session.count)
        var all = [Double](repeating: 0, count: session.count)
        for (place, person) in problem.people.enumerated() {
            groups[person] = problem.group[place]
            all[person] = values[place]
        }
        var prices: [SiteID: Double] = [:]
        for (place, site) in problem.sites.enumerated() where loadPrices[place] > 0 {
            prices[world.sites[site].id] = loadPrices[place]
        }
        return PairPotentials(
            sites: problem.support.map { world.sites[problem.sites[$0]].id }, groups: groups,
            tables: (0..<problem.groupCount).map { group in
                tables[group * width..<(group + 1) * width].map { Int64($0) }
            },
            values: all, loadPrices: prices)
    }
}

extension Ladder {
    /// Elementary steps that potentials may take over all sessions, where no deadline binds, and the fewest rounds that
    /// are worth a start.
    static let potentialEffort = 3_000_000_000
    static let fewestRounds = 40
    static let longestRound = 4_000_000

    /// Raises the bounds of the sessions by potentials, those with the widest gap first.
    mutating func raiseBounds() {
        let gaps = world.sessions.indices.map { drafts[$0].objective - bounds[$0].value }
        let order = world.sessions.indices.sorted { (gaps[$1], $0) < (gaps[$0], $1) }
        var effort = Self.potentialEffort
        for index in order where gaps[index] > 1e-9 * max(1, abs(drafts[index].objective)) {
            if monitor.stopReason != nil || effort <= 0 { return }
            let (session, draft) = (world.sessions[index], drafts[index])
            guard let problem = PotentialProblem(session, in: world, assignment: draft.site) else { continue }
            let ascent = PotentialAscent(problem: problem, monitor: monitor)
            let rounds = min(PotentialAscent.roundLimit, effort / max(1, ascent.roundEffort))
            guard rounds >= Self.fewestRounds else { continue }
            // A round is not interrupted: under a deadline it must be short.
            if monitor.timeLeft != nil, ascent.roundEffort > Self.longestRound { continue }
            effort -= rounds * ascent.roundEffort
            let pairs = session.interaction.scale * problem.weight.reduce(0, +) / 2
            guard pairs > 0,
                let found = ascent.climb(
                    rounds: rounds, objective: draft.objective, latency: max(1, bounds[index].value / pairs)),
                found.bound > bounds[index].value
            else { continue }
            bounds[index] = CertifiedBound(
                value: found.bound,
                certificate: .potentials(found.data.certificate(problem, session: session, world: world)))
        }
    }
}
