import MeshTypes

extension CertifiedBound {
    /// The bound that the potentials of a planned neighbour give a session: any tables and values of the right shape bound
    /// its cost, and those of a world that differs by little do so nearly as well as its own would.
    ///
    /// `nil` where the neighbour has none, where people differ, and where tables are not those of single participants.
    ///
    /// - Complexity: O(sites^3 + participants * sites^2).
    static func carried(
        from neighbour: PlannedWorld, to session: SessionProblem, in world: PlanningWorld, assignment: [Int]
    ) -> CertifiedBound? {
        guard let number = neighbour.world.sessions.firstIndex(where: { $0.id == session.id }),
            case .potentials(let known) = neighbour.plan.sessions[number].certificate,
            neighbour.world.sessions[number].participants == session.participants,
            session.count <= PotentialProblem.ownTables,
            let problem = PotentialProblem(session, in: world, assignment: assignment),
            problem.sites.count <= PotentialProblem.ownSites
        else { return nil }
        let columns = Dictionary(known.sites.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        var order: [Int] = []
        for place in problem.support {
            guard let column = columns[world.sites[problem.sites[place]].id] else { return nil }
            order.append(column)
        }
        var tables: [Double] = []
        tables.reserveCapacity(problem.people.count * order.count)
        for person in problem.people {
            let table = known.tables[known.groups[person]]
            for column in order { tables.append(Double(table[column])) }
        }
        let point = PotentialBound(
            tables: tables, values: problem.people.map { known.values[$0] }, serverValue: known.serverValue)
        return CertifiedBound(
            value: point.evaluate(problem).bound,
            certificate: .potentials(point.certificate(problem, session: session, world: world)))
    }
}
