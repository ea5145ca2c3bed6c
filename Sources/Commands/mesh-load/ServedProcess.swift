internal import Foundation

/// A service of its own for the load, in a folder that goes away with it.
final class ServedProcess: Sendable {
    let port: Int
    let key = "a-key-for-load-and-nothing-else"
    private let process: Process
    private let folder: URL

    /// Starts `rmc serve` and waits until it is ready.
    init(binary: String, settings: [String]) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "rmc-load-\(UUID().uuidString)")
        process = Process()
        process.executableURL = URL(filePath: binary)
        process.arguments =
            ["serve", "--port", "0", "--data", folder.path, "--log-level", "warning"] + settings
        process.environment = ProcessInfo.processInfo.environment.merging(["RMC_OPERATOR_KEY": key]) { $1 }
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        var line = ""
        while !line.contains("\n"), let part = try output.fileHandleForReading.read(upToCount: 1), !part.isEmpty {
            line += String(decoding: part, as: UTF8.self)
        }
        guard let text = line.split(separator: ":").last,
            let port = Int(text.trimmingCharacters(in: .whitespacesAndNewlines))
        else { throw LoadError("the service did not start") }
        self.port = port
    }

    /// Resident memory in bytes.
    var memory: Int {
        let text = (try? String(contentsOfFile: "/proc/\(process.processIdentifier)/statm", encoding: .utf8)) ?? ""
        let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        return pages * 4096
    }

    func stop() {
        process.terminate()
        process.waitUntilExit()
        try? FileManager.default.removeItem(at: folder)
    }
}

/// Why the load could not be run.
struct LoadError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
