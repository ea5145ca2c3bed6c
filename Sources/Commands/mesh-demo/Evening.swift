internal import DemoWorld
internal import Foundation
internal import MediaTransport
internal import MeshTypes

/// One run: the controller and the link emulator in this process, agents and clients in their own.
final class Evening {
    let world: DemoGeography
    let strategy: Strategy
    let rate: Double
    let pace: Double
    let folder: URL
    let controller: DemoController
    let emulator: LinkEmulator
    let controllerPort: Int
    private(set) var marks: [(name: String, at: Double)] = []
    private(set) var planned: [String: [[UInt32]: Double]] = [:]
    private var processes: [String: Process] = [:]
    private var ticking: Task<Void, Never>?
    private let binaries: URL
    private let serverPorts: [UInt16]
    private let clientPorts: [UInt16]
    /// Participants that were told to go before the end.
    private(set) var left: Set<String> = []

    init(world: DemoGeography, strategy: Strategy, rate: Double, pace: Double, folder: String, seed: UInt64)
        async throws
    {
        self.world = world
        self.strategy = strategy
        self.rate = rate
        self.pace = pace
        self.folder = URL(filePath: folder, directoryHint: .isDirectory)
        try? FileManager.default.removeItem(at: self.folder)
        try FileManager.default.createDirectory(at: self.folder, withIntermediateDirectories: true)
        binaries = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        controller = DemoController(strategy: strategy, seed: seed)
        controllerPort = try await controller.start()
        emulator = try LinkEmulator(EmulatedNetwork(delays: world.delays, jitter: 400_000, loss: 0.001, seed: seed))
        let ports = try Self.freePorts(world.servers.count + world.clients.count)
        serverPorts = Array(ports.prefix(world.servers.count))
        clientPorts = Array(ports.dropFirst(world.servers.count))
        for (node, port) in ports.enumerated() { emulator.place(PeerAddress(ipv4: 0x7F00_0001, port: port), at: node) }
    }

    static var seconds: Double { Double(MonotonicTime.now) / 1e9 }

    /// Ports that nobody has just now.
    private static func freePorts(_ count: Int) throws -> [UInt16] {
        let sockets = try (0..<count).map { _ in
            try DatagramSocket(PeerAddress(ipv4: 0x7F00_0001, port: 0), buffer: 4_096)
        }
        return sockets.map(\.address.port)
    }

    func pause(_ seconds: Double) async throws { try await Task.sleep(for: .seconds(seconds * pace)) }

    func mark(_ name: String) {
        marks.append((name, Self.seconds))
        say("  \(name)")
    }

    // MARK: Processes

    private func spawn(_ program: String, _ arguments: [String], name: String) throws {
        let process = Process()
        process.executableURL = binaries.appending(path: program)
        process.arguments = arguments
        let log = folder.appending(path: "\(name).log")
        _ = FileManager.default.createFile(atPath: log.path, contents: nil)
        let handle = try FileHandle(forWritingTo: log)
        process.standardOutput = handle
        process.standardError = handle
        try process.run()
        processes[name] = process
        Children.add(process.processIdentifier)
    }

    func startServer(_ index: Int) throws {
        let place = world.servers[index]
        try spawn(
            "mesh-edge",
            [
                "run", "--id", place.name, "--controller", "http://127.0.0.1:\(controllerPort)", "--listen",
                "127.0.0.1:\(serverPorts[index])", "--latitude=\(place.coordinate.latitude)",
                "--longitude=\(place.coordinate.longitude)", "--capacity", "200", "--price", "40", "--through",
                emulator.address.description,
            ], name: place.name)
    }

    func startClient(_ index: Int) throws {
        let place = world.clients[index]
        try spawn(
            "mesh-client",
            [
                "--id", place.name, "--session", place.session, "--controller", "http://127.0.0.1:\(controllerPort)",
                "--listen", "127.0.0.1:\(clientPorts[index])", "--latitude=\(place.coordinate.latitude)",
                "--longitude=\(place.coordinate.longitude)", "--rate", "\(rate)", "--report",
                folder.appending(path: "\(place.name).json").path, "--through", emulator.address.description,
            ], name: place.name)
    }

    /// Kills a server as a power cut would.
    func kill(_ name: String) {
        if let process = processes.removeValue(forKey: name) {
            Foundation.kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
    }

    /// Asks participants to leave, and waits until they have.
    func leave(_ names: [String]) async throws {
        for name in names { processes[name]?.terminate() }
        let limit = Self.seconds + 10
        for name in names {
            while processes[name]?.isRunning == true, Self.seconds < limit {
                try await Task.sleep(for: .milliseconds(20))
            }
            processes[name] = nil
        }
        left.formUnion(names)
    }

    // MARK: Controller

    func startServers() async throws {
        for index in world.servers.indices { try startServer(index) }
        let limit = Self.seconds + 60
        while controller.servers.count < world.servers.count {
            guard Self.seconds < limit else {
                throw DemoError("only \(controller.servers.count) servers came up; see \(folder.path)")
            }
            try await Task.sleep(for: .milliseconds(50))
        }
        let controller = controller
        ticking = Task.detached {
            while !Task.isCancelled {
                controller.tick(at: MonotonicTime.now)
                try? await Task.sleep(for: .milliseconds(500))
            }
        }
    }

    /// The live server that serves most participants, by name.
    func busiest(besides spared: Set<String> = []) -> String? {
        let names = Dictionary(controller.servers.map { ($0.value, $0.key) }) { first, _ in first }
        var load: [String: Int] = [:]
        for site in controller.assignment.values { if let name = names[site] { load[name, default: 0] += 1 } }
        return load.filter { !spared.contains($0.key) && processes[$0.key] != nil }
            .max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
    }

    /// Process numbers of the servers that run.
    var serverPIDs: [Int32] { world.servers.compactMap { processes[$0.name]?.processIdentifier } }

    /// How many of some processes run.
    func processes(of names: [String]) -> Int { names.count { processes[$0] != nil } }

    func notePlan() { planned = controller.plannedPairs() }

    /// Ends everything; the reports of all participants.
    func end() async throws -> [ParticipantReport] {
        let clients = world.clients.map(\.name).filter { processes[$0] != nil }
        let stayed = left
        try await leave(clients)
        left = stayed
        ticking?.cancel()
        for name in processes.keys { kill(name) }
        await controller.stop()
        emulator.stop()
        return world.clients.compactMap { place in
            guard let data = try? Data(contentsOf: folder.appending(path: "\(place.name).json")) else { return nil }
            return try? JSONDecoder().decode(ParticipantReport.self, from: data)
        }
    }

    deinit { for process in processes.values { Foundation.kill(process.processIdentifier, SIGKILL) } }
}

/// Why the demo could not go on.
struct DemoError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// What `mesh-client` writes.
struct ParticipantReport: Decodable, Sendable {
    var id: String
    var stream: UInt32
    var sent: Int
    var delivered: Int
    var duplicates: Int
    var moves: Int
    var events: [[String: String]]
    var streams: [Stream]

    struct Stream: Decodable, Sendable {
        var stream: UInt32
        var received: Int
        var lost: Int
        var buckets: [[Double]]
        var gaps: [[Double]]
    }
}
