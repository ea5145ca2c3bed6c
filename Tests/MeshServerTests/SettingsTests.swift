import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import MeshServer
import TestSupport
import Testing

/// What those who run a service are told: of wrong settings, certificates, ports; and what figures say of themselves.
@Suite struct SettingsTests {
    private func scratch() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appending(path: "rmc-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }

    @Test func misspeltVariablesAreRefused() throws {
        let error = #expect(throws: ConfigurationError.self) {
            try ServerConfiguration(arguments: [], environment: ["RMC_TICK_INTERVALL": "5", "PATH": "/bin"])
        }
        #expect(error?.description.contains("RMC_TICK_INTERVALL") == true)
        #expect(error?.description.contains("did you mean RMC_TICK_INTERVAL?") == true)
        let known = ["RMC_TOKEN": "x", "RMC_OPERATOR_KEY": "y", "RMC_LEASE": "3", "RMC_SHARED_DATA": "/z"]
        #expect(try ServerConfiguration(arguments: [], environment: known).text("lease") == "3")
    }

    @Test(arguments: [
        "short", "twenty-one-characters", String(repeating: "ab", count: 20), "with blanks in it, too many",
    ])
    func weakOperatorKeysAreRefused(_ text: String) {
        #expect(throws: StoreError.self) { try OperatorKey(text) }
    }

