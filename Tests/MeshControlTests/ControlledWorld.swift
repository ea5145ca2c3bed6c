import MeshControl
import MeshSimulation
import MeshTypes
import MeshVerification
import Testing

/// A controller in a simulated world, with a checker that looks at every plan and at every step.
struct ControlledWorld {
    var world: SimulatedWorld
    var controller: MeshController
    var time = ControlTime(milliseconds: 0)
    /// The events with their times, ticks with the work that they did.
    var log: [(event: ControlEvent, time: ControlTime)] = []
    /// What the controller wanted done.
    var directives: [Directive] = []
    /// The meshes as the steps leave them.
    var service = ServiceState()

    init(
        _ parameters: SimulationParameters, seed: UInt64, configuration: ControlConfiguration = .init(),
        policies: [String: SessionPolicy] = [:]
    ) {
        world = SimulatedWorld(parameters, seed: seed)
        var configuration = configuration
        configuration.policies = policies
        controller = MeshController(configuration: configuration, at: time)
    }

    mutating func open() throws { for event in world.opening() { try tell(event) } }

    /// Lets the time of a tick pass.
    mutating func pass(deadline: ContinuousClock.Instant? = nil) throws -> TickReport {
        time = time.advanced(byMilliseconds: 1000)
        for event in world.next() { try tell(event) }
        let outcome = controller.tick(at: time, deadline: deadline)
        log.append((.tickDue(TickOrder(workLimit: outcome.work)), time))
        try take(outcome.directives)
        return outcome.report
    }

    mutating func tell(_ event: ControlEvent) throws {
        log.append((event, time))
        try take(try controller.handle(event, at: time))
    }

    /// Does the steps.
    private mutating func take(_ new: [Directive]) throws {
        directives += new
        for directive in new {
            switch directive {
            case .step(let step): service.apply(step)
            case .dissolve(let id): service.sessions[id] = nil
            default: break
            }
        }
    }

    /// What the controller says there is, against what its steps have made.
    func expectConsistent(_ comment: Comment) {
        let snapshot = controller.snapshot()
        for id in controller.sessionIDs {
            guard let mesh = controller.mesh(of: id) else { continue }
            let state = service.sessions[id] ?? .init()
            #expect(mesh.assignment == state.assignment, comment)
            #expect(mesh.servers == state.servers, comment)
        }
        #expect(snapshot.participants.count == controller.participantCount, comment)
    }

    /// The checker's verdict on the plan as it is.
    func verdict() throws -> PlanVerification {
        let snapshot = controller.snapshot()
        return PlanChecker().verify(snapshot, try controller.plan(for: snapshot))
    }
}
