internal import Foundation
internal import MediaTransport
internal import MeshAPI
internal import MeshTypes
internal import Synchronization

extension DemoController {
    func answer(_ request: SmallHTTPServer.Request) async -> SmallHTTPServer.Response {
        if let refusal = MeshProtocol.refusal(of: request.headers[MeshProtocol.header.lowercased()], from: "the caller")
        {
            return Self.problem(400, refusal)
        }
        guard request.path.first == "v1" else {
            return Self.problem(404, "there is no \(request.path.joined(separator: "/"))")
        }
        let path = Array(request.path.dropFirst())
        switch (request.method, path.first, path.count) {
        case ("PUT", "servers", 2): return decoding(request) { self.register($0, id: path[1]) }
        case ("POST", "servers", 3) where path[2] == "heartbeat":
            return decoding(request) { self.heartbeat($0, id: path[1]) }
        case ("POST", "sessions", 3) where path[2] == "participants":
            return decoding(request) { self.join($0, session: path[1]) }
        case ("PATCH", "sessions", 4), ("DELETE", "sessions", 4):
            guard let refusal = refusal(of: request, participant: path[3]) else {
                return request.method == "DELETE"
                    ? leave(path[3]) : decoding(request) { self.relocate($0, id: path[3]) }
            }
            return refusal
        case ("GET", "sessions", 4) where path[2] == "mesh" && path[3] == "events":
            let id = request.query["participant"] ?? ""
            return refusal(of: request, participant: id) ?? subscribe(id)
        case ("GET", "sessions", 3) where path[2] == "mesh":
            let id = request.query["participant"] ?? ""
            if let refusal = refusal(of: request, participant: id) { return refusal }
            return state.withLock({ $0.members[id]?.view }).map { Self.json($0) } ?? Self.problem(404, "no mesh yet")
        case ("POST", "measurements", 1): return measurements(request)
        default: return Self.problem(404, "there is no \(request.method) \(request.path.joined(separator: "/"))")
        }
    }

    // MARK: Servers

    private func register(_ registration: ServerRegistration, id: String) -> SmallHTTPServer.Response {
        guard (-90...90).contains(registration.latitude), (-180...180).contains(registration.longitude),
            registration.capacity > 0, registration.price >= 0,
            registration.address.flatMap({ PeerAddress($0) }) != nil
        else {
            return Self.problem(422, "server \(id): expected a place, a capacity, a price and an address of numbers")
        }
        return state.withLock { state in
            let isNew = state.servers[id] == nil
            let number = state.numbers[id] ?? UInt16(state.numbers.count + 1)
            state.numbers[id] = number
            var server = DemoState.Server(
                id: id, number: number, registration: registration, lastHeard: MonotonicTime.now)
            server.roundTrips = state.servers[id]?.roundTrips ?? [:]
            state.servers[id] = server
            state.publish()
            let lease = ServerLease(
                site: number, heartbeatEvery: DemoState.heartbeatEvery, leaseFor: Double(DemoState.lease) / 1e9)
            return Self.json(lease, status: isNew ? 201 : 200)
        }
    }

    private func heartbeat(_ heartbeat: ServerHeartbeat, id: String) -> SmallHTTPServer.Response {
        state.withLock { state in
            guard let server = state.servers[id] else { return Self.json(HeartbeatReply(mustRegister: true)) }
            state.servers[id]?.lastHeard = MonotonicTime.now
            state.servers[id]?.tableVersion = max(
                heartbeat.tableVersion,
                state.tables[server.number]?.version == heartbeat.tableVersion ? state.version : 0)
            state.servers[id]?.carried = heartbeat.participants
            state.servers[id]?.mostCarried = max(server.mostCarried, heartbeat.participants)
            for link in heartbeat.links {
                // What wavers by little is the same: plans that follow every tremor move people for nothing.
                if let trip = link.roundTrip {
                    let old = server.roundTrips[link.site]
                    let isNews = old.map { abs(trip - $0) > max(1, $0 * 0.02) } ?? true
                    if isNews { state.servers[id]?.roundTrips[link.site] = trip }
                }
            }
            let table = state.tables[server.number].flatMap { $0.version > heartbeat.tableVersion ? $0 : nil }
            return Self.json(HeartbeatReply(table: table))
        }
    }

    // MARK: Participants

