import Foundation
import MeshAPI
package import MeshControl
import MeshEngine
package import MeshTypes
package import Optimization

/// The whole state of the service as a value: the controller, and the servers of the pool.
///
/// The same commands with the same times give the same outcomes, byte for byte: the log is all that a run depends on.
package struct ServiceState: Sendable {
    /// The controller.
    package private(set) var controller: MeshController
    /// The pool's servers.
    package private(set) var servers: [SiteID: ServerRecord] = [:]
    /// The numbers that media datagrams name them by.
    private(set) var numbers = MediaNumbers()
    /// Profile and access class of those who have others than the usual; a report may leave them out.
    private var traits: [ParticipantID: Traits] = [:]
    /// Since which command everybody is in their session.
    private var tenures: [SessionID: [ParticipantID: Int64]] = [:]
    /// Tokens that were revoked, until they would have expired.
    private(set) var revoked: [String: ControlTime] = [:]
    /// The time of the last command.
    package private(set) var time: ControlTime
    /// How many commands were carried out since the log began.
    package private(set) var ordinal: Int64 = 0
    /// The equal parts that a server is cut into, if its capacity allows.
    package let slots: Int

    /// A state of nothing.
    package init(configuration: ControlConfiguration, slots: Int, at time: ControlTime) {
        controller = MeshController(configuration: configuration, solvers: SolverSelection.planning, at: time)
        self.slots = slots
        self.time = time
    }

    /// Carries a command out. A command that is refused changes nothing but the time.
    package mutating func apply(_ command: Command, at moment: ControlTime) -> Outcome {
        let moment = advance(to: moment)
        do {
            return try carryOut(command, at: moment)
        } catch {
            return Outcome(answer: .refused(Problem(error, of: command)))
        }
    }

    /// Runs a tick; the command that repeats it comes with the outcome.
    package mutating func tick(
        at moment: ControlTime, deadline: ContinuousClock.Instant?, interrupter: Interrupter?
    ) -> (outcome: Outcome, report: TickReport, command: Command) {
        let moment = advance(to: moment)
        let tick = controller.tick(at: moment, deadline: deadline, interrupter: interrupter)
        return (
            Outcome(directives: tick.directives, answer: .done), tick.report,
            .control(.tickDue(TickOrder(workLimit: tick.work)))
        )
    }

    private mutating func advance(to moment: ControlTime) -> ControlTime {
        ordinal += 1
        time = max(time, moment)
        return time
    }

    private mutating func carryOut(_ command: Command, at moment: ControlTime) throws(ControlError) -> Outcome {
        switch command {
        case .control(var event):
            if case .moved(let people) = event {
                // Acknowledged already: who left meanwhile takes nothing from the others.
                event = .moved(people.filter { controller.session(of: $0.id) != nil }.map(completed))
            }
            let leaving = members(ofEnded: event)
            let homes = homes(ofLeaving: event)
            let directives = try controller.handle(event, at: moment)
            number(event, homes)
            leaving.forEach { traits[$0] = nil }
            remember(event)
            return Outcome(directives: directives, answer: answer(to: event, directives))
        case .register(let id, let registration):
            var record = ServerRecord(id: id, registration: registration, wanted: slots)
            record.isBeating = servers[id]?.isBeating ?? false
            let directives = try controller.handle(.siteUp(record.site), at: moment)
            let isNew = servers.updateValue(record, forKey: id) == nil
            numbers.add(id)
            return Outcome(directives: directives, answer: .server(record, isNew: isNew))
        case .drain(let id):
            guard var record = servers[id] else { return Outcome(answer: .unknownServer(id)) }
            let directives = try controller.handle(.siteDraining(id), at: moment)
            record.isDraining = true
            servers[id] = record
            return Outcome(directives: directives, answer: .server(record, isNew: false))
        case .fail(let id):
            guard var record = servers[id] else { return Outcome(answer: .unknownServer(id)) }
            guard !record.isFailed else { return Outcome(answer: .server(record, isNew: false)) }
            let directives = try controller.handle(.siteDown(id), at: moment)
            record.isFailed = true
            servers[id] = record
            return Outcome(directives: directives, answer: .server(record, isNew: false))
        case .restore(let id):
            guard var record = servers[id] else { return Outcome(answer: .unknownServer(id)) }
            record.isBeating = true
            guard record.isFailed else {
                servers[id] = record
                return Outcome(answer: .server(record, isNew: false))
            }
            var directives = try controller.handle(.siteUp(record.site), at: moment)
            if record.isDraining { directives += try controller.handle(.siteDraining(id), at: moment) }
            record.isFailed = false
            servers[id] = record
            return Outcome(directives: directives, answer: .server(record, isNew: false))
        case .remove(let id):
            guard servers[id] != nil else { return Outcome(answer: .unknownServer(id)) }
            let directives = try controller.handle(.siteRemoved(id), at: moment)
            servers[id] = nil
            numbers.remove(id)
            return Outcome(directives: directives, answer: .done)
        case .revoke(let token, let until):
            revoked = revoked.filter { $0.value > moment }
            revoked[token] = until
            return Outcome(answer: .done)
        case .started: return Outcome(answer: .done)
        }
    }

    /// Since which command somebody is in a session; 0 for those who are from before that was noted.
    func tenure(of id: ParticipantID, in session: SessionID) -> Int64 { tenures[session]?[id] ?? 0 }

    private mutating func seat(_ people: [ParticipantReport], in session: SessionID) {
        for person in people { tenures[session, default: [:]][person.id] = ordinal }
    }

    /// The sessions of those who leave, before they do.
    private func homes(ofLeaving event: ControlEvent) -> [(SessionID, ParticipantID)] {
        guard case .left(let people) = event else { return [] }
        return people.compactMap { person in controller.session(of: person).map { ($0, person) } }
    }

    private mutating func number(_ event: ControlEvent, _ homes: [(SessionID, ParticipantID)]) {
        switch event {
        case .sessionCreated(let opening):
            numbers.open(opening.id)
            seat(opening.participants, in: opening.id)
        case .joined(let session, let people): seat(people, in: session)
        case .left: for (session, person) in homes { tenures[session]?[person] = nil }
        case .sessionEnded(let session):
            numbers.close(session)
            tenures[session] = nil
        default: break
        }
    }

    private struct Traits: Sendable, Codable {
        var profile: String
        var accessClass: String
    }

    /// A report with what it leaves out taken from the last that did not.
    private func completed(_ report: ParticipantReport) -> ParticipantReport {
        guard report.profile.isEmpty || report.accessClass.isEmpty else { return report }
        let known = traits[report.id]
        var report = report
        if report.profile.isEmpty { report.profile = known?.profile ?? Profile.standardName }
        if report.accessClass.isEmpty { report.accessClass = known?.accessClass ?? "" }
        return report
    }

    /// Who leaves with a session that ends, where anything is remembered of anybody.
    private func members(ofEnded event: ControlEvent) -> [ParticipantID] {
        guard case .sessionEnded(let id) = event, !traits.isEmpty, let mesh = controller.mesh(of: id) else { return [] }
        return Array(mesh.assignment.keys) + mesh.unserved.map(\.participant)
    }

    private mutating func remember(_ event: ControlEvent) {
        switch event {
        case .sessionCreated(let opening): opening.participants.forEach { remember($0) }
        case .joined(_, let people), .moved(let people): people.forEach { remember($0) }
        case .left(let people): people.forEach { traits[$0] = nil }
        default: break
        }
    }

    private mutating func remember(_ person: ParticipantReport) {
        let isUsual = person.profile == Profile.standardName && person.accessClass.isEmpty
        traits[person.id] = isUsual ? nil : Traits(profile: person.profile, accessClass: person.accessClass)
    }

    private func answer(to event: ControlEvent, _ directives: [Directive]) -> Answer {
        switch event {
        case .sessionCreated(let opening):
            let mesh = controller.mesh(of: opening.id).map { Mesh($0, of: controller) } ?? .empty
            return .created(
                SessionResponse(
                    id: opening.id, type: opening.type, participants: opening.participants.count, mesh: mesh))
        case .joined(let session, let people):
            return .joined(joined(session, people.map(\.id), directives))
        case .moved(let people): return .count(people.count)
        case .left(let people): return .count(people.count)
        default: return .done
        }
    }

    private func joined(_ session: SessionID, _ people: [ParticipantID], _ directives: [Directive]) -> JoinResponse {
        var version = 0
        var declined: [ParticipantID: (reason: SessionPlan.Unserved.Reason, price: Double?)] = [:]
        for directive in directives {
            switch directive {
            case .publish(session, let number): version = number
            case .decline(session, let participant, let reason, let price):
                declined[participant] = (reason, price)
            default: break
            }
        }
        return JoinResponse(
            session: session, version: version,
            participants: people.map { id in
                let site = controller.site(of: id)
                let refusal = site == nil ? declined[id] : nil
                return Placement(
                    id: id.local, site: site, address: site.flatMap { servers[$0]?.registration.address },
                    reason: refusal?.reason.rawValue,
                    detail: refusal.map { controller.waitingWords($0.reason, in: session) }, price: refusal?.price)
            })
    }
}

