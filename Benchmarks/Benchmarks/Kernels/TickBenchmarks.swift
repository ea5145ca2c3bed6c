import Benchmark
import MeshInstances
import NetworkFlow
import Optimization

/// Ticks: an assignment network of which a tenth changes, solved again from its last tree; five ticks an iteration.
/// The first solve, from scratch, is not measured.
func addTickBenchmarks() {
    let shape = AssignmentFlowParameters(clusters: 2000, sites: 200, degree: 12)
    let prepared = Prepared { try shape.generate(seed: 1) }
    Benchmark("tick-assignment-2000x200") { benchmark in
        let network = NetworkSimplex(try prepared.value())
        _ = try optimum(of: network)
        var random = SeededRandom(seed: 2)
        var statistics = SolverStatistics()
        benchmark.startMeasurement()
        for _ in 0..<5 {
            try change(network, clusters: shape.clusters, random: &random)
            statistics.add(try optimum(of: network))
        }
        benchmark.stopMeasurement()
        CounterLog.shared.record(statistics, of: benchmark)
    }
}

/// Draws a tenth of the arcs to sites anew, within a tenth of their costs, and moves participants between a tenth of
/// the clusters, so that the supplies still balance.
private func change(_ network: NetworkSimplex, clusters: Int, random: inout SeededRandom) throws {
    for index in 0..<network.arcCount where random.chance(0.1) {
        let arc = network.arc(index)
        guard Int(arc.tail) < clusters, arc.cost < AssignmentFlowParameters.unservedCost else { continue }
        let factor = 0.9 + 0.2 * random.fraction()
        try network.setCost(ofArc: index, to: 1 + Int64((Double(arc.cost) * factor).rounded()))
    }
    for cluster in 0..<clusters - 1 where random.chance(0.1) {
        let supply = network.supply(ofNode: cluster)
        guard supply > 1 else { continue }
        try network.setSupply(ofNode: cluster, to: supply - 1)
        try network.setSupply(ofNode: cluster + 1, to: network.supply(ofNode: cluster + 1) + 1)
    }
}

private func optimum(of network: NetworkSimplex) throws -> SolverStatistics {
    let result = try network.solve()
    guard result.termination == .optimal else {
        throw UnexpectedAnswer(description: "a tick ended \(result.termination.word); expected an optimum")
    }
    return result.statistics
}
