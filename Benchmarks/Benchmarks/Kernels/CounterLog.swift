import Benchmark
import Foundation
import Optimization
import Synchronization

/// Writes each benchmark's deterministic counters, exactly, as JSON Lines to the file that `BENCH_COUNTERS` names.
///
/// The benchmark library keeps three digits of what it is told (its histograms), which is fine for times and too
/// little for a gate on counters; so counters go past it.
final class CounterLog: Sendable {
    /// The log of this process.
    static let shared = CounterLog(path: ProcessInfo.processInfo.environment["BENCH_COUNTERS"])

    private let path: String?
    private let first = Mutex<[String: SolverStatistics]>([:])

    init(path: String?) {
        self.path = path
    }

    /// Writes the counters of a benchmark's first iteration; any later one must count the same, or the benchmark fails.
    func record(_ statistics: SolverStatistics, of benchmark: Benchmark) {
        let earlier = first.withLock { first -> SolverStatistics? in
            defer { first[benchmark.name] = first[benchmark.name] ?? statistics }
            return first[benchmark.name]
        }
        if let earlier {
            if earlier != statistics {
                benchmark.error("counters changed between iterations: \(earlier), then \(statistics)")
            }
            return
        }
        do {
            try append(Line(benchmark: benchmark.name, counters: statistics.counters))
        } catch {
            benchmark.error("counters cannot be written: \(error)")
        }
    }

    private struct Line: Encodable {
        var benchmark: String
        var counters: [String: Int]
    }

    private func append(_ line: Line) throws {
        guard let path else { return }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        var text = try encoder.encode(line)
        text.append(UInt8(ascii: "\n"))
        if !FileManager.default.fileExists(atPath: path) {
            try Data().write(to: URL(fileURLWithPath: path))
        }
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        defer { try? file.close() }
        try file.seekToEnd()
        try file.write(contentsOf: text)
    }
}
