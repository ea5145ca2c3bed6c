import Foundation
import Testing

/// `rmc serve` as a process of its own, in a folder of its own, and `curl` to ask it.
final class ServedService {
    let scratch: Scratch
    let port: Int
    let process = Process()

    /// Starts a service and waits for the line that says that it is ready.
    init(_ settings: [String] = [], scheme: String = "http") throws {
        scratch = try Scratch()
        process.executableURL = CommandLine.binary
        process.currentDirectoryURL = scratch.folder
        process.arguments = ["serve", "--data", "rmc-data", "--port", "0"] + settings
        let pipe = Pipe()
        let errors = scratch.url("stderr")
        try Data().write(to: errors)
        process.standardOutput = pipe
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        var line = ""
        while !line.hasSuffix("\n"), let part = try pipe.fileHandleForReading.read(upToCount: 1), !part.isEmpty {
            line += String(decoding: part, as: UTF8.self)
        }
        let start = "rmc: ready on \(scheme)://127.0.0.1:"
        guard line.hasPrefix(start), let port = Int(line.dropFirst(start.count).trimmingCharacters(in: .newlines))
        else {
            process.terminate()
            throw NotReady(description: line + ((try? String(contentsOf: errors, encoding: .utf8)) ?? ""))
        }
        self.port = port
        // What a simulated world prints afterwards is not waited for.
        pipe.fileHandleForReading.readabilityHandler = { _ = $0.availableData }
    }

    struct NotReady: Error, CustomStringConvertible {
        let description: String
    }

    deinit { if process.isRunning { process.terminate() } }

    /// The operator key that was made at the first start.
    var key: String {
        get throws {
            try String(contentsOf: scratch.url("rmc-data/operator.key"), encoding: .utf8)
                .trimmingCharacters(in: .whitespacesAndNewlines)
        }
    }

    var address: String { "http://127.0.0.1:\(port)" }
    var errors: String { (try? String(contentsOf: scratch.url("stderr"), encoding: .utf8)) ?? "" }

    /// Ends the service politely; its exit status.
    func stop() -> Int32 {
        process.terminate()
        process.waitUntilExit()
        return process.terminationReason == .exit ? process.terminationStatus : -1
    }

    /// Runs a command of a shell in the service's folder; what it printed.
    @discardableResult
    func shell(_ command: String) throws -> String {
        let shell = Process()
        shell.executableURL = URL(filePath: "/bin/bash")
        shell.arguments = ["-c", command]
        shell.currentDirectoryURL = scratch.folder
        let pipe = Pipe()
        shell.standardOutput = pipe
        shell.standardError = FileHandle.nullDevice
        try shell.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        shell.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }

    /// Fetches a path into a file of the folder, as an operator.
    func fetch(_ path: String, as name: String) throws -> String {
        let status = try shell(
            "curl -s -o '\(name)' -w '%{http_code}' -H \"Authorization: Bearer $(cat rmc-data/operator.key)\" '\(address)\(path)'"
        )
        #expect(status == "200", "\(path)")
        return scratch.path(name)
    }

    /// Whether programs that a test needs are here.
    static func has(_ programs: String...) -> Bool {
        programs.allSatisfy { FileManager.default.isExecutableFile(atPath: "/usr/bin/\($0)") }
    }
}