    private func join(_ request: JoinRequest, session: String) -> SmallHTTPServer.Response {
        guard (-90...90).contains(request.latitude), (-180...180).contains(request.longitude), !request.id.isEmpty
        else {
            return Self.problem(422, "expected an id, a latitude of -90 to 90 and a longitude of -180 to 180")
        }
        return state.withLock { state in
            guard !state.servers.isEmpty else { return Self.problem(503, "no server yet") }
            if state.members[request.id] != nil {
                return Self.problem(409, "participant \(request.id) is there already")
            }
            if state.sessions[session] == nil {
                state.sessions[session] = .init(number: UInt32(state.sessions.count + 1), secret: .random())
            }
            guard let stream = state.sessions[session]?.nextStream else { return Self.problem(500, "no session") }
            state.sessions[session]?.nextStream += 1
            let place = GeoCoordinate(latitude: request.latitude, longitude: request.longitude)
            var member = DemoState.Member(
                id: request.id, session: session, stream: stream, token: UUID().uuidString, coordinate: place)
            // For a start, the nearest of the session's sites by geography, or of all; the next tick knows more.
            let known = state.sessions[session]?.sites ?? []
            let open = state.servers.values.filter { known.isEmpty || known.contains($0.number) }
            let near = (open.isEmpty ? Array(state.servers.values) : open).map { (state.access(member, $0), $0.number) }
            member.site = near.min(by: <)?.1
            if let site = member.site { state.sessions[session]?.sites.insert(site) }
            state.members[request.id] = member
            state.publish()
            guard let view = state.members[request.id]?.view, let gathering = state.sessions[session],
                let secret = SessionSecret(session: gathering.number, epoch: 0, bytes: gathering.secret.bytes)
            else { return Self.problem(500, "no view") }
            let keys = secret.attachmentKeys(stream: stream)
            let reply = JoinReply(
                id: request.id, token: member.token, session: gathering.number, stream: stream, mesh: view,
                keys: ParticipantKeys(
                    epoch: 0, media: SecretBytes(secret.mediaKey.bytes), up: SecretBytes(keys.up.bytes),
                    down: SecretBytes(keys.down.bytes)))
            return Self.json(reply, status: 201)
        }
    }

    private func relocate(_ request: JoinRequest, id: String) -> SmallHTTPServer.Response {
        state.withLock { state in
            state.members[id]?.coordinate = GeoCoordinate(latitude: request.latitude, longitude: request.longitude)
            return state.members[id]?.view.map { Self.json($0) } ?? Self.problem(404, "no participant \(id)")
        }
    }

    private func leave(_ id: String) -> SmallHTTPServer.Response {
        state.withLock { state in
            state.members[id]?.subscriber?.finish()
            state.members[id] = nil
            return Self.json(["left": id])
        }
    }

    private func subscribe(_ id: String) -> SmallHTTPServer.Response {
        let (events, continuation) = AsyncStream.makeStream(of: SmallHTTPServer.ServerText.self)
        state.withLock { state in
            state.members[id]?.subscriber?.finish()
            state.members[id]?.subscriber = continuation
            if let view = state.members[id]?.view, let text = try? view.json() {
                continuation.yield(.init(id: view.version, data: text))
            }
        }
        return .events(events)
    }

    private func measurements(_ request: SmallHTTPServer.Request) -> SmallHTTPServer.Response {
        let lines = request.body.split(separator: 0x0A)
        let reports = lines.compactMap { try? JSONDecoder().decode(MeasurementReport.self, from: Data($0)) }
        guard reports.count == lines.count else { return Self.problem(422, "expected a measurement a line") }
        return state.withLock { state in
            for report in reports {
                guard let number = state.numbers[report.to], state.members[report.from]?.token == Self.token(request)
                else { return Self.problem(403, "a participant reports what it measured itself") }
                if let trip = report.rtt { state.members[report.from]?.roundTrips[number] = trip }
            }
            return Self.json(["taken": reports.count])
        }
    }

    // MARK: Support

    private static func token(_ request: SmallHTTPServer.Request) -> String? {
        request.headers["authorization"].flatMap { $0.hasPrefix("Bearer ") ? String($0.dropFirst(7)) : nil }
    }

    private func refusal(of request: SmallHTTPServer.Request, participant: String) -> SmallHTTPServer.Response? {
        guard let token = Self.token(request) else { return Self.problem(401, "expected a bearer token") }
        return state.withLock { state in
            guard let member = state.members[participant] else {
                return Self.problem(404, "no participant \(participant)")
            }
            return member.token == token ? nil : Self.problem(403, "the token is another participant's")
        }
    }

    private func decoding<Body: Decodable>(
        _ request: SmallHTTPServer.Request, _ answer: (Body) -> SmallHTTPServer.Response
    ) -> SmallHTTPServer.Response {
        do {
            return answer(try JSONDecoder().decode(Body.self, from: Data(request.body)))
        } catch {
            return Self.problem(422, "the body is no \(Body.self)")
        }
    }

    static func json(_ value: some Encodable, status: Int = 200) -> SmallHTTPServer.Response {
        guard let data = try? JSONEncoder().encode(value) else { return .json(500, []) }
        return .json(status, Array(data))
    }

    static func problem(_ status: Int, _ detail: String) -> SmallHTTPServer.Response {
        json(ProblemDocument(title: "status \(status)", status: status, detail: detail), status: status)
    }
}
