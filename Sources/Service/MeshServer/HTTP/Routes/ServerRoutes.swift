import HTTPTypes
import Logging
import MeshAPI
import MeshControl
import MeshTypes

/// The pool's servers: register, heartbeat, drain, fail, leave.
enum ServerRoutes {
    private static let both: Route.Access = .roles([.operator, .edge])

    static let all: [Route] = [
        Route(.get, "/v1/servers/{id}", both) { call in
            let id = try call.server
            try call.principal.mustRun(id)
            guard let server = call.service.views.server(id) else {
                throw Problem(.unknown, "there is no server \(id)")
            }
            return try .json(call.service.withRelay(server))
        },
        Route(.put, "/v1/servers/{id}", both) { call in
            let id = try call.server
            try call.principal.mustRun(id)
            guard FieldReader.isIdentifier(id.description) else {
                throw Problem(.unknown, "the path names what cannot be an identifier of a new server")
            }
            let request = try await call.decode(RequestBodies.server)
            let replaced = replaced(id, by: request, call.service)
            guard case .server(let record, let isNew) = try await call.change(make: { .register(id, request) }) else {
                throw Problem(.defect, "the server was registered, and is not there")
            }
            var answer = response(record, call.service)
            if !isNew { answer.replaced = replaced }
            return try .json(answer, status: isNew ? .created : .ok)
        },
        Route(.delete, "/v1/servers/{id}", both) { call in
            let id = try call.server
            try call.principal.mustRun(id)
            _ = try await call.change { .remove(id) }
            return .nothing
        },
        Route(.post, "/v1/servers/{id}/heartbeat", both) { call in try await heartbeat(call) },
        Route(.post, "/v1/servers/{id}/drain", both) { call in try await change(call) { .drain($0) } },
        Route(.post, "/v1/servers/{id}/fail", both) { call in try await change(call) { .fail($0) } },
    ]

    private static func response(_ record: ServerRecord, _ service: MeshService) -> ServerResponse {
        let published = service.views.server(record.id)
        return ServerResponse(
            id: record.id, status: record.isFailed ? .failed : record.isDraining ? .draining : .up,
            registration: record.registration, slots: record.slots, rented: published?.rented ?? 0,
            served: published?.served ?? 0,
            leaseSeconds: service.leases.remaining(record.id, at: ServiceClock.uptime()),
            number: published?.number, heartbeatSeconds: service.leases.heartbeat,
            relay: service.relays.status(of: record.id))
    }

    private static func renewal(_ call: Call) async throws -> String? {
        guard let header = call.headers[.authorization], header.hasPrefix("Bearer ") else { return nil }
        return try await call.service.authority.renewal(of: String(header.dropFirst(7)), call.principal)
    }

    /// The process whose place a registration takes while it is heard of.
    private static func replaced(_ id: SiteID, by request: ServerRequest, _ service: MeshService) -> String? {
        guard let old = service.views.server(id)?.registration, let instance = old.instance,
            instance != request.instance, service.leases.isHeard(id, at: ServiceClock.uptime())
        else { return nil }
        service.logger.warning(
            "another process takes a server's place", metadata: ["server": "\(id)", "before": "\(instance)"])
        return instance
    }

    private static func change(_ call: Call, _ command: (SiteID) -> Command) async throws -> Reply {
        let id = try call.server
        try call.principal.mustRun(id)
        try call.mustBeJSONIfAny()
        guard case .server(let record, _) = try await call.change(make: { command(id) }) else {
            throw Problem(.defect, "the server was changed, and is not there")
        }
        return try .json(response(record, call.service))
    }

    /// Renews the lease. Only what is new goes into the log: the first heartbeat, and one after a failure.
    private static func heartbeat(_ call: Call) async throws -> Reply {
        let id = try call.server
        try call.principal.mustRun(id)
        if let ended = call.ended { throw ended }
        let body = call.body
        let request = try await call.service.apart(body.count) { () throws(Problem) in
            try RequestBodies.heartbeat(body)
        }
        _ = try call.idempotencyKey()
        guard let server = call.service.views.server(id) else {
            throw Problem(.unknown, "there is no server \(id); register it first")
        }
        if let instance = server.registration.instance, instance != request.instance {
            throw Problem(
                .conflict,
                "server \(id) is another process now (\(instance)); this one is to end, or to register anew")
        }
        let isKnown = call.service.leases.renew(
            id, at: ServiceClock.uptime(), available: request.available, participants: request.participants)
        var status = server.status
        if !isKnown || server.status == .failed {
            do {
                let answer = try await call.service.change(.restore(id), key: nil, .whenCarriedOut)
                switch answer {
                case .server(let record, _): status = record.isDraining ? .draining : .up
                case .refused(let problem):
                    call.service.leases.remove(id)
                    throw problem
                default: break
                }
            } catch let problem as Problem where problem.status == 503 {
                // Heartbeats go on while nothing can be kept; the next one tries again.
                call.service.leases.forgetBeat(id)
            }
        }
        if status == .suspect { status = .up }
        var table: RelayTable?
        if let report = request.relay {
            await call.service.useRelays()
            let taken = call.service.relays.take(report, of: id)
            table = taken.table
            let now = Double(call.service.clock.now.milliseconds) / 1000
            for doubted in taken.silent { call.service.leases.doubt(doubted, at: ServiceClock.uptime()) }
            for line in taken.measured { _ = call.service.desk.take(line, time: now, now: now, isSite: true) }
        }
        return try .json(
            HeartbeatResponse(
                status: status, leaseSeconds: call.service.leases.lease / 1000,
                sessions: call.service.tenancy.sessions(at: id), table: table, token: try await renewal(call)))
    }
}
