import Benchmark
import DenseMatrices
import Foundation
import MeshInstances
import NetworkAnalyzer
import Optimization

/// The network analyzer's errors on measured networks, seed 1, beside Vivaldi's and the plain mean's on the same pairs.
///
/// Errors are deterministic, so they gate: parts in ten thousand of the hidden latency, and intervals that miss it, in
/// ten thousand.
func addLatencyBenchmarks() {
    addLatencyBenchmark("latency-planetlab-10-percent", observed: 0.1)
    addLatencyBenchmark("latency-planetlab-5-percent", observed: 0.05)
    addLatencyBenchmark("latency-planetlab-5-percent-previous", observed: 0.05, previous: "PlanetLab/frame-8.txt.xz")
    addLatencyBenchmark(
        "latency-wondernetwork-10-percent", frame: "WonderNetwork2018/rtt_avg_ms_matrix.csv.xz", observed: 0.1)
    let newcomers = Prepared { LatencyEvaluation(frame: try readFrame(planetLab), observed: 0.1, seed: 1) }
    Benchmark("latency-planetlab-newcomers") { benchmark in
        let evaluation = try newcomers.value()
        BLAS.threadCount = 1
        benchmark.startMeasurement()
        let outcome = evaluation.runNewcomers(probes: 8)
        benchmark.stopMeasurement()
        var statistics = SolverStatistics()
        record(outcome.errors, as: "analyzer", in: &statistics)
        statistics["uncovered"] = inTenThousand(1 - outcome.coverage)
        CounterLog.shared.record(statistics, of: benchmark)
    }
}

private let planetLab = "PlanetLab/frame-9.txt.xz"

private func addLatencyBenchmark(
    _ name: String, frame: String = planetLab, observed: Double, previous: String? = nil
) {
    addBenchmark(name) {
        LatencyEvaluation(
            frame: try readFrame(frame), observed: observed, seed: 1, previous: try previous.map(readFrame))
    } solve: { evaluation in
        BLAS.threadCount = 1
        let outcome = evaluation.run()
        var statistics = SolverStatistics()
        record(outcome.errors, as: "analyzer", in: &statistics)
        for peer in outcome.peers { record(peer.errors, as: peer.name, in: &statistics) }
        statistics["uncovered"] = inTenThousand(1 - outcome.coverage)
        return statistics
    }
}

private func record(_ errors: ErrorSummary, as name: String, in statistics: inout SolverStatistics) {
    statistics["\(name)-median"] = inTenThousand(errors.median)
    statistics["\(name)-p90"] = inTenThousand(errors.p90)
}

private func inTenThousand(_ part: Double) -> Int { Int((part * 10_000).rounded()) }

private func readFrame(_ path: String) throws -> Matrix<Float> {
    var root = URL(fileURLWithPath: #filePath)
    for _ in 0..<4 { root.deleteLastPathComponent() }
    let frame = try LatencyFrameReader.read(try InputFile.read(root.appendingPathComponent("Models/Data/\(path)").path))
    return Matrix(elements: frame.values, rowCount: frame.nodeCount, columnCount: frame.nodeCount)
}
