import MeshControl
import MeshPlanning
import MeshSimulation
import MeshTypes
import MeshVerification
import Testing

/// A controller in a simulated world, with checkers that look at every plan and at every step.
struct ControlledWorld {
    var world: SimulatedWorld
    var controller: MeshController
    let configuration: ControlConfiguration
    let solvers: PlanningSolvers
    var time = ControlTime(milliseconds: 0)
    /// The events with their times, ticks with the work that they did.
    var log: [(event: ControlEvent, time: ControlTime)] = []
    /// What the controller wanted done.
    var directives: [Directive] = []
    /// The meshes as the steps leave them.
    var service = ServiceState()
    /// Whether the checker of transitions looks at every state on the way.
    var checksSteps = false
    /// What it found, and how many moves it saw, of which some left before they arrived.
    private(set) var flaws: [String] = []
    private(set) var moves = 0
    private(set) var interruptions = 0
    private var failed: Set<SiteID> = []

    init(
        _ parameters: SimulationParameters, seed: UInt64, configuration: ControlConfiguration = .init(),
        policies: [String: SessionPolicy] = [:], solvers: PlanningSolvers = .none
    ) {
        world = SimulatedWorld(parameters, seed: seed)
        var configuration = configuration
        configuration.policies = policies
        self.configuration = configuration
        self.solvers = solvers
        controller = MeshController(configuration: configuration, solvers: solvers, at: time)
    }

    mutating func open() throws { for event in world.opening() { try tell(event) } }

    /// Lets the time of a tick pass.
    @discardableResult
    mutating func pass(deadline: ContinuousClock.Instant? = nil) throws -> TickReport {
        time = time.advanced(byMilliseconds: 1000)
        for event in world.next() { try tell(event) }
        let outcome = controller.tick(at: time, deadline: deadline)
        log.append((.tickDue(TickOrder(workLimit: outcome.work)), time))
        take(outcome.directives)
        return outcome.report
    }

    mutating func tell(_ event: ControlEvent) throws {
        log.append((event, time))
        switch event {
        case .siteDown(let id): failed.insert(id)
        case .siteUp(let report): failed.remove(report.id)
        default: break
        }
        take(try controller.handle(event, at: time))
    }

    /// Does the steps, one session's after the other's.
    private mutating func take(_ new: [Directive]) {
        directives += new
        var steps: [TransitionStep] = []
        let sites = checksSteps ? controller.snapshot().sites : []
        for directive in new {
            switch directive {
            case .step(let step): steps.append(step)
            case .publish:
                perform(steps, sites)
                steps.removeAll(keepingCapacity: true)
            case .dissolve(let id): service.sessions[id] = nil
            default: break
            }
        }
        perform(steps, sites)
    }

    private mutating func perform(_ steps: [TransitionStep], _ sites: [Site]) {
        let before = service
        for step in steps { service.apply(step) }
        guard checksSteps, !steps.isEmpty else { return }
        let interrupted = Self.interrupted(steps, after: service)
        interruptions += interrupted.count
        for case .move in steps { moves += 1 }
        moves += interrupted.count
        var supply: [SiteID: TransitionChecker.Supply] = [:]
        for site in sites {
            let rented = before.sessions.values.reduce(0) { $0 + ($1.servers[site.id] ?? 0) }
            // Servers that an overload or a drain took away stand until the steps have given them up.
            supply[site.id] = .init(
                servers: max(site.freeServers, rented), loadPerServer: site.loadPerServer,
                hasFailed: failed.contains(site.id))
        }
        let verdict = TransitionChecker(supply: supply).verify(
            Transition(steps: steps, interrupted: interrupted), from: before, to: service)
        flaws += verdict.failures.map(\.description)
    }

    /// Those who leave their server before they have another, and have one in the end.
    private static func interrupted(_ steps: [TransitionStep], after service: ServiceState) -> [ParticipantID] {
        var attached: Set<ParticipantID> = []
        var found: [ParticipantID] = []
        for step in steps {
            switch step {
            case .attach(_, let participant, _): attached.insert(participant)
            case .detach(let session, let participant, _):
                if !attached.contains(participant), service.sessions[session]?.assignment[participant] != nil {
                    found.append(participant)
                }
            default: break
            }
        }
        return found.sorted()
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
