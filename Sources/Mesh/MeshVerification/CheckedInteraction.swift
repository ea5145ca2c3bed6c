import MeshTypes

/// Who of a session interacts with whom, from the words beside ``Interaction``: the weight of an ordered pair.
struct CheckedInteraction {
    /// What decides how a participant's pairs weigh.
    enum Role: Hashable {
        case anybody
        case publisher
        case listener
        case neighbour(InteractionCell)
    }

    /// The role of each member, in the order of the session's members.
    let roles: [Role]
    /// Cost of one microsecond of weighted pair latency.
    let scale: Double
    private let reach: Double

    init(_ session: Session, members: [Int], snapshot: Snapshot) {
        var reach = Interaction.standardReach
        switch session.policy.interaction {
        case .everyone: roles = members.map { _ in .anybody }
        case .audience:
            let silent = Set(snapshot.profiles.filter { !$0.publishes }.map(\.name))
            let publishing = members.map { !silent.contains(snapshot.participants[$0].profile) }
            roles = publishing.map { publishing.contains(true) ? $0 ? .publisher : .listener : .anybody }
        case .nearby(let stated):
            reach = stated
            roles = members.map { .neighbour(InteractionCell(snapshot.participants[$0].coordinate)) }
        }
        self.reach = reach
        let people = Double(members.count)
        var sizes: [Role: Double] = [:]
        for role in roles { sizes[role, default: 0] += 1 }
        var sum = 0.0
        for (from, some) in sizes {
            for (to, others) in sizes {
                sum += Self.weight(from, to, reach: reach) * some * (from == to ? others - 1 : others)
            }
        }
        let value = session.policy.latencyValue / 1000
        scale = members.count == 1 ? value : sum > 0 ? value * people / sum : 0
    }

    /// The weight of an ordered pair.
    func weight(_ from: Role, _ to: Role) -> Double { Self.weight(from, to, reach: reach) }

    private static func weight(_ from: Role, _ to: Role, reach: Double) -> Double {
        switch (from, to) {
        case (.listener, _): 0
        case (.neighbour(let one), .neighbour(let other)): Interaction.weight(from: one, to: other, reach: reach)
        default: 1
        }
    }

    /// The interaction cost of the served: members by position, with site and access latency in microseconds.
    ///
    /// - Complexity: O(k^2) for `k` different roles at different sites.
    func cost(served: [(position: Int, site: Int, access: Int64)], routed: (Int, Int) -> Int64) -> Double {
        if roles.count == 1 { return served.reduce(0) { $0 + scale * 2 * Double($1.access) } }
        let crowds = Crowds(served, roles: roles).crowds
        var sum = 0.0
        for (from, speakers) in crowds {
            for (to, listeners) in crowds {
                let weight = self.weight(from.role, to.role)
                guard weight > 0 else { continue }
                var latency =
                    speakers.access * listeners.people + speakers.people * listeners.access
                    + speakers.people * listeners.people * Double(routed(from.site, to.site))
                // Nobody is a pair with themselves.
                if from == to { latency -= 2 * speakers.access }
                sum += weight * latency
            }
        }
        return scale * sum
    }

    /// The served, by site and role.
    struct Crowds {
        struct Place: Hashable {
            let site: Int
            let role: Role
        }

        var crowds: [Place: (people: Double, access: Double)] = [:]

        init(_ served: [(position: Int, site: Int, access: Int64)], roles: [Role]) {
            for person in served {
                let place = Place(site: person.site, role: roles[person.position])
                crowds[place, default: (0, 0)].people += 1
                crowds[place, default: (0, 0)].access += Double(person.access)
            }
        }
    }

    /// What the pairs of one more, at a site, with the served cost; `nil` where no way leads to one of them or back.
    func joining(
        _ role: Role, _ site: Int, _ access: Int64, _ crowds: Crowds, routed: (Int, Int) -> Int64
    ) -> Double? {
        if roles.count == 1 { return scale * 2 * Double(access) }
        var sum = 0.0
        for (place, crowd) in crowds.crowds {
            let (out, home) = (routed(site, place.site), routed(place.site, site))
            guard out < CheckedWorld.unreachable, home < CheckedWorld.unreachable else { return nil }
            let (to, from) = (weight(role, place.role), weight(place.role, role))
            sum += (to + from) * (Double(access) * crowd.people + crowd.access)
            sum += crowd.people * (to * Double(out) + from * Double(home))
        }
        return scale * sum
    }
}
