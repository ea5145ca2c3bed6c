import DemoWorld
import Foundation
import MediaTransport
import MeshAPI
import Testing

/// The built commands, as processes.
@Suite("mesh-edge and mesh-client on the command line", .serialized)
struct CommandTests {
    private static let folder = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()

    private func run(_ program: String, _ arguments: [String]) throws -> (status: Int32, output: String, errors: String)
    {
        let process = Process()
        process.executableURL = program.hasPrefix("/") ? URL(filePath: program) : Self.folder.appending(path: program)
        process.arguments = arguments
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let complaint = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, text, complaint)
    }

    @Test("What runs at the edge links neither GLPK nor BLAS", arguments: ["mesh-edge", "mesh-client"])
    func linkage(program: String) throws {
        let found = try run("/usr/bin/env", ["ldd", Self.folder.appending(path: program).path])
        #expect(found.status == 0)
        #expect(found.output.contains("libc.so"))
        for library in ["glpk", "blas", "lapack"] { #expect(!found.output.lowercased().contains(library)) }
        // The check can fail: `rmc` links both.
        let engine = try run("/usr/bin/env", ["ldd", Self.folder.appending(path: "rmc").path]).output.lowercased()
        #expect(engine.contains("glpk"))
        #expect(engine.contains("blas"))
    }

    @Test("Wrong options are refused in one line with what was expected")
    func options() throws {
        let place = ["--latitude", "1", "--longitude", "2"]
        let edge = ["run", "--id", "a", "--controller", "http://127.0.0.1:1"]
        let client = ["--id", "a", "--session", "s", "--controller", "http://127.0.0.1:1"]
        let cases: [(String, [String], String)] = [
            (
                "mesh-edge", edge + place + ["--listen", "nowhere"],
                "--listen is 'nowhere'; expected an IP address and a port"
            ),
            ("mesh-edge", edge + place + ["--capacity", "0"], "--capacity is 0; expected 1 to 100000"),
            ("mesh-edge", edge + ["--latitude", "91", "--longitude", "2"], "--latitude is 91.0; expected -90 to 90"),
            ("mesh-edge", ["bench", "--fan-out", "0"], "--fan-out is 0; expected 1 to 100"),
            (
                "mesh-client", client + place + ["--kind", "smell"],
                "--kind is 'smell'; expected audio, video or content"
            ),
            ("mesh-client", client + place + ["--size", "1357"], "--size is 1357; expected 8 to 1356"),
            (
                "mesh-client", client + ["--latitude", "1", "--longitude", "181"],
                "--longitude is 181.0; expected -180 to 180"
            ),
        ]
        // Degrees south and west are no options.
        for (program, arguments) in [("mesh-edge", edge), ("mesh-client", client)] {
            let west = ["--latitude", "-33.9", "--longitude", "-71.1", "--listen", "nowhere"]
            let outcome = try run(program, arguments + west)
            #expect(outcome.status == 64)
            #expect(outcome.errors.contains("--listen is 'nowhere'"), "\(outcome.errors)")
        }
        for (program, arguments, message) in cases {
            let outcome = try run(program, arguments)
            #expect(outcome.status == 64)
            #expect(outcome.errors.contains(message), "\(outcome.errors)")
        }
    }

    @Test("Every command says the same version")
    func versions() throws {
        for (program, arguments) in [
            ("rmc", []), ("rmc", ["serve"]), ("mesh-edge", []), ("mesh-edge", ["run"]), ("mesh-client", []),
            ("mesh-demo", []), ("mesh-load", []),
        ] as [(String, [String])] {
            let outcome = try run(program, arguments + ["--version"])
            #expect(outcome.status == 0, "\(program): \(outcome.errors)")
            #expect(outcome.output == MeshRelease.version + "\n", "\(program)")
        }
    }

    @Test("SIGTERM empties an edge: it leaves the pool, and ends well")
    func drain() async throws {
        let (controller, folder) = try await ServedWorld.start()
        defer { try? FileManager.default.removeItem(at: folder) }
        let port = try DatagramSocket(PeerAddress(ipv4: 0x7F00_0001, port: 0)).address.port
        let process = Process()
        process.executableURL = Self.folder.appending(path: "mesh-edge")
        process.arguments = [
            "run", "--id", "a", "--controller", controller.url, "--listen", "127.0.0.1:\(port)", "--latitude", "-1",
            "--longitude", "-2", "--capacity", "4",
        ]
        process.environment = ProcessInfo.processInfo.environment.merging(
            ["RMC_TOKEN": try await controller.token(server: "a"), "MESH_TOKEN": ""]) { $1 }
        process.standardError = FileHandle.nullDevice
        try process.run()
        let limit = MonotonicTime.now + 60_000_000_000
        while try await controller.pool().first?.relay == nil, MonotonicTime.now < limit {
            try await Task.sleep(for: .milliseconds(50))
        }
        #expect(try await controller.pool().first?.registration.instance?.count == 16)
        process.terminate()
        while process.isRunning, MonotonicTime.now < limit { try await Task.sleep(for: .milliseconds(50)) }
        #expect(!process.isRunning && process.terminationStatus == 0)
        #expect(try await controller.pool().isEmpty)
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        controller.stop()
    }

    @Test("A client whose controller is not there says so")
    func absent() throws {
        let outcome = try run(
            "mesh-client",
            [
                "--id", "a", "--session", "s", "--controller", "http://127.0.0.1:9", "--latitude", "1", "--longitude",
                "2",
            ])
        #expect(outcome.status != 0)
        #expect(outcome.errors.contains("127.0.0.1:9: no controller there"))
    }

    @Test("The bench measures, and holds the bars of throughput with room to spare for a busy machine")
    func bench() throws {
        let outcome = try run("mesh-edge", ["bench", "--seconds", "0.3", "--rate", "20000"])
        #expect(outcome.status == 0)
        let numbers = outcome.output.split(separator: "\n").map { line in
            Int(line.split(separator: " ").first { $0.allSatisfy(\.isNumber) } ?? "") ?? 0
        }
        // Milliseconds; and more than fits is said to be that.
        #expect(outcome.output.contains("through the relay p50 ") && outcome.output.contains(" ms, p99 "))
        let flood = try run("mesh-edge", ["bench", "--seconds", "0.2", "--rate", "30000000", "--participants", "0"])
        #expect(flood.status == 0)
        #expect(flood.output.contains("note: "), "\(flood.output)")
        let throughput = try #require(numbers.first)
        #expect(throughput > 100_000)
        let memory = try #require(outcome.output.split(separator: "\n").first { $0.hasPrefix("memory") })
        let kilobytes = try #require(Int(memory.split(separator: ":").last?.filter(\.isNumber) ?? ""))
        #expect(kilobytes < 64_000)
    }

    @Test("A short soak: processes, faults, a namespace where there is one; nobody is lost")
    func soak() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let scratch = FileManager.default.temporaryDirectory.appending(
            path: "soak-\(ProcessInfo.processInfo.processIdentifier)")
        defer { try? FileManager.default.removeItem(at: scratch) }
        let demo = [
            Self.folder.appending(path: "mesh-demo").path, "--soak", "2", "--servers", "3", "--clients", "8",
            "--sessions", "2", "--pace", "0.4", "--data",
            root.appending(path: "Models/Data/WonderNetwork2018").path, "--out", scratch.path,
        ]
        // Own network, where the machine lets one have it.
        let inside = "ip link set lo up && exec \"$0\" \"$@\""
        let namespace = ["unshare", "--user", "--map-root-user", "--net", "bash", "-c"]
        let hasNamespace = try run("/usr/bin/env", namespace + ["ip link set lo up"]).status == 0
        let outcome = try run("/usr/bin/env", hasNamespace ? namespace + [inside] + demo : demo)
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
        #expect(outcome.output.contains("0 without convergence, 0 participants lost"))
    }
}
