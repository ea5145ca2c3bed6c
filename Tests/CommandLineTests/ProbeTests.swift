import Foundation
import TestSupport
import Testing

@Suite("rmc probe and rmc respond")
struct ProbeTests {
    /// A responder in a process of its own, perhaps in a network namespace.
    private func respond(
        at endpoint: String, in namespace: String? = nil, files: Scratch, seconds: Int = 60
    ) throws -> (process: Process, endpoint: String) {
        let (output, errors) = (files.url("responder.out"), files.url("responder.err"))
        let process = Process()
        process.executableURL = namespace == nil ? CommandLine.binary : URL(filePath: "/usr/bin/env")
        let command = ["respond", endpoint, "--seconds", String(seconds), "--format", "json"]
        process.arguments = namespace.map { Self.inside($0, [CommandLine.binary.path] + command) } ?? command
        for url in [output, errors] { try Data().write(to: url) }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        let prefix = "answering probes on "
        for _ in 0..<500 {
            let said = try String(contentsOf: errors, encoding: .utf8)
            if said.hasPrefix(prefix), said.hasSuffix("\n") {
                return (process, String(said.dropFirst(prefix.count).dropLast()))
            }
            try #require(process.isRunning, "the responder ended: \(said)")
            Thread.sleep(forTimeInterval: 0.02)
        }
        process.terminate()
        throw NotReady()
    }

    private struct NotReady: Error {}

    private static func inside(_ namespace: String, _ command: [String]) -> [String] {
        ["ip", "netns", "exec", namespace] + command
    }

    @Test(
        "On loopback, every probe comes back, and the responder counts what it answered",
        arguments: ["127.0.0.1:0", "[::1]:0"])
    func loopback(endpoint: String) throws {
        let files = try Scratch()
        let responder = try respond(at: endpoint, files: files)
        let outcome = try CommandLine.run([
            "probe", responder.endpoint, "--interval", "5", "--trains", "2", "--reflect", "--format", "json",
        ])
        #expect(outcome.status == 0)
        let found = try outcome.json()
        #expect(found["sent"] as? Int == 20)
        #expect(found["received"] as? Int == 20)
        #expect(found["loss"] as? Double == 0)
        let latency = try #require(found["latency"] as? [String: Any])
        #expect(try #require(latency["min"] as? Double) <= #require(latency["max"] as? Double))
        #expect(latency["unit"] as? String == "ms")
        #expect((found["bandwidth"] as? [String: Any])?["forward"] as? Double ?? 0 > 1)

        responder.process.terminate()
        responder.process.waitUntilExit()
        #expect(responder.process.terminationStatus == 0)
        let said = try JSONSerialization.jsonObject(with: Data(contentsOf: files.url("responder.out")))
        let counters = try #require(said as? [String: Int])
        // A hello, twenty probes, two trains of sixteen, two queries.
        #expect(counters["received"] == 1 + 20 + 32 + 2)
        #expect(try #require(counters["replied-bytes"]) <= #require(counters["received-bytes"]))
    }

    @Test("Nobody there is 75, a host that is none 65, a wrong option 64; one line each")
    func failures() throws {
        for (arguments, status, text) in [
            (["127.0.0.1:9", "--count", "2"], 75, "nobody listens there"),
            (["no-such-host.invalid:9"], 65, "no such host"),
            (["127.0.0.1:9", "--count", "0"], 64, "the probe count is 0; expected 1 to 10000"),
            (["127.0.0.1:9", "--interval", "-3"], 64, "--interval"),
        ] {
            let outcome = try CommandLine.run(["probe"] + arguments)
            #expect(outcome.status == Int32(status), "\(arguments)")
            #expect(outcome.errors.contains(text), "\(outcome.errors)")
            #expect(outcome.output.isEmpty)
        }
        #expect(try CommandLine.run(["probe", "127.0.0.1"]).status == 64)
        #expect(try CommandLine.run(["respond", "192.0.2.1:7", "--seconds", "1"]).status == 70)
    }

    @Test(
        "Between network namespaces, with the kernel's delay where it has one",
        .enabled(if: Namespaces.areAvailable, "needs network namespaces: root, and Debian's iproute2"))
    func namespaces() throws {
        let files = try Scratch()
        let network = try Namespaces()
        defer { network.remove() }
        let isDelayed = try network.delay(milliseconds: 20)
        let responder = try respond(at: "\(network.addresses.1):0", in: network.names.1, files: files)
        defer { responder.process.terminate() }
        let output = Pipe()
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = Self.inside(
            network.names.0,
            [CommandLine.binary.path, "probe", responder.endpoint, "--interval", "5", "--format", "json"])
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        let found = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect(found["received"] as? Int == 20)
        let least = try #require((found["latency"] as? [String: Any])?["min"] as? Double)
        #expect(least < (isDelayed ? 42 : 20))
        if isDelayed { #expect(least >= 40) }
    }
}

/// Two network namespaces with a cable between them.
private struct Namespaces {
    let names: (String, String)
    let addresses = ("10.213.77.1", "10.213.77.2")

    static let areAvailable: Bool = getuid() == 0 && (try? Namespaces())?.remove() != nil

    init() throws {
        let tag = String(UInt32.random(in: .min ... .max), radix: 36)
        names = ("rmc-a-\(tag)", "rmc-b-\(tag)")
        do {
            for name in [names.0, names.1] { try Self.ip("netns", "add", name) }
            try Self.ip(
                "link", "add", "cable", "netns", names.0, "type", "veth", "peer", "name", "cable", "netns", names.1)
            for (name, address) in [(names.0, addresses.0), (names.1, addresses.1)] {
                try Self.ip("-n", name, "address", "add", "\(address)/24", "dev", "cable")
                try Self.ip("-n", name, "link", "set", "cable", "up")
            }
        } catch {
            remove()
            throw error
        }
    }

    /// Delays what leaves either side; `false` where this kernel cannot.
    func delay(milliseconds: Int) throws -> Bool {
        for name in [names.0, names.1] {
            let rule = [
                "tc", "-n", name, "qdisc", "add", "dev", "cable", "root", "netem", "delay", "\(milliseconds)ms",
            ]
            guard try Self.run(rule) else { return false }
        }
        return true
    }

    func remove() {
        for name in [names.0, names.1] { try? Self.ip("netns", "delete", name) }
    }

    private struct Failed: Error { var command: [String] }

    private static func ip(_ arguments: String...) throws {
        guard try run(["ip"] + arguments) else { throw Failed(command: arguments) }
    }

    private static func run(_ command: [String]) throws -> Bool {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = command
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus == 0
    }
}
