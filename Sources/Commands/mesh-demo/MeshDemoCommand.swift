internal import ArgumentParser
internal import DemoWorld
internal import Foundation
internal import MeshAPI
internal import MeshTypes

@main
struct MeshDemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mesh-demo",
        abstract:
            "A scripted evening of real agents and clients, on measured latencies, against the same evening with one server.",
        discussion: """
            Starts the service (rmc serve), edge servers and participants as processes on loopback, between them a link emulator with the latencies of WonderNetwork's cities (bundled). The
            script: arrivals, a flash crowd, a server killed, a congested link, a region leaving, a server killed while the controller is away. Prints what participants
            measured, and how late this machine was: where that is too much, that the figures do not count. Needs rmc, mesh-edge and mesh-client beside itself.

            EXAMPLE
              mesh-demo --servers 12 --clients 60
            """,
        version: MeshRelease.version)

    @Option(help: "Edge servers, 3 to 30.")
    var servers = 12
    @Option(help: "Participants, 8 to 500; the last fifth comes at once.")
    var clients = 60
    @Option(help: "Sessions that they are in, near with near.")
    var sessions = 5
    @Option(help: "Pieces of a participant's stream a second.")
    var rate = 20.0
    @Option(help: "How long the evening is, as a multiple of a minute's script.")
    var pace = 1.0
    @Option(help: "What is drawn at random follows from this.")
    var seed: UInt64 = 1
    @Option(help: "The strategies to run, one after the other: mesh, single.")
    var strategies = "mesh,single"
    @Option(help: "The folder of the bundled latencies.")
    var data = "Models/Data/WonderNetwork2018"
    @Option(help: "The folder for the participants' reports and logs.")
    var out = "out/demo"
    @Option(name: .customLong("soak"), help: "Instead of the script: so many random faults, one after the other.")
    var soakFaults: Int?
    @Option(help: "With --soak: first, so many seconds without a controller while ways change.")
    var away = 0.0

    func validate() throws {
        guard (3...30).contains(servers) else { throw ValidationError("--servers is \(servers); expected 3 to 30") }
        guard (8...500).contains(clients) else { throw ValidationError("--clients is \(clients); expected 8 to 500") }
        guard (1...max(1, clients / 4)).contains(sessions) else {
            throw ValidationError("--sessions is \(sessions); expected 1 to a quarter of the clients")
        }
        guard (1...200).contains(rate) else { throw ValidationError("--rate is \(rate); expected 1 to 200") }
        guard (0.2...20).contains(pace) else { throw ValidationError("--pace is \(pace); expected 0.2 to 20") }
        guard (0...600).contains(away) else { throw ValidationError("--away is \(away); expected 0 to 600") }
        if let soakFaults, !(1...10_000).contains(soakFaults) {
            throw ValidationError("--soak is \(soakFaults); expected 1 to 10000")
        }
    }

    func run() async throws {
        let world = try DemoGeography(folder: data, servers: servers, clients: clients, sessions: sessions, seed: seed)
        say(
            "\(servers) servers, \(clients) participants and the service start as \(servers + clients + 1) processes on this machine, "
                + "for about \(Int((soakFaults.map { Double($0) * 3 } ?? 130) * pace)) s; --servers and --clients make it less"
        )
        let signals = Children.endWithThisProcess()
        defer { for source in signals { source.cancel() } }
        var outcomes: [(name: String, outcome: EveningOutcome)] = []
        let names = soakFaults == nil ? strategies.split(separator: ",").map(String.init) : ["mesh"]
        for name in names {
            let evening = try await Evening(
                world: world, isSingle: name == "single", rate: rate, pace: pace, folder: "\(out)/\(name)", seed: seed)
            if let soakFaults {
                guard try await evening.soak(faults: soakFaults, away: away) else { throw ExitCode(1) }
                return
            }
            say("\n== \(name): an evening of \(servers) servers and \(clients) participants in \(sessions) sessions")
            outcomes.append((name, try await evening.play()))
        }
        EveningReport.printComparison(outcomes)
    }
}
