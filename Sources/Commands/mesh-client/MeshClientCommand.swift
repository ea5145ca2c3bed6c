internal import ArgumentParser
internal import ControlTransport
internal import Foundation
internal import MediaTransport
internal import MeshAPI
internal import MeshClient
internal import MeshTypes

@main
struct MeshClientCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mesh-client",
        abstract: "A participant of a session: joins, sends a stream, receives the others', and says how it went.",
        discussion: """
            The stream is a clock reading in every piece, so that others on the same machine (or with the same clock) find the way's length. Ends with Ctrl-C, SIGTERM or
            after --seconds, and writes its report as JSON, to stdout or to --report. What happens to it goes to stderr.

            EXAMPLE
              mesh-client --id anna --session match-1 --controller http://127.0.0.1:8080 --latitude 42.4 --longitude -71.1 --seconds 10
            """,
        version: MeshRelease.version)

    @Option(help: "The participant's name, unique in the session.")
    var id: String
    @Option(help: "The session's name.")
    var session: String
    @Option(help: "Where the controller is: http://HOST:PORT or https://HOST:PORT; several with commas between.")
    var controller: String
    @Option(help: "Certificates of authorities to trust instead of the system's, as PEM.")
    var ca: String?
    @Option(
        parsing: .unconditional,
        help: "Degrees north, -90 to 90. Without latitude and longitude the place is found from round trips.")
    var latitude: Double?
    @Option(parsing: .unconditional, help: "Degrees east, -180 to 180.")
    var longitude: Double?
    @Option(help: "The IP address and port that datagrams come from.")
    var listen = "0.0.0.0:0"
    @Option(help: "Pieces of the stream a second, 0 to 1,000.")
    var rate = 20.0
    @Option(help: "Bytes of a piece, 8 to 1,356.")
    var size = 120
    @Option(help: "What the stream is: audio, video or content.")
    var kind = "audio"
    @Option(help: "Stop by itself after so many seconds.")
    var seconds: Double?
    @Option(help: "The bearer token to show when joining; RMC_TOKEN or MESH_TOKEN if left out.")
    var token: String?
    @Option(help: "The file for the report; stdout if left out.")
    var report: String?
    @Option(help: "An address that carries all datagrams, with SOCKS 5's UDP header: a link emulator.")
    var through: String?
    @Option(
        help:
            "Milliseconds between two looks at what came, 0 to 40; longer turns spare the machine where many share it.")
    var turn = 0.0

    func validate() throws {
        for (name, text) in [("listen", listen), ("through", through ?? listen)] where PeerAddress(text) == nil {
            throw ValidationError("--\(name) is '\(text)'; expected an IP address and a port")
        }
        guard (latitude == nil) == (longitude == nil) else {
            throw ValidationError("one of --latitude and --longitude is missing; expected both or neither")
        }
        let (latitude, longitude) = (latitude ?? 0, longitude ?? 0)
        guard (-90...90).contains(latitude) else {
            throw ValidationError("--latitude is \(latitude); expected -90 to 90")
        }
        guard (-180...180).contains(longitude) else {
            throw ValidationError("--longitude is \(longitude); expected -180 to 180")
        }
        guard (0...1_000).contains(rate) else { throw ValidationError("--rate is \(rate); expected 0 to 1000") }
        guard (8...MediaWire.greatestPayload).contains(size) else {
            throw ValidationError("--size is \(size); expected 8 to \(MediaWire.greatestPayload)")
        }
        guard TrafficClass.named(kind) != nil else {
            throw ValidationError("--kind is '\(kind)'; expected audio, video or content")
        }
        guard (0...40).contains(turn) else { throw ValidationError("--turn is \(turn); expected 0 to 40") }
        if let seconds, !(seconds >= 0 && seconds <= 1e6) {
            throw ValidationError("--seconds is \(seconds); expected 0 to 1e6")
        }
    }

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let found = [token ?? environment["RMC_TOKEN"], token ?? environment["MESH_TOKEN"]].compactMap(\.self)
        guard Set(found).count <= 1 else {
            throw ValidationError("RMC_TOKEN and MESH_TOKEN differ; expected one of them, or the same in both")
        }
        let control = try ControllerClient(controller, token: found.first, authority: ca)
        let record = ParticipantRecord()
        // The clock's zone says roughly how far east one is; probes then say more.
        let east = Double(TimeZone.current.secondsFromGMT()) / 240
        let guess = (latitude: latitude ?? 30, longitude: longitude ?? max(-180, min(180, east)))
        let client = try await MeshClient(
            joining: session,
            as: ParticipantRequest(
                id: ParticipantID(id), latitude: guess.latitude, longitude: guess.longitude),
            control: control, findsPlace: latitude == nil,
            at: PeerAddress(listen) ?? PeerAddress(ipv4: 0, port: 0), through: through.flatMap { PeerAddress($0) },
            turn: UInt64(turn * 1e6),
            deliver: { record.take($0, at: $1) }, tell: { record.take($0, at: $1) })
        let following = Task { await client.follow() }
        let sending = Task { await send(by: client) }
        await Termination.wait(seconds: seconds)
        sending.cancel()
        following.cancel()
        let state = await client.state()
        let text = try record.json(
            id: id, participant: client.participant, state: state, token: await client.locationToken())
        if let report {
            try text.write(toFile: report, atomically: true, encoding: .utf8)
        } else {
            print(text)
        }
        await client.leave()
    }

    private func send(by client: MeshClient) async {
        guard rate > 0, let kind = TrafficClass.named(kind) else { return }
        let gap = UInt64(1e9 / rate)
        var next = MonotonicTime.now
        while !Task.isCancelled {
            let now = MonotonicTime.now
            var payload = (0..<8).map { UInt8(truncatingIfNeeded: now >> UInt64(56 - 8 * $0)) }
            payload += Array(repeating: 0, count: size - 8)
            client.send(payload, as: kind)
            next = max(next + gap, now)
            try? await Task.sleep(for: .nanoseconds(Int64(next - now)))
        }
    }
}

extension TrafficClass {
    static func named(_ name: String) -> TrafficClass? { allCases.first { "\($0)" == name } }
}

/// Waits for Ctrl-C, SIGTERM or an end of time.
enum Termination {
    static func wait(seconds: Double?) async {
        let (signals, continuation) = AsyncStream.makeStream(of: Void.self)
        let sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { continuation.yield() }
            source.activate()
            return source
        }
        let timer = Task {
            guard let seconds else { return }
            try await Task.sleep(for: .seconds(seconds))
            continuation.yield()
        }
        for await _ in signals { break }
        timer.cancel()
        for source in sources { source.cancel() }
    }
}
