package import MeshTypes

extension TickSurroundings {
    /// A bound on the cost of any mesh for a session by its members' least access latencies alone: weak, and quick.
    ///
    /// The pair latency of two who are served is at least the sum `l[p] + l[q]` of their least access latencies, whatever the mesh. With the
    /// weights of ``MeshTypes/Interaction`` the interaction of all is at least
    ///
    ///     half[p] = sigma * sum over q of t(p, q) (l[p] + l[q]),   full[p] = half[p] + sigma * sum over q of t(q, p) (l[p] + l[q])
    ///
    /// summed over `half`; soft caps, rent and people left out count as in the path bound (``MeshTypes/SessionPlan``). Among neighbours, whose
    /// weights take the square of their cells, all have the least latency of any: then `sigma` times the sum of all weights is `latencyValue * N`,
    /// and `full[p] <= 4 * latencyValue * l / leastNearbyWeight`.
    ///
    /// The lists of the nearest sites must be up to date.
    ///
    /// - Complexity: O(members).
    package func accessBound(of session: TickSession) -> Double {
        let (policy, count) = (session.policy, session.members.count)
        guard count > 0 else { return 0 }
        let least = session.members.map { leastAccess(Int($0.node)) }
        let load = session.members.reduce(0) { $0 + Int($1.load) }
        let (rent, rate) = self.rent.least(carrying: load, redundancy: policy.redundancy)
        let (half, full) = interaction(session, least)
        var total = rent
        for (number, member) in session.members.enumerated() {
            let excess = excess(of: least[number], policy)
            total += half[number] + excess
            total -= max(0, full[number] + excess + Double(member.load) * rate - policy.unservedPrice)
        }
        // The sums of the meshes' costs are of other order: what rounding adds must not lift the bound above them.
        return max(0, min(Double(count) * policy.unservedPrice, total) * (1 - 1e-9))
    }

    private func leastAccess(_ node: Int) -> Double {
        let site = nearest.sites[node * NearestSites.width]
        return site >= 0 ? Double(field.access[node * field.stride + Int(site)]) : 0
    }

    private func excess(of latency: Double, _ policy: SessionPolicy) -> Double {
        guard policy.softCapPrice > 0, let cap = policy.softLatencyCap else { return 0 }
        return policy.softCapPrice * max(0, latency - Double(cap.microseconds)) / 1000
    }

    /// `half` and `full` of each member.
    private func interaction(_ session: TickSession, _ least: [Double]) -> (half: [Double], full: [Double]) {
        let (value, count) = (session.policy.latencyValue / 1000, Double(least.count))
        let sum = least.reduce(0, +)
        if least.count == 1 { return ([2 * value * sum], [2 * value * sum]) }
        switch session.policy.interaction {
        case .audience where session.members.contains(where: { $0.publishes }):
            var (publishers, published) = (0.0, 0.0)
            for (number, member) in session.members.enumerated() where member.publishes {
                publishers += 1
                published += least[number]
            }
            // From each publisher to all others.
            let scale = value * count / (publishers * (count - 1))
            var (half, full) = (least, least)
            for (number, member) in session.members.enumerated() {
                let own = least[number]
                let to = member.publishes ? (count - 2) * own + sum : 0
                let from =
                    member.publishes ? (publishers - 2) * own + published : publishers * own + published
                half[number] = scale * to
                full[number] = scale * (to + from)
            }
            return (half, full)
        case .nearby:
            let shortest = 2 * (least.min() ?? 0) * value
            let most = 2 * shortest / Interaction.leastNearbyWeight
            return (least.map { _ in shortest }, least.map { _ in most })
        case .everyone, .audience:
            let half = least.map { value / (count - 1) * ((count - 2) * $0 + sum) }
            return (half, half.map { 2 * $0 })
        }
    }
}
