import Foundation
import MeshInstances
import NetworkFlow
import Optimization
import TestSupport
import Testing

/// `make bench` gates all counters; this gates those of the flow kernels on every machine that only runs the tests.
@Suite("Flow counters stay within the thresholds that git keeps")
struct CounterThresholdTests {
    private struct Thresholds: Decodable {
        var advisory: Set<String>
        var tolerance: Double
        var counters: [String: [String: Int]]
    }

    private func thresholds() throws -> Thresholds {
        let file = SharedData.repositoryRoot.appending(path: "Benchmarks/Thresholds/kernels.json")
        return try JSONDecoder().decode(Thresholds.self, from: Data(contentsOf: file))
    }

    /// The generator that a benchmark's name states: `flow-goto-8-512`, `flow-assignment-2000x200`; `nil` for other kinds.
    private func generator(_ name: String) -> (any FlowGenerator)? {
        guard name.hasPrefix("flow-"), let dash = name.lastIndex(of: "-") else { return nil }
        let kind = String(name[name.index(name.startIndex, offsetBy: 5)..<dash])
        let size = name[name.index(after: dash)...].split(separator: "x").compactMap { Int($0) }
        if kind == "assignment", size.count == 2 {
            return AssignmentFlowParameters(clusters: size[0], sites: size[1], degree: 12)
        }
        guard let family = FlowFamily(rawValue: kind), size.count == 1 else { return nil }
        return family.generator(nodes: size[0])
    }

    @Test("No counter has outgrown its threshold")
    func gate() throws {
        let thresholds = try thresholds()
        var checked: Set<String> = []
        for (name, limits) in thresholds.counters.sorted(by: { $0.key < $1.key }) {
            guard let generator = generator(name) else {
                #expect(!name.hasPrefix("flow-"), "\(name) names no family of flows")
                continue
            }
            let result = try NetworkSimplexSolver().solve(generator.generate(seed: 1))
            #expect(result.termination == .optimal)
            for (counter, limit) in limits where !thresholds.advisory.contains(counter) {
                let count = try #require(result.statistics.counters[counter], "\(name) counts no \(counter)")
                #expect(
                    Double(count) <= Double(limit) * (1 + thresholds.tolerance),
                    "\(name): \(count) \(counter), threshold \(limit)")
                checked.insert(counter)
            }
        }
        #expect(checked.isSuperset(of: ["pivots", "arcs-scanned"]))
    }
}