    @Test func aPortThatIsTakenIsNamed() async throws {
        let folder = try scratch()
        defer { try? FileManager.default.removeItem(at: folder) }
        try await TestService.run(.socket) { test async throws in
            var configuration = ServerConfiguration()
            let port = try #require(test.client.port)
            let settings = ["data": folder.path, "port": "\(port)", "host": "127.0.0.1", "log-level": "error"]
            for (name, value) in settings { configuration.set(name, value) }
            let error = await #expect(throws: ServiceRun.Failure.self) {
                try await ServiceRun.run(configuration, environment: [OperatorKey.variable: TestService.operatorKey]) {
                    _ in
                }
            }
            #expect(error?.isData == true)
            #expect(error?.description.contains("127.0.0.1:\(port)") == true, "\(error?.description ?? "")")
            #expect(error?.description.contains("in use") == true, "\(error?.description ?? "")")
        }
    }

    private static let hasOpenSSL = FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl")

    @discardableResult
    private func openssl(_ arguments: [String], input: String = "") async throws -> String {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue(label: "openssl").async {
                continuation.resume(
                    with: Result {
                        let (process, output, given) = (Process(), Pipe(), Pipe())
                        process.executableURL = URL(filePath: "/usr/bin/openssl")
                        process.arguments = arguments
                        (process.standardOutput, process.standardInput) = (output, given)
                        process.standardError = FileHandle.nullDevice
                        try process.run()
                        try given.fileHandleForWriting.write(contentsOf: Data(input.utf8))
                        try given.fileHandleForWriting.close()
                        let data = output.fileHandleForReading.readDataToEndOfFile()
                        process.waitUntilExit()
                        return String(decoding: data, as: UTF8.self)
                    })
            }
        }
    }

    private func makeCertificate(_ folder: URL, _ name: String) async throws {
        try await openssl([
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=\(name)", "-days", "2", "-keyout",
            folder.appending(path: "key.pem").path, "-out", folder.appending(path: "chain.pem").path,
        ])
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o600], ofItemAtPath: folder.appending(path: "key.pem").path)
    }

    private func service(_ folder: URL) async throws -> MeshService {
        var configuration = ServerConfiguration()
        let settings = [
            "data": folder.appending(path: "data").path, "port": "0", "synchronous": "normal",
            "tls-certificate": folder.appending(path: "chain.pem").path,
            "tls-key": folder.appending(path: "key.pem").path,
        ]
        for (name, value) in settings { configuration.set(name, value) }
        return try await MeshService(
            configuration, environment: [OperatorKey.variable: TestService.operatorKey],
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    @Test(.enabled(if: SettingsTests.hasOpenSSL)) func aBadCertificateIsNamed() async throws {
        let folder = try scratch()
        defer { try? FileManager.default.removeItem(at: folder) }
        func refusal() async throws -> String {
            let service = try await service(folder)
            defer { service.stop() }
            let error = await #expect(throws: ConfigurationError.self) {
                try await ServiceApplication.make(service).test(.live) { _ in }
            }
            return error?.description ?? ""
        }
        let (key, chain) = (folder.appending(path: "key.pem"), folder.appending(path: "chain.pem"))
        #expect(try await refusal().contains("--tls-key \(key.path): cannot be read"))
        try await makeCertificate(folder, "one.example")
        let whole = try Data(contentsOf: chain)
        try Data("nothing of the kind".utf8).write(to: chain)
        #expect(try await refusal().contains("--tls-certificate \(chain.path)"))
        try whole.write(to: chain)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: key.path)
        #expect(try await refusal().contains("others can read it"))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: key.path)
        try await makeCertificate(folder, "two.example")
        try whole.write(to: chain)
        #expect(try await refusal().contains("is not that of the certificate"))
    }

    @Test(.enabled(if: SettingsTests.hasOpenSSL)) func aRenewedCertificateIsShownFromThenOn() async throws {
        let folder = try scratch()
        defer { try? FileManager.default.removeItem(at: folder) }
        try await makeCertificate(folder, "one.example")
        let service = try await service(folder)
        try service.start(ticksByItself: false)
        defer { service.stop() }
        let port = Box(0)
        let application = try ServiceApplication.make(service) { port.value = $0 }
        let server = Task { try await application.run() }
        for _ in 0..<400 where port.value == 0 { try await Task.sleep(for: .milliseconds(25)) }
        func shown() async throws -> String {
            try await openssl(["s_client", "-connect", "127.0.0.1:\(port.value)", "-servername", "x"], input: "Q\n")
        }
        #expect(try await shown().contains("one.example"))
        try await makeCertificate(folder, "two.example")
        #expect(try await shown().contains("one.example"))
        service.reload()
        #expect(try await shown().contains("two.example"))
        // One that is none changes nothing.
        try Data("nothing".utf8).write(to: folder.appending(path: "chain.pem"))
        service.reload()
        #expect(try await shown().contains("two.example"))
        server.cancel()
        _ = try? await server.value
    }

    @Test func everyFigureSaysWhatItIs() async throws {
        try await TestService.run { test async throws in
            try await test.registerServers()
            _ = try await test.createSession("s1", people: 6)
            let lines =
                #"{"from": "fra", "to": "nyc", "rtt": 85.5}"# + "\n" + #"{"from": "fra", "to": "nyc", "rtt": 0}"#
            _ = try await test.send(.post, "/v1/measurements", lines)
            _ = await test.service.tick()
            let text = try await test.send(.get, "/metrics").text
            let found = text.split(separator: "\n")
            for line in found where line.hasPrefix("# TYPE ") {
                let name = String(line.split(separator: " ")[2])
                #expect(found.contains { $0.hasPrefix("# HELP \(name) ") }, "\(name)")
                #expect(line.hasSuffix("counter") == name.hasSuffix("_total"), "\(line)")
            }
            #expect(found.contains("rmc_measurements_accepted_total 1"))
            #expect(found.contains("rmc_measurements_refused_total 1"))
            #expect(found.contains("rmc_participants 6"))
            #expect(found.contains("rmc_participants_served 6"))
            #expect(found.contains("rmc_participants_waiting 0"))
        }
    }

    @Test func aFileOfSpansEnds() throws {
        let folder = try scratch()
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "spans").path
        let file = try SpanFile(path: path, limit: 1000)
        for number in 0..<200 { file.append(Array("{\"span\": \(number)}\n".utf8)) }
        file.forceFlush()
        let sizes = try [path, path + ".1"].map { try Data(contentsOf: URL(filePath: $0)).count }
        #expect(sizes.allSatisfy { $0 > 0 && $0 <= 1000 }, "\(sizes)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 2)
    }
}
