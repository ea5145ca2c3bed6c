import MeshTypes

extension SessionKernel {
    /// What the mesh that was taken in costs as it stands, moves aside: whoever it cannot serve any more at the policy's price, and
    /// servers at the pool's prices as they are rented, whether anybody uses them or not.
    ///
    /// Right after ``load(_:_:)`` only, before anything is searched.
    ///
    /// - Complexity: O(members + sites of the mesh).
    func standingCost(_ session: TickSession, _ pool: TickPool) -> Double {
        var disruption = 0.0
        for number in 0..<memberCount {
            let (place, base) = (Int(state.place[number]), session.members[number].base)
            if place >= 0, base != Int32(SessionProblem.nowhere), base != candidate[place] { disruption += moveCharge }
        }
        let rent = session.holdings.reduce(0) { $0 + pool.entries[Int($1.site)].price * Double($1.servers) }
        return scale * state.figures.interaction + max(0, state.figures.further - disruption) + rent
            + unservedPrice * Double(state.figures.unserved)
    }
}
