internal import ArgumentParser
internal import ControlTransport
internal import Foundation
internal import MediaTransport
internal import MeshAPI
internal import MeshEdge

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Serve: register with a controller, relay media, answer probes, until interrupted.",
        discussion: """
            Prints one line when it is registered, and one for each thing that happens to it. Goes on with its last forwarding table when the controller is away. Ends by
            itself when the controller has it drained. SIGTERM and Ctrl-C empty it first: nobody is let in, participants go to their spares, and it ends when nobody is left,
            after --patience at the latest; a second one ends it at once.

            The token is --token, else what --token-file holds, else RMC_TOKEN or MESH_TOKEN. A token that lives for a limited time is renewed by the controller half-way;
            with --token-file the new one is written there.

            EXAMPLE
              mesh-edge run --id fra-1 --controller https://mesh.example.org --listen 0.0.0.0:4480 --address 192.0.2.7:4480 \\
                --latitude 50.1 --longitude -8.7 --capacity 500 --token-file edge.token
            """)

    @Option(help: "The server's name, unique in the pool.")
    var id: String
    @Option(help: "Where the controller is: http://HOST:PORT or https://HOST:PORT; several with commas between.")
    var controller: String
    @Option(help: "Certificates of authorities to trust instead of the system's, as PEM.")
    var ca: String?
    @Option(help: "Where to listen for media and probes: an IP address and a port, 0 for any that is free.")
    var listen = "0.0.0.0:4480"
    @Option(help: "Where others reach it; where it listens if left out.")
    var address: String?
    @Option(parsing: .unconditional, help: "Degrees north, -90 to 90.")
    var latitude: Double
    @Option(parsing: .unconditional, help: "Degrees east, -180 to 180.")
    var longitude: Double
    @Option(help: "Participants that it serves at once.")
    var capacity = 1_000
    @Option(help: "Mbit/s that may leave; no limit if left out.")
    var megabits: Double?
    @Option(help: "Price of holding it for a tick.")
    var price = 1.0
    @Option(help: "The region that it belongs to.")
    var region: String?
    @Option(help: "Who runs it.")
    var provider: String?
    @Option(help: "The bearer token to show to the controller.")
    var token: String?
    @Option(help: "The file that holds the token, and gets the new one when it is renewed.")
    var tokenFile: String?
    @Option(help: "Seconds that participants have to go elsewhere when it is told to end.")
    var patience = 30.0
    @Option(help: "An address that carries all datagrams, with SOCKS 5's UDP header: a link emulator.")
    var through: String?

    func validate() throws {
        guard PeerAddress(listen) != nil else {
            throw ValidationError("--listen is '\(listen)'; expected an IP address and a port")
        }
        for (name, text) in [("address", address), ("through", through)] {
            guard let text, PeerAddress(text) == nil else { continue }
            throw ValidationError("--\(name) is '\(text)'; expected an IP address and a port")
        }
        guard (-90...90).contains(latitude) else {
            throw ValidationError("--latitude is \(latitude); expected -90 to 90")
        }
        guard (-180...180).contains(longitude) else {
            throw ValidationError("--longitude is \(longitude); expected -180 to 180")
        }
        guard (1...100_000).contains(capacity) else {
            throw ValidationError("--capacity is \(capacity); expected 1 to 100000")
        }
        guard (0...3_600).contains(patience) else {
            throw ValidationError("--patience is \(patience); expected 0 to 3600")
        }
        if token != nil, tokenFile != nil { throw ValidationError("expected --token or --token-file, not both") }
        if let megabits, !(megabits > 0 && megabits < 1e6) {
            throw ValidationError("--megabits is \(megabits); expected more than 0, less than 1e6")
        }
    }

    func run() async throws {
        // A service that starts agents itself hands the token over as RMC_TOKEN.
        let token = try token ?? BearerToken.find(file: tokenFile)
        let control = try ControllerClient(controller, token: token, authority: ca)
        guard let listen = PeerAddress(listen) else { return }
        let registration = ServerRequest(
            latitude: latitude, longitude: longitude, capacity: capacity, price: price, region: region,
            provider: provider, address: address ?? self.listen, instance: EdgeAgent.freshInstance())
        guard listen.port != 0 || address != nil else {
            throw ValidationError("--listen has port 0; expected --address too, so that others know where")
        }
        let (id, tokenFile) = (id, tokenFile)
        let say: @Sendable (EdgeAgent.Event) -> Void = { event in
            Self.say(event)
            if case .renewed(let token) = event, let tokenFile { BearerToken.keep(token, file: tokenFile) }
        }
        let lease = try await EdgeAgent.register(registration, id: id, control: control, tell: say)
        var configuration = Relay.Configuration(site: lease.site)
        configuration.participantCapacity = capacity
        configuration.reserveCapacity = capacity * 4
        configuration.megabitsPerSecond = megabits
        let loop = try RelayLoop(configuration, at: listen, through: through.flatMap { PeerAddress($0) })
        let agent = EdgeAgent(id: id, registration: registration, control: control, loop: loop, tell: say)
        let isLeaving = Termination { await agent.leave() }
        let end = isLeaving.deadline(seconds: patience) { loop.stop() }
        // An end that was not asked for is for whoever supervises to repair: it starts the agent again.
        let isDrained = await agent.run(lease: lease)
        loop.stop()
        end.cancel()
        if isLeaving.isUnderWay {
            try? await control.remove(id: id)
        } else if !isDrained {
            throw ExitCode(70)
        }
    }

    @Sendable private static func say(_ event: EdgeAgent.Event) {
        let line =
            switch event {
            case .registered(let site): "registered as site \(site)"
            case .adopted(let version): "forwarding by table \(version)"
            case .refusedTable(let why): "mesh-edge: refused a table: \(why)"
            case .controllerFailed(let why): "mesh-edge: the controller: \(why); going on with the last table"
            case .controllerBack: "the controller is back"
            case .renumbered(let site):
                "mesh-edge: the controller has forgotten this server and calls it site \(site) now; it starts anew when nobody is attached"
            case .replaced(let why): "mesh-edge: \(why)"
            case .renewed: "the token was renewed"
            case .drained: "drained"
            }
        FileHandle.standardError.write(Data((line + "\n").utf8))
    }
}
