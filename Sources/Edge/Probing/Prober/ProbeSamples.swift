internal import MeshTypes

/// What came back of the probes of one run, and what it says.
struct ProbeSamples: Sendable {
    private struct Sample: Sendable {
        var sentAt: UInt64
        /// `nil` until the echo came.
        var answer: (arrivedAt: UInt64, echo: ProbeEcho)?
    }

    private var samples: [Sample] = []
    private var answered = 0
    var discarded = 0

    var sentCount: Int { samples.count }
    var isComplete: Bool { answered == samples.count }

    /// How long a packet needs to get there at most, as far as is known: the longest round trip, doubled.
    var patience: UInt64 {
        2 * (samples.compactMap { sample in sample.answer.map { $0.arrivedAt - sample.sentAt } }.max() ?? 500_000_000)
    }

    mutating func send(at now: UInt64) -> ProbePacket {
        samples.append(Sample(sentAt: now))
        return ProbePacket(sequence: UInt32(samples.count - 1), sentAt: now)
    }

    mutating func take(_ echo: ProbeEcho, at now: UInt64, timeout: UInt64) {
        let index = Int(echo.probe.sequence)
        guard index < samples.count, samples[index].answer == nil, samples[index].sentAt == echo.probe.sentAt,
            now - samples[index].sentAt <= timeout
        else {
            discarded += 1
            return
        }
        samples[index].answer = (now, echo)
        answered += 1
    }

    func report(trains: [TrainMeasurement], reflected: Bool) -> ProbeReport {
        let losses = losses()
        return ProbeReport(
            sent: samples.count, received: answered, discarded: discarded, roundTrips: roundTrips(),
            queueing: queueing(),
            loss: 1 - Double(answered) / Double(max(1, samples.count)), forwardLoss: losses?.forward,
            backwardLoss: losses?.backward,
            forwardBandwidth: TrainMeasurement.median(of: trains.map { $0.report?.spacing.bandwidth }),
            roundTripBandwidth: reflected
                ? TrainMeasurement.median(of: trains.map(\.reflections.bandwidth)) : nil)
    }

    private func roundTrips() -> ProbeReport.RoundTrips? {
        let times = samples.compactMap { sample in sample.answer.map { $0.arrivedAt - sample.sentAt } }
        guard !times.isEmpty else { return nil }
        let sorted = times.sorted()
        let steps = zip(times, times.dropFirst()).map { $0 < $1 ? $1 - $0 : $0 - $1 }
        return ProbeReport.RoundTrips(
            minimum: latency(sorted[0]), median: latency(Self.quantile(0.5, of: sorted)),
            mean: latency(times.reduce(0, +) / UInt64(times.count)), p95: latency(Self.quantile(0.95, of: sorted)),
            maximum: latency(sorted[sorted.count - 1]),
            jitter: latency(steps.isEmpty ? 0 : steps.reduce(0, +) / UInt64(steps.count)))
    }

    /// Clocks differ by a constant over a run, so times of travel are known up to one; what is above the least is queueing.
    private func queueing() -> ProbeReport.Queueing? {
        func median(_ travel: [UInt64]) -> Latency {
            // Differences of two clocks: taken modulo 2^64, and read from the smallest on.
            guard let base = travel.first else { return .zero }
            let relative = travel.map { Int64(bitPattern: $0 &- base) }.sorted()
            return latency(UInt64(bitPattern: relative[relative.count / 2] &- relative[0]))
        }
        let answers = samples.compactMap { sample in sample.answer.map { (sample.sentAt, $0.arrivedAt, $0.echo) } }
        guard !answers.isEmpty else { return nil }
        return ProbeReport.Queueing(
            forward: median(answers.map { sentAt, _, echo in echo.receivedAt &- sentAt }),
            backward: median(answers.map { _, arrivedAt, echo in arrivedAt &- echo.repliedAt }))
    }

    /// The responder's count with the last probe it answered tells how many of those up to it had arrived.
    private func losses() -> (forward: Double, backward: Double)? {
        guard let last = samples.lastIndex(where: { $0.answer != nil }), let answer = samples[last].answer else {
            return nil
        }
        let sent = last + 1
        // Reordered or dishonest counts are brought into what can be.
        let arrived = min(sent, max(answered, Int(answer.echo.receivedCount)))
        return (1 - Double(arrived) / Double(sent), 1 - Double(answered) / Double(arrived))
    }

    /// Half a minute of clock steps at most are told apart from nonsense; what a responder makes up cannot overflow.
    private func latency(_ nanoseconds: UInt64) -> Latency {
        Latency(microseconds: Int64(min(nanoseconds, 60_000_000_000) + 500) / 1_000)
    }

    /// The least value that a share of the values, sorted, does not exceed.
    private static func quantile(_ share: Double, of sorted: [UInt64]) -> UInt64 {
        sorted[min(sorted.count - 1, max(0, Int((share * Double(sorted.count)).rounded(.up)) - 1))]
    }
}
