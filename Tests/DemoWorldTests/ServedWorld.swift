import DemoWorld
import Foundation
import MediaTransport

/// The built service as a process in a folder of its own.
enum ServedWorld {
    /// Where the built commands are.
    static let binaries = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()

    static func start() async throws -> (controller: ServedController, folder: URL) {
        let folder = FileManager.default.temporaryDirectory.appending(path: "served-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        // A port that nobody has just now.
        let port = try DatagramSocket(PeerAddress(ipv4: 0x7F00_0001, port: 0)).address.port
        let controller = ServedController(program: binaries.appending(path: "rmc"), folder: folder, port: port)
        try await controller.start()
        return (controller, folder)
    }
}
