internal import DemoWorld
internal import Foundation
internal import MediaTransport
internal import MeshAPI
internal import MeshTypes

/// One run: the link emulator in this process; service, agents and clients in their own.
final class Evening {
    let world: DemoGeography
    let isSingle: Bool
    let rate: Double
    let pace: Double
    let seed: UInt64
    let folder: URL
    let controller: ServedController
    let emulator: LinkEmulator
    private(set) var marks: [(name: String, at: Double)] = []
    /// How late the emulation was from each mark to the next.
    private(set) var lateness: [Lateness] = []
    private(set) var planned: [String: [[String]: Double]] = [:]
    private var processes: [String: Process] = [:]
    private let binaries: URL
    private let serverPorts: [UInt16]
    private let clientPorts: [UInt16]
    /// Participants that were told to go before the end.
    private(set) var left: Set<String> = []

    init(world: DemoGeography, isSingle: Bool, rate: Double, pace: Double, folder: String, seed: UInt64)
        async throws
    {
        self.world = world
        self.isSingle = isSingle
        self.rate = rate
        self.pace = pace
        self.seed = seed
        self.folder = URL(filePath: folder, directoryHint: .isDirectory)
        try? FileManager.default.removeItem(at: self.folder)
        try FileManager.default.createDirectory(at: self.folder, withIntermediateDirectories: true)
        binaries = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        emulator = try LinkEmulator(EmulatedNetwork(delays: world.delays, jitter: 400_000, loss: 0.001, seed: seed))
        let ports = try Self.freePorts(world.servers.count + world.clients.count)
        controller = ServedController(
            program: binaries.appending(path: "rmc"), folder: self.folder,
            started: { Children.add($0) })
        serverPorts = Array(ports.prefix(world.servers.count))
        clientPorts = Array(ports.dropFirst(world.servers.count))
        for (node, port) in (serverPorts + clientPorts).enumerated() {
            emulator.place(PeerAddress(ipv4: 0x7F00_0001, port: port), at: node)
        }
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
        if !marks.isEmpty { lateness.append(emulator.takeLateness()) } else { _ = emulator.takeLateness() }
        marks.append((name, Self.seconds))
        say("  \(name)")
    }

    // MARK: Processes

    private func spawn(_ program: String, _ arguments: [String], name: String, token: String) throws {
        let process = Process()
        process.executableURL = binaries.appending(path: program)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(["RMC_TOKEN": token, "MESH_TOKEN": token]) {
            $1
        }
        let log = folder.appending(path: "\(name).log")
        _ = FileManager.default.createFile(atPath: log.path, contents: nil)
        let handle = try FileHandle(forWritingTo: log)
        process.standardOutput = handle
        process.standardError = handle
        try process.run()
        processes[name] = process
        Children.add(process.processIdentifier)
    }

    func startServer(_ index: Int) async throws {
        let place = world.servers[index]
        let token = try await controller.token(server: place.name)
        try spawn(
            "mesh-edge",
            [
                "run", "--id", place.name, "--controller", controller.url, "--listen",
                "127.0.0.1:\(serverPorts[index])", "--latitude=\(place.coordinate.latitude)",
                "--longitude=\(place.coordinate.longitude)", "--capacity", "200", "--price", "40", "--through",
                emulator.address.description,
            ], name: place.name, token: token)
    }

    func startClient(_ index: Int) async throws {
        let place = world.clients[index]
        let token = try await controller.token(participant: place.name, in: place.session)
        try spawn(
            "mesh-client",
            [
                "--id", place.name, "--session", place.session, "--controller", controller.url,
                "--listen", "127.0.0.1:\(clientPorts[index])", "--latitude=\(place.coordinate.latitude)",
                "--longitude=\(place.coordinate.longitude)", "--rate", "\(rate)", "--report",
                folder.appending(path: "\(place.name).json").path, "--through", emulator.address.description, "--turn",
                "20",
            ], name: place.name, token: token)
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

    /// Starts the service and the servers, and opens the sessions.
    func startServers() async throws {
        try await controller.start()
        for index in world.servers.indices { try await startServer(index) }
        let limit = Self.seconds + 60
        while try await controller.pool().count < world.servers.count {
            guard Self.seconds < limit else { throw DemoError("not all servers came up; see \(folder.path)") }
            try await Task.sleep(for: .milliseconds(50))
        }
        // One server a session is a mesh with a limit of one site.
        for session in Set(world.clients.map(\.session)).sorted() {
            try await controller.open(session, policy: isSingle ? ["siteLimit": 1] : [:])
        }
    }

    /// The live server that serves most participants, by name.
    func busiest(besides spared: Set<String> = []) async throws -> String? {
        var load: [String: Int] = [:]
        for session in Set(world.clients.map(\.session)) {
            for site in try await controller.mesh(of: session).assignment.values {
                load[site.description, default: 0] += 1
            }
        }
        return load.filter { !spared.contains($0.key) && processes[$0.key] != nil }
            .max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
    }

    /// Process numbers of the servers that run.
    var serverPIDs: [Int32] { world.servers.compactMap { processes[$0.name]?.processIdentifier } }

    /// Whether a process was started and neither killed nor told to go.
    func isRunning(_ name: String) -> Bool { processes[name] != nil }

    func notePlan() async throws { planned = try await controller.plannedPairs() }

    /// Ends everything; the reports of all participants.
    func end() async throws -> [ParticipantReport] {
        let clients = world.clients.map(\.name).filter { processes[$0] != nil }
        let stayed = left
        try await leave(clients)
        left = stayed
        for name in processes.keys { kill(name) }
        controller.stop()
        emulator.stop()
        return world.clients.compactMap { place in
            guard let data = try? Data(contentsOf: folder.appending(path: "\(place.name).json")) else { return nil }
            return try? JSONDecoder().decode(ParticipantReport.self, from: data)
        }
    }

    deinit {
        controller.stop()
        for process in processes.values { Foundation.kill(process.processIdentifier, SIGKILL) }
    }
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
