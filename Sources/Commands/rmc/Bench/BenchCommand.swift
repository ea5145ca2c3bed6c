internal import ArgumentParser

struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Measure on this machine.",
        discussion: "Times are wall clock in milliseconds; the counters beside them are the same on every machine.",
        subcommands: [
            BenchFlowCommand.self, BenchFacilityCommand.self, BenchLatencyCommand.self, BenchTickCommand.self,
        ])
}

/// Percentiles of measured figures, nearest rank: the least figure that at least that part does not exceed.
struct Percentiles {
    private let sorted: [Double]

    /// Expects one figure or more.
    init(_ figures: [Double]) { sorted = figures.sorted() }

    /// The percentile of a part between 0 and 1.
    func at(_ part: Double) -> Double {
        guard !sorted.isEmpty else { return 0 }
        let rank = (part * Double(sorted.count)).rounded(.up)
        return sorted[min(sorted.count, max(1, Int(rank))) - 1]
    }

    /// The percentiles that are printed.
    static let printed: [(name: String, part: Double)] = [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("max", 1)]

    var json: JSONValue { .object(Self.printed.map { ($0.name, .number(at($0.part))) }) }
}
