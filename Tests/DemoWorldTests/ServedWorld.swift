import DemoWorld
import Foundation

/// The built service as a process in a folder of its own.
enum ServedWorld {
    /// Where the built commands are.
    static let binaries = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()

    static func start(
        settings: [String: String] = [:], overTLS: Bool = false
    ) async throws -> (controller: ServedController, folder: URL) {
        let folder = FileManager.default.temporaryDirectory.appending(path: "served-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        var settings = settings
        if overTLS {
            try certify(folder)
            settings["tls-certificate"] = folder.appending(path: "cert.pem").path
            settings["tls-key"] = folder.appending(path: "key.pem").path
        }
        let controller = ServedController(
            program: binaries.appending(path: "rmc"), folder: folder, settings: settings,
            authority: overTLS ? folder.appending(path: "cert.pem").path : nil)
        try await controller.start()
        return (controller, folder)
    }

    /// Makes a certificate of localhost that is its own authority.
    static func certify(_ folder: URL) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days",
            "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout",
            folder.appending(path: "key.pem").path, "-out", folder.appending(path: "cert.pem").path,
        ]
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
    }
}