extension ControlEvent {
    /// Whom it names.
    var people: [ParticipantID] {
        switch self {
        case .sessionCreated(let opening): opening.participants.map(\.id)
        case .joined(_, let people), .moved(let people): people.map(\.id)
        case .left(let people): people
        default: []
        }
    }
}

extension Answer {
    static func unknownServer(_ id: SiteID) -> Answer {
        .refused(Problem(.unknown, "there is no server \(id)"))
    }
}

extension Problem {
    /// A refusal of the controller as clients see it: with people under the names that their session has.
    init(_ error: ControlError, of command: Command) {
        var message = error.message
        if case .control(let event) = command {
            for id in event.people where id.isQualified && message.contains(id.description) {
                message = message.replacing(id.description, with: id.local.description)
            }
        }
        switch error.code {
        case .unknownSession, .unknownParticipant, .unknownSite: self.init(.unknown, message)
        case .duplicateSession, .duplicateParticipant: self.init(.conflict, message)
        default: self.init(.invalid, message)
        }
    }
}

// MARK: The state as bytes

extension ServiceState {
    private struct Head: Codable {
        var version = 1
        var slots: Int
        var ordinal: Int64
        var time: ControlTime
        var servers: [ServerRecord]
        /// Absent from what was kept before media had numbers.
        var numbers: MediaNumbers?
        var traits: [ParticipantID: Traits]
        /// Absent from what was kept before tokens ended with what they are for.
        var tenures: [SessionID: [ParticipantID: Int64]]?
        var revoked: [String: ControlTime]?
        var controllerBytes: Int
    }

