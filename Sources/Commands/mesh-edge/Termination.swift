internal import Dispatch
internal import Foundation
internal import Synchronization

/// Ctrl-C and SIGTERM: the first asks for an orderly end, the second ends the process.
final class Termination: Sendable {
    private let begun = Mutex(false)
    private nonisolated(unsafe) var sources: [any DispatchSourceSignal] = []

    /// Whether the first came.
    var isUnderWay: Bool { begun.withLock { $0 } }

    /// From now on the first calls `leave`.
    init(_ leave: @escaping @Sendable () async -> Void) {
        for number in [SIGINT, SIGTERM] {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { [self] in
                let isFirst = begun.withLock { begun in
                    defer { begun = true }
                    return !begun
                }
                guard isFirst else { Foundation._exit(128 + number) }
                FileHandle.standardError.write(Data("leaving: nobody is let in; a second signal ends at once\n".utf8))
                Task { await leave() }
            }
            source.activate()
            unsafe sources.append(source)
        }
    }

    /// Calls `end` so many seconds after the first signal.
    func deadline(seconds: Double, _ end: @escaping @Sendable () -> Void) -> Task<Void, Never> {
        Task { [self] in
            while !isUnderWay {
                do { try await Task.sleep(for: .milliseconds(100)) } catch { return }
            }
            do { try await Task.sleep(for: .seconds(seconds)) } catch { return }
            end()
        }
    }
}

/// Where the bearer token comes from, and where a renewed one goes.
enum BearerToken {
    /// The token of a file, else of the environment.
    static func find(file: String?) throws -> String? {
        if let file {
            guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
                throw TokenFailure(description: "\(file): cannot be read; expected a file with a token")
            }
            return text.trimmingCharacters(in: .whitespacesAndNewlines)
        }
        let environment = ProcessInfo.processInfo.environment
        let found = ["RMC_TOKEN", "MESH_TOKEN"].compactMap { environment[$0] }.filter { !$0.isEmpty }
        guard Set(found).count <= 1 else {
            throw TokenFailure(
                description: "RMC_TOKEN and MESH_TOKEN differ; expected one of them, or the same in both")
        }
        return found.first
    }

    /// Writes a token for its owner alone, beside and then renamed, so that a crash leaves no half of one.
    static func keep(_ token: String, file: String) {
        let temporary = "\(file).\(getpid())"
        let isWritten = FileManager.default.createFile(
            atPath: temporary, contents: Data((token + "\n").utf8), attributes: [.posixPermissions: 0o600])
        let outcome = unsafe rename(temporary, file)
        guard isWritten, outcome == 0 else {
            FileHandle.standardError.write(Data("mesh-edge: \(file): the renewed token cannot be written there\n".utf8))
            return
        }
    }
}

/// Why there is no token: one line.
struct TokenFailure: Error, CustomStringConvertible {
    let description: String
}
