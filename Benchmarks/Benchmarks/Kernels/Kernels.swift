import Benchmark
import Optimization

let benchmarks: @Sendable () -> Void = {
    Benchmark.defaultConfiguration = .init(
        metrics: [.wallClock], timeUnits: .nanoseconds, warmupIterations: 1, maxDuration: .seconds(2),
        maxIterations: 25)
    addFlowBenchmarks()
    addTickBenchmarks()
    addFacilityBenchmarks()
    addReadingBenchmarks()
    addPlanBenchmarks()
    addLatencyBenchmarks()
    addRelayBenchmarks()
    addControlBenchmarks()
}

/// Adds a benchmark that solves one prepared input again and again: the time is that of `solve` alone, its counters
/// go to the ``CounterLog``.
///
/// - Parameters:
///   - name: lower-case words joined by hyphens; it names the benchmark's files.
///   - prepare: makes the input, once and untimed.
///   - solve: what is measured.
func addBenchmark<Input: Sendable>(
    _ name: String, prepare: @escaping @Sendable () throws -> Input,
    solve: @escaping @Sendable (Input) throws -> SolverStatistics
) {
    let prepared = Prepared(prepare)
    Benchmark(name) { benchmark in
        let input = try prepared.value()
        benchmark.startMeasurement()
        let statistics = try solve(input)
        benchmark.stopMeasurement()
        CounterLog.shared.record(statistics, of: benchmark)
    }
}