    /// The complete state: a line of JSON, then the controller's own bytes.
    package func encoded() throws -> [UInt8] {
        let body = try controller.encodedState()
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let head = Head(
            slots: slots, ordinal: ordinal, time: time, servers: servers.values.sorted { $0.id < $1.id },
            numbers: numbers, traits: traits, tenures: tenures, revoked: revoked, controllerBytes: body.count)
        return Array(try encoder.encode(head)) + [UInt8(ascii: "\n")] + body
    }

    /// Reads a state back.
    package init(encoded bytes: [UInt8]) throws {
        guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")) else { throw StoreError("a snapshot has no head") }
        let head = try JSONDecoder().decode(Head.self, from: Data(bytes[..<end]))
        let body = Array(bytes[(end + 1)...])
        guard head.version == 1, body.count == head.controllerBytes else {
            throw StoreError("a snapshot is of version \(head.version) or cut short; expected version 1, whole")
        }
        controller = try MeshController(encodedState: body, solvers: SolverSelection.planning)
        servers = Dictionary(head.servers.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        traits = head.traits
        (tenures, revoked) = (head.tenures ?? [:], head.revoked ?? [:])
        numbers = head.numbers ?? MediaNumbers(of: controller, sites: Array(servers.keys))
        (time, ordinal, slots) = (head.time, head.ordinal, head.slots)
    }
}
