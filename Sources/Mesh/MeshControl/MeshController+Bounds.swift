import MeshPlanning
import MeshTypes

/// Bounds on what any plan costs and leaves out, kept true while sessions change.
extension MeshController {
    /// Gives the sessions whose bounds are no more those of their members one by access latencies: weak, but true, where 0 said nothing.
    ///
    /// A bound is kept until the session changes again, so that sessions that wait over several ticks are looked at once.
    ///
    /// - Complexity: O(sessions), and O(members) for each that changed and was not certified since.
    mutating func boundUncertified() {
        for number in sessions.indices {
            guard let session = sessions[number], !session.figures.isCertified, session.figures.accessBound == 0 else {
                continue
            }
            var figures = session.figures
            totals.bound(&figures, by: world.accessBound(of: session))
            sessions[number]?.figures = figures
        }
    }

    /// The least number of participants that any plan leaves out; 0 at once where nobody is.
    ///
    /// - Complexity: O(participants) where somebody is left out, and as ``LeastUnserved`` says.
    func leastUnserved() -> Int {
        let unserved = people.count - totals.served
        guard unserved > 0 else { return 0 }
        var bound = LeastUnserved(pool: world.pool.entries.map { ($0.usable, $0.loadPerServer) })
        for case let session? in sessions {
            var loads: [Int] = []
            loads.reserveCapacity(session.members.count)
            var unreachable = 0
            for member in session.members {
                // Whoever is served reaches a site.
                if member.site >= 0 || world.reaches(member, session.policy) {
                    loads.append(Int(member.load))
                } else {
                    unreachable += 1
                }
            }
            bound.add(loads: loads, unreachable: unreachable, policy: session.policy)
        }
        return min(unserved, bound.value)
    }

    /// Lowers the bounds of all sessions by what their least rent fell: servers came back, or became cheaper.
    ///
    /// - Complexity: O(participants) where the pool's rents changed, else O(sites).
    mutating func loosenBounds(after rent: RentTable) {
        let present = world.rent
        guard rent != present else { return }
        changeBounds { session, bound in
            let load = session.members.reduce(0) { $0 + Int($1.load) }
            let redundancy = session.policy.redundancy
            let fallen =
                rent.least(carrying: load, redundancy: redundancy).rent
                - present.least(carrying: load, redundancy: redundancy).rent
            return fallen > 0 ? max(0, bound - fallen) : bound
        }
    }

    /// Scales the bounds of all sessions: with no latency below a part of what it was, no mesh costs less than that part.
    ///
    /// - Complexity: O(sessions).
    mutating func scaleBounds(by part: Double) { changeBounds { $1 * part } }

    /// Lets bounds go that rest on latencies which may be shorter now: of every session, what its access latencies prove stays.
    ///
    /// - Complexity: O(participants).
    mutating func resetBounds() {
        let world = world
        changeBounds { session, bound in min(bound, world.accessBound(of: session)) }
    }

    private mutating func changeBounds(_ change: (TickSession, Double) -> Double) {
        for number in sessions.indices {
            guard let session = sessions[number], session.figures.knownBound > 0 else { continue }
            var figures = session.figures
            totals.add(figures, served: 0, sign: -1)
            let bound = change(session, figures.knownBound)
            if figures.isCertified { figures.pairBound = bound } else { figures.accessBound = bound }
            totals.add(figures, served: 0, sign: 1)
            sessions[number]?.figures = figures
        }
    }
}
