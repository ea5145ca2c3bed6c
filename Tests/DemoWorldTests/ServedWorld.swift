import DemoWorld
import Foundation

/// The built service as a process in a folder of its own.
enum ServedWorld {
    /// Where the built commands are.
    static let binaries = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()

    static func start() async throws -> (controller: ServedController, folder: URL) {
        let folder = FileManager.default.temporaryDirectory.appending(path: "served-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let controller = ServedController(program: binaries.appending(path: "rmc"), folder: folder)
        try await controller.start()
        return (controller, folder)
    }
}
