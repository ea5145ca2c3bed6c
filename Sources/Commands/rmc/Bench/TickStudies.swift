internal import MeshControl
internal import MeshEngine
internal import MeshSimulation
internal import MeshTypes
internal import Optimization

/// What continuity is worth: the controller goes on from tick to tick, and beside it a new one plans the same people from nothing.
struct ContinuityStudy {
    /// Participants who change site in each tick.
    private(set) var moves: [Double] = []
    private(set) var movesFromScratch: [Double] = []
    /// The cost of each tick's meshes, moves apart, over that of the new plan.
    private(set) var costs: [Double] = []

    /// Runs the ticks.
    static func run(
        _ parameters: SimulationParameters, seed: UInt64, ticks: Int, threads: Int, interrupter: Interrupter
    ) throws -> ContinuityStudy {
        var study = ContinuityStudy()
        var world = SimulatedWorld(parameters, seed: seed)
        var time = ControlTime(milliseconds: 0)
        var controller = MeshController(
            configuration: ControlConfiguration(threads: threads), solvers: SolverSelection.planning, at: time)
        for event in world.opening() { _ = try controller.handle(event, at: time) }
        _ = controller.tick(at: time)
        var (last, lastFromScratch) = (placement(controller), placement(try fresh(controller, threads, time)))
        for _ in 0..<ticks where !interrupter.isInterrupted {
            time = time.advanced(byMilliseconds: 1000)
            for event in world.next() { _ = try controller.handle(event, at: time) }
            _ = controller.tick(at: time)
            let scratch = try fresh(controller, threads, time)
            let (here, there) = (placement(controller), placement(scratch))
            study.moves.append(count(from: last.sites, to: here.sites))
            study.movesFromScratch.append(count(from: lastFromScratch.sites, to: there.sites))
            study.costs.append(here.cost / max(there.cost, 1e-9))
            (last, lastFromScratch) = (here, there)
        }
        return study
    }

    /// A controller that is told of the same sites and people for the first time.
    private static func fresh(_ controller: MeshController, _ threads: Int, _ time: ControlTime) throws
        -> MeshController
    {
        let snapshot = controller.snapshot()
        var fresh = MeshController(
            configuration: ControlConfiguration(threads: threads), solvers: SolverSelection.planning, at: time)
        for site in snapshot.sites {
            let report = SiteReport(
                id: site.id, name: site.name, latitude: site.coordinate.latitude, longitude: site.coordinate.longitude,
                servers: site.freeServers, loadPerServer: site.loadPerServer, price: site.price)
            _ = try fresh.handle(.siteUp(report), at: time)
        }
        if case .dense(let table) = snapshot.network {
            var links: [MeasurementDigest.SiteLink] = []
            for from in snapshot.sites.indices {
                for to in snapshot.sites.indices where from != to {
                    let latency = table[from, to]?.milliseconds
                    links.append(.init(from: snapshot.sites[from].id, to: snapshot.sites[to].id, latency: latency))
                }
            }
            _ = try fresh.handle(.measured(MeasurementDigest(links: links)), at: time)
        }
        var people: [SessionID: [ParticipantReport]] = [:]
        for person in snapshot.participants {
            people[person.session, default: []].append(
                ParticipantReport(
                    id: person.id, latitude: person.coordinate.latitude, longitude: person.coordinate.longitude))
        }
        for session in snapshot.sessions {
            let opening = SessionOpening(
                id: session.id, type: session.type, policy: session.policy, participants: people[session.id] ?? [])
            _ = try fresh.handle(.sessionCreated(opening), at: time)
        }
        _ = fresh.tick(at: time)
        return fresh
    }

    private static func placement(_ controller: MeshController) -> (sites: [ParticipantID: SiteID], cost: Double) {
        var (sites, cost): ([ParticipantID: SiteID], Double) = ([:], 0)
        for id in controller.sessionIDs {
            guard let mesh = controller.mesh(of: id) else { continue }
            sites.merge(mesh.assignment) { first, _ in first }
            cost += mesh.cost.total - mesh.cost.disruption
        }
        return (sites, cost)
    }

    /// Those who are served at another site than before.
    private static func count(from before: [ParticipantID: SiteID], to after: [ParticipantID: SiteID]) -> Double {
        Double(after.count { id, site in before[id].map { $0 != site } ?? false })
    }
}
