import Foundation
import Optimization
import TestSupport

/// LEMON as an oracle: the program of the peers' comparison, compiled where LEMON and g++ are installed.
enum LEMONOracle {
    struct Answer {
        var simplex: (status: String, objective: Int64)
        var scaling: (status: String, objective: Int64)
    }

    struct Failure: Error {
        var message: String
    }

    private static let compiler = "/usr/bin/g++"
    private static let source = SharedData.repositoryRoot.appending(path: "Benchmarks/peers/lemon_differential.cc").path

    static var isInstalled: Bool {
        [compiler, source, "/usr/include/lemon/network_simplex.h"].allSatisfy(FileManager.default.fileExists)
    }

    /// Appends a problem in the oracle's format.
    static func write(_ problem: FlowProblem, into text: inout String) {
        text += "\(problem.nodeCount) \(problem.arcCount) \(problem.supplyRule == .atMost ? 1 : 0)\n"
        text += problem.supplies.map(String.init).joined(separator: " ") + "\n"
        for arc in problem.arcs {
            let upper = arc.upper == FlowProblem.unlimited ? -1 : arc.upper
            text += "\(arc.tail) \(arc.head) \(arc.lower) \(upper) \(arc.cost)\n"
        }
    }

    /// What LEMON says of each problem.
    static func answers(to problems: String) throws -> [Answer] {
        let folder = FileManager.default.temporaryDirectory.appending(path: "rmc-lemon-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let program = folder.appending(path: "oracle").path
        let file = folder.appending(path: "problems")
        try Data(problems.utf8).write(to: file)
        _ = try run(compiler, ["-O1", "-w", "-std=c++17", "-o", program, source])
        return try run(program, [file.path]).split(separator: "\n").map { line in
            let words = line.split(separator: " ").map(String.init)
            guard words.count == 4, let first = Int64(words[1]), let second = Int64(words[3]) else {
                throw Failure(message: "the oracle said '\(line)'")
            }
            return Answer(simplex: (words[0], first), scaling: (words[2], second))
        }
    }

    private static func run(_ path: String, _ arguments: [String]) throws -> String {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.standardOutput = output
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(message: "\(path) ended with \(process.terminationStatus)")
        }
        return String(decoding: data, as: UTF8.self)
    }
}
