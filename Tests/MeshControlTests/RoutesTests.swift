import MeshControl
import MeshSimulation
import MeshTypes
import Testing

/// Links, routes and spares of the controller's meshes.
@Suite struct RoutesTests {
    @Test("routes reach every site of the mesh once, as quickly as the network does", arguments: [UInt64](800..<830))
    func routesReachEverySite(seed: UInt64) throws {
        var world = SimulationTests.world(seed)
        try world.open()
        for _ in 0..<5 { try world.pass() }
        let snapshot = world.controller.snapshot()
        for id in world.controller.sessionIDs {
            let mesh = try #require(world.controller.mesh(of: id))
            let routes = try #require(world.controller.routes(of: id))
            let serving = Set(mesh.assignment.values)
            let type = try #require(snapshot.sessions.first { $0.id == id }).policy
            for route in routes.routes {
                var reached: Set<SiteID> = [route.source]
                for hop in route.hops {
                    #expect(routes.links.contains(hop))
                    #expect(reached.contains(hop.from))
                    #expect(reached.insert(hop.to).inserted, "seed \(seed): \(hop.to) is entered twice")
                }
                #expect(Set(route.receivers).union([route.source]) == serving.union([route.source]))
                #expect(reached.isSuperset(of: serving))
            }
            let classes = Set(type.media.map(\.media))
            #expect(
                Set(routes.routes.map(\.media)) == (serving.isEmpty ? [] : classes) || type.interaction == .audience)
            let tables = try #require(world.controller.forwardingTables(of: id))
            #expect(tables.map(\.site) == mesh.sites)
            for (site, spare) in routes.spareSites { #expect(site != spare && mesh.sites.contains(spare)) }
            if mesh.sites.count > 1 { #expect(routes.spareSites.keys.sorted() == mesh.sites) }
            let spares = world.controller.spares(of: id)
            if let limit = type.degreeLimit {
                for site in mesh.sites { #expect(routes.links.count { $0.from == site } <= limit) }
            }
            for (participant, spare) in spares {
                #expect(mesh.sites.contains(spare))
                #expect(mesh.assignment[participant] != spare)
            }
            if serving.count > 1 { #expect(Set(spares.keys) == Set(mesh.assignment.keys)) }
        }
    }

    @Test("a mesh that must hold when a link fails has a second way between any two sites")
    func meshesHoldWhenALinkFails() throws {
        var policy = SessionType.conference.policy
        policy.twoEdgeConnected = true
        policy.degreeLimit = 3
        let parameters = SimulationTests.parameters(participants: 120, sessions: 2, sites: 14)
        var world = ControlledWorld(
            parameters, seed: 4,
            policies: Dictionary(uniqueKeysWithValues: SessionType.allCases.map { ($0.rawValue, policy) }))
        try world.open()
        try world.pass()
        var sizes: [Int] = []
        for id in world.controller.sessionIDs {
            let mesh = try #require(world.controller.mesh(of: id))
            let links = try #require(world.controller.routes(of: id)).links
            sizes.append(mesh.sites.count)
            guard mesh.sites.count > 2 else { continue }
            for cut in links {
                let left = links.filter { $0 != cut && !($0.from == cut.to && $0.to == cut.from) }
                var reached: Set<SiteID> = [mesh.sites[0]]
                var front = [mesh.sites[0]]
                while let site = front.popLast() {
                    for link in left where link.from == site && reached.insert(link.to).inserted {
                        front.append(link.to)
                    }
                }
                #expect(reached == Set(mesh.sites))
            }
        }
        #expect(sizes.contains { $0 > 2 })
    }
}
