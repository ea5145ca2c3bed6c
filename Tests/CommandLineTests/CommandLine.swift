import Foundation
import Testing

/// Runs the built `rmc` as a process of its own, as users do.
struct CommandLine {
    /// What a run left behind.
    struct Outcome {
        let status: Int32
        let output: Data
        let errors: String

        var text: String { String(decoding: output, as: UTF8.self) }
        var errorLines: [Substring] { errors.split(separator: "\n") }

        /// The output as a JSON object.
        func json(sourceLocation: SourceLocation = #_sourceLocation) throws -> [String: Any] {
            let value = try JSONSerialization.jsonObject(with: output)
            return try #require(value as? [String: Any], sourceLocation: sourceLocation)
        }
    }

    /// The binary lies beside the test executable, wherever the build put them.
    static let binary: URL = {
        let running = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        return running.deletingLastPathComponent().appending(path: "rmc")
    }()

    /// Runs `rmc` to its end.
    static func run(
        _ arguments: [String], input: Data? = nil, environment: [String: String] = [:]
    ) throws -> Outcome {
        let files = try Scratch()
        let (output, errors) = (files.url("stdout"), files.url("stderr"))
        let process = try start(
            arguments, input: input.map { try files.write($0, as: "stdin") }, output: output, errors: errors,
            environment: environment)
        process.waitUntilExit()
        return Outcome(
            status: process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus,
            output: try Data(contentsOf: output),
            errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self))
    }

    /// Starts `rmc` with its streams in files.
    static func start(
        _ arguments: [String], input: URL? = nil, output: URL, errors: URL, environment: [String: String] = [:]
    ) throws -> Process {
        try #require(
            FileManager.default.isExecutableFile(atPath: binary.path),
            "no rmc at \(binary.path): build the package before its tests run")
        let process = Process()
        process.executableURL = binary
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
        for url in [output, errors] { try Data().write(to: url) }
        process.standardInput = try input.map(FileHandle.init(forReadingFrom:)) ?? FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        return process
    }
}

/// A folder that goes when its owner goes.
final class Scratch {
    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "rmc-tests-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func url(_ name: String) -> URL { folder.appending(path: name) }
    func path(_ name: String) -> String { url(name).path }

    @discardableResult
    func write(_ data: Data, as name: String) throws -> URL {
        try data.write(to: url(name))
        return url(name)
    }

    /// Writes a text and returns its path.
    func file(_ name: String, _ text: String) throws -> String {
        try write(Data(text.utf8), as: name).path
    }

    /// The names of what is in the folder.
    var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted() }
}

/// Small problems with known answers.
enum Samples {
    /// From node 1 to node 4; the cheapest flow costs 14.
    static let flow = """
        p min 4 5
        n 1 4
        n 4 -4
        a 1 2 0 4 2
        a 1 3 0 2 2
        a 2 3 0 2 1
        a 2 4 0 3 3
        a 3 4 0 5 1

        """
    /// Node 1 sends out more than its arc carries.
    static let infeasibleFlow = "p min 2 1\nn 1 5\nn 2 -5\na 1 2 0 3 1\n"
    /// A cycle of negative cost without a limit.
    static let unboundedFlow = "p min 2 2\na 1 2 0 9223372036854775807 -2\na 2 1 0 9223372036854775807 1\n"
    /// Two facilities, three customers, OR-Library: opening the second alone costs 20 + 3 + 4 + 5.
    static let facility = """
        2 3
        10 30
        10 20
        1
        2 3
        1
        9 4
        1
        9 5

        """
}
