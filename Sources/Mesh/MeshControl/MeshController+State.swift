import Foundation
public import MeshPlanning
import MeshTypes

extension MeshController {
    /// Everything that the controller goes on from, as JSON with sorted keys: the same state gives the same bytes.
    ///
    /// - Complexity: O(participants + nodes * sites).
    public func encodedState() throws(ControlError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        do {
            return Array(try encoder.encode(StoredState(self)))
        } catch {
            throw ControlError(.unreadableState, "the state cannot be written: \(error)")
        }
    }

    /// A controller that goes on from an encoded state, with the same versions, prices and order of work.
    ///
    /// - Throws: ``ControlError`` with ``ControlError/Code/unreadableState`` when the bytes are no state.
    public init(encodedState bytes: [UInt8], solvers: PlanningSolvers = .none) throws(ControlError) {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        do {
            self = try decoder.decode(StoredState.self, from: Data(bytes)).controller(solvers)
        } catch {
            throw ControlError(.unreadableState, "the state cannot be read: \(error); expected what a controller wrote")
        }
    }
}

/// The parts of a controller's state that are not derived from others.
struct StoredState: Codable {
    var version = 1
    var configuration: ControlConfiguration
    var now: ControlTime
    var tickNumber: Int
    var sites: SiteTable
    var pool: TickPool
    var field: LatencyField
    var sessions: [StoredSession?]
    var vacantSessions: [Int]
    var people: PeopleTable
    var nodes: AccessNodes
    var profiles: ProfileTable
    var queue: PlanningQueue
    var unsettled: [Int32]
    var isTickOver: Bool
    var sweepPosition: Int
    /// Absent from what was stored before sessions were priced in turn.
    var pricingPosition: Int?
    var quietTicks: Int?
    var lastTickTime: Int64?
    var totals: ControlTotals
    var outlook: DemandOutlook
    /// Absent from what was stored before regret was told.
    var regret: Double?
    /// Absent where no link has a known capacity.
    var links: LinkLedger?

    init(_ controller: MeshController) {
        configuration = controller.configuration
        now = controller.now
        tickNumber = controller.tickNumber
        sites = controller.sites
        pool = controller.world.pool
        field = controller.world.field
        sessions = controller.sessions.map { $0.map(StoredSession.init) }
        vacantSessions = controller.vacantSessions
        people = controller.people
        nodes = controller.nodes
        profiles = controller.profiles
        queue = controller.queue
        unsettled = controller.unsettled
        isTickOver = controller.isTickOver
        pricingPosition = controller.pricingPosition
        quietTicks = controller.quietTicks
        lastTickTime = controller.lastTickTime
        sweepPosition = controller.sweepPosition
        totals = controller.totals
        outlook = controller.outlook
        regret = controller.cumulativeRegret
        links = controller.links.isActive ? controller.links : nil
    }

    func controller(_ solvers: PlanningSolvers) -> MeshController {
        var controller = MeshController(configuration: configuration, solvers: solvers, at: now)
        controller.tickNumber = tickNumber
        controller.sites = sites
        controller.world.pool = pool
        controller.world.field = field
        controller.world.rent = pool.rentTable()
        controller.refreshNearest()
        controller.sessions = sessions.map { $0?.session }
        for (number, session) in controller.sessions.enumerated() {
            guard let session else { continue }
            controller.sessionNumbers[session.id] = number
            controller.serving.begin(paying: session.policy.unservedPrice)
            controller.serving.note(number, isShort: session.figures.unserved > 0)
        }
        controller.vacantSessions = vacantSessions
        controller.people = people
        controller.nodes = nodes
        controller.profiles = profiles
        controller.countUses()
        controller.queue = queue
        controller.unsettled = unsettled
        controller.isTickOver = isTickOver
        controller.pricingPosition = pricingPosition ?? 0
        controller.quietTicks = quietTicks ?? 0
        controller.lastTickTime = lastTickTime ?? 0
        controller.sweepPosition = sweepPosition
        controller.totals = totals
        controller.outlook = outlook
        controller.cumulativeRegret = regret ?? 0
        controller.links = links ?? LinkLedger()
        controller.touchAllLinks()
        controller.closeUp()
        return controller
    }
}

extension MeshController {
    /// Counts who is on each access node and has each class: follows from the members, so it is not stored.
    fileprivate mutating func countUses() {
        let numbering = people.close()
        var onNode = [Int32](repeating: 0, count: world.field.nodeCount)
        var inClass: [Int32] = []
        for number in sessions.indices {
            for index in sessions[number]?.members.indices ?? 0..<0 {
                guard let member = sessions[number]?.members[index] else { continue }
                sessions[number]?.members[index].slot = numbering[Int(member.slot)]
                onNode[Int(member.node)] += 1
            }
        }
        for person in people.people {
            while inClass.count <= Int(person.accessClass) { inClass.append(0) }
            inClass[Int(person.accessClass)] += 1
        }
        nodes.count(uses: onNode)
        profiles.count(uses: inClass)
    }
}

/// A session as it is stored.
struct StoredSession: Codable {
    var id: SessionID
    var type: String
    var policy: SessionPolicy
    var members: [TickMember]
    var holdings: [Holding]
    var suggestions: [Int32]
    var figures: SessionFigures
    var headroom: Int
    var expected: Int
    var version: Int

    init(_ session: TickSession) {
        id = session.id
        type = session.type
        policy = session.policy
        members = session.members
        holdings = session.holdings
        suggestions = session.suggestions
        figures = session.figures
        headroom = session.headroom
        expected = session.expected
        version = session.version
    }

    var session: TickSession {
        var session = TickSession(id: id, type: type, policy: policy)
        session.members = members
        session.holdings = holdings
        session.suggestions = suggestions
        session.figures = figures
        session.headroom = headroom
        session.expected = expected
        session.version = version
        return session
    }
}
