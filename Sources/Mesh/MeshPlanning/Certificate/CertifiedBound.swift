import DenseMatrices
import MeshTypes
import Optimization

/// A bound on the cost of a session, and how it was made.
struct CertifiedBound: Sendable {
    var value: Double
    var certificate: BoundCertificate

    /// The path bound of a session.
    static func path(of session: SessionProblem, in world: PlanningWorld) -> CertifiedBound {
        let bound = PathBound(of: session, in: world, monitor: .never) ?? PathBound(accessOf: session, in: world)
        return bound.bound(of: session, in: world)
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
        return PairPotentials(
            sites: problem.support.map { world.sites[problem.sites[$0]].id }, groups: groups,
            tables: (0..<problem.groupCount).map { group in
                tables[group * width..<(group + 1) * width].map { Int64($0) }
            },
            values: all, serverValue: serverValue)
    }
}
