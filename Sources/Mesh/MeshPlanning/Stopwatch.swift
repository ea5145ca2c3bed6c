import MeshTypes

/// Measures the stages of a plan; measures nothing when it was not started, so that plans can be the same bytes.
struct Stopwatch {
    private var last: ContinuousClock.Instant?
    private(set) var seconds: [String: Double]?

    init(isRunning: Bool) {
        guard isRunning else { return }
        last = .now
        seconds = [:]
    }

    /// Books the time since the last lap on a stage.
    mutating func lap(_ stage: String) {
        guard let start = last else { return }
        let now = ContinuousClock.now
        seconds?[stage, default: 0] += start.duration(to: now) / .seconds(1)
        last = now
    }
}
