public import MediaTransport
public import MeshAPI
internal import MeshTypes
public import Probing
internal import Synchronization

/// The participant SDK: joins a session, probes what the controller asks for, follows the mesh, and sends and receives streams whatever happens to servers and
/// controller.
public final class MeshClient: Sendable {
    private let control: any ClientControlPlane
    private let session: String
    private let loop: ParticipantLoop
    private let grant: Attachment
    private let request: Mutex<ParticipantRequest>
    private let findsPlace: Bool

    /// What the controller granted.
    public var participant: Attachment { grant }

    /// Joins a session and begins to attach.
    ///
    /// - Parameters:
    ///   - configuration: Times of the participant.
    ///   - findsPlace: Whether the request's place is a guess, to be replaced by what round trips say.
    ///   - at: Where the socket is bound.
    ///   - through: Who carries all datagrams, for emulated networks.
    ///   - turn: Nanoseconds between two looks at what came; see ``ParticipantLoop``.
    ///   - deliver: Called with each piece of a stream, and the time of its arrival.
    ///   - tell: Called with what happens.
    /// - Throws: What the control plane throws, `SocketError`, ``ParticipantError``.
    public init(
        joining session: String, as request: ParticipantRequest, control: any ClientControlPlane,
        configuration: MeshParticipant.Configuration = .init(), findsPlace: Bool = false,
        at address: PeerAddress = PeerAddress(ipv4: 0, port: 0), through: PeerAddress? = nil,
        turn: UInt64 = 0,
        deliver: @escaping @Sendable (MeshParticipant.Delivery, UInt64) -> Void,
        tell: @escaping @Sendable (MeshParticipant.Event, UInt64) -> Void = { _, _ in }
    ) async throws {
        self.control = control
        self.session = session
        self.request = Mutex(request)
        self.findsPlace = findsPlace
        let grant = try await control.join(session, request)
        self.grant = grant
        let participant = try MeshParticipant(grant, configuration: configuration, at: MonotonicTime.now)
        loop = try ParticipantLoop(at: address, through: through, turn: turn, deliver: deliver, tell: tell)
        loop.begin { now in
            // Times are of the thread's own clock, which is the same one.
            participant
        }
    }

    /// Sends a piece of the own stream.
    public func send(_ payload: [UInt8], as trafficClass: TrafficClass) { loop.send(payload, as: trafficClass) }

    /// Follows the mesh, and probes what it asks for, until the task is cancelled; connects again when the controller is away.
    public func follow(plan: ProbePlan = MeshClient.quickPlan) async {
        await probe(grant.mesh, plan: plan)
        var pause = 0.25
        while !Task.isCancelled {
            do {
                for try await view in control.views(session, participant: grant.id, token: grant.token) {
                    pause = 0.25
                    _ = await loop.perform { participant, now in try? participant.adopt(view, at: now) }
                    if view.servers.contains(where: \.probe) {
                        Task { await probe(view, plan: plan) }
                    }
                }
            } catch {
                // Media go on by what is known; the stream is opened again below.
            }
            try? await Task.sleep(for: .seconds(pause))
            pause = min(2, pause * 2)
        }
    }

    /// Probes the servers that a view asks for and reports what was found. What cannot be reported is dropped: there will be newer.
    public func probe(_ view: ParticipantMesh, plan: ProbePlan = MeshClient.quickPlan) async {
        let asked = view.servers.filter(\.probe)
        let lines = await withTaskGroup(of: MeasurementLine?.self) { group -> [MeasurementLine] in
            for server in asked {
                guard let address = PeerAddress(server.address) else { continue }
                group.addTask { [loop, grant] in
                    switch await loop.probe(address, plan: plan) {
                    case .measured(let report):
                        MeasurementLine(
                            from: grant.id, to: server.id, rtt: report.roundTrips?.median.milliseconds,
                            loss: report.loss)
                    case .noAnswer: MeasurementLine(from: grant.id, to: server.id, rtt: nil, loss: 1)
                    }
                }
            }
            var lines: [MeasurementLine] = []
            for await line in group { if let line { lines.append(line) } }
            return lines
        }
        await findPlace(view, lines)
        if !lines.isEmpty { try? await control.report(lines.sorted { $0.to < $1.to }, token: grant.token) }
    }

    /// Tells the controller the place that the round trips speak for, if none was given.
    private func findPlace(_ view: ParticipantMesh, _ lines: [MeasurementLine]) async {
        guard findsPlace else { return }
        let trips = lines.compactMap { line -> (coordinate: GeoCoordinate, milliseconds: Double)? in
            guard let server = view.servers.first(where: { $0.id == line.to }), let trip = line.rtt,
                let latitude = server.latitude, (-90...90).contains(latitude),
                let longitude = server.longitude, (-180...180).contains(longitude)
            else { return nil }
            return (GeoCoordinate(latitude: latitude, longitude: longitude), trip)
        }
        guard let place = LocationEstimate.place(from: trips) else { return }
        request.withLock { request in
            request.latitude = place.latitude
            request.longitude = place.longitude
        }
        let found = request.withLock { $0 }
        try? await control.relocate(session, participant: grant.id, to: found, token: grant.token)
    }

    /// A few probes in a quarter of a second.
    public static var quickPlan: ProbePlan {
        var plan = ProbePlan()
        plan.probeCount = 6
        plan.interval = 40_000_000
        return plan
    }

    /// How it goes: the participant itself, as a copy.
    public func state() async -> MeshParticipant? { await loop.perform { participant, _ in participant } }

    /// A token from which others estimate the latency to here.
    public func locationToken() async -> LocationToken {
        let trips = await loop.perform { participant, _ in participant.roundTrips } ?? [:]
        let request = request.withLock { $0 }
        return LocationToken(
            coordinate: GeoCoordinate(latitude: request.latitude, longitude: request.longitude), roundTrips: trips)
    }

    /// Says goodbye to servers and controller, and ends.
    public func leave() async {
        _ = await loop.perform { participant, now in participant.leave(at: now) }
        try? await control.leave(session, participant: grant.id, token: grant.token)
        loop.stop()
    }
}
