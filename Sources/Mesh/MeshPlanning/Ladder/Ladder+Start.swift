package import MeshTypes

/// Meshes that a plan goes on from, and the prices of servers that they were found at.
package struct PlanningStart: Sendable {
    package var meshes: [SessionID: PublishedPlan.Mesh]
    /// Beyond the rent, by site; 0 for those that are not named.
    package var prices: [SiteID: Double]

    package init(meshes: [SessionID: PublishedPlan.Mesh], prices: [SiteID: Double]) {
        self.meshes = meshes
        self.prices = prices
    }
}

extension Ladder {
    /// Takes the meshes of a start if they cost less than those in hand; says whether it did.
    mutating func take(_ start: PlanningStart) -> Bool {
        let assembly = PlanAssembly(world: world, bounds: [], prices: poolPrices.map { _ in 0 })
        let numbers = Dictionary(uniqueKeysWithValues: world.sites.enumerated().map { ($1.id, $0) })
        var started = world.sessions.map { Draft($0, start.meshes[$0.id], numbers, siteCount: world.siteCount) }
        for index in started.indices { started[index].objective = assembly.cost(of: index, started[index]) }
        let isCheaper = started.reduce(0) { $0 + $1.objective } < drafts.reduce(0) { $0 + $1.objective }
        if isCheaper { adopt(started) }
        return isCheaper
    }
}

extension Draft {
    /// The draft of a published mesh; its objective is not known yet.
    init(_ session: SessionProblem, _ mesh: PublishedPlan.Mesh?, _ numbers: [SiteID: Int], siteCount: Int) {
        self.init(unserved: session, siteCount: siteCount)
        guard let mesh else { return }
        for (site, servers) in mesh.servers { if let number = numbers[site] { self.servers[number] = servers } }
        for (index, participant) in session.participants.enumerated() {
            site[index] = mesh.assignment[participant].flatMap { numbers[$0] } ?? -1
        }
    }
}
