internal import ArgumentParser
internal import MeshTypes
internal import Probing

struct ProbeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "probe",
        abstract: "Measure the path to a responder: round trips, jitter, loss either way, bandwidth.",
        discussion: """
            A responder is an edge server, or `rmc respond`. Round trips are of UDP datagrams; bandwidth is read from the spacing in
            which trains of datagrams arrive.

            EXAMPLE
              rmc respond 127.0.0.1:4470 &
              rmc probe 127.0.0.1:4470 --trains 5 --format json

            Ends with 75 when nobody answers.
            """)

    @Argument(help: "Where the responder is: HOST:PORT or [IPv6]:PORT.")
    var target: Endpoint
    @Option(help: "How many probes, 1 to 10,000.")
    var count = 20
    @Option(help: "Milliseconds from one probe to the next.")
    var interval = 50.0
    @Option(help: "Bytes of a probe, 64 to 1,400, without headers.")
    var size = 64
    @Option(help: "Milliseconds after which a probe counts as lost.")
    var timeout = 1_000.0
    @Option(help: "How many trains measure the bandwidth; 0 for none.")
    var trains = 0
    @Flag(help: "Have the trains sent back too: measures the narrower of the two ways.")
    var reflect = false
    @OptionGroup var output: OutputOptions

    func run() throws {
        let plan = try plan()
        let target = target
        let outcome: ProbeOutcome
        do {
            outcome = try Cancellation.onSignal { interrupter in
                try Waiting.finish(interrupter) {
                    try await ProbeClient.probe(host: target.host, port: target.port, plan: plan)
                }
            }
        } catch let error as ProbeError {
            switch error.code {
            case .invalidPlan: throw CommandFailure(.usage, error.message)
            case .unknownHost: throw CommandFailure(.badInput, error.message)
            case .socket: throw CommandFailure(.internalError, error.message)
            case .refused, .cancelled: throw CommandFailure(.noAnswer, error.message)
            }
        }
        switch outcome {
        case .measured(let report): try output.print(text: text(report), json: json(report))
        case .noAnswer(let attempts):
            throw CommandFailure(.noAnswer, "\(target): no answer to \(attempts) requests; expected a responder there")
        }
    }

    private func plan() throws -> ProbePlan {
        var plan = ProbePlan()
        plan.probeCount = count
        plan.probeLength = size
        plan.trainCount = trains
        plan.reflectsTrains = reflect
        plan.interval = try nanoseconds(interval, "interval")
        plan.timeout = try nanoseconds(timeout, "timeout")
        return plan
    }

    private func nanoseconds(_ milliseconds: Double, _ name: String) throws -> UInt64 {
        guard milliseconds >= 0, milliseconds <= 3_600_000 else {
            throw CommandFailure(.usage, "--\(name) is \(milliseconds); expected milliseconds from 1 to 60,000")
        }
        return UInt64(milliseconds * 1e6)
    }

    private func text(_ report: ProbeReport) -> String {
        func percent(_ share: Double) -> String { "\((share * 1_000).rounded() / 10) %" }
        var lines = ["\(target): \(report.sent) probes, \(report.received) echoes, \(percent(report.loss)) lost"]
        if let forward = report.forwardLoss, let backward = report.backwardLoss {
            lines.append("  lost on the way there \(percent(forward)), on the way back \(percent(backward))")
        }
        if let trips = report.roundTrips {
            lines.append(
                "  round trip: least \(trips.minimum), median \(trips.median), mean \(trips.mean), p95 \(trips.p95), "
                    + "most \(trips.maximum), jitter \(trips.jitter)")
        }
        if let queueing = report.queueing {
            lines.append(
                "  queueing: \(queueing.forward) on the way there, \(queueing.backward) on the way back (medians)")
        }
        for (name, bandwidth) in [
            ("the way there", report.forwardBandwidth), ("the narrower way", report.roundTripBandwidth),
        ] {
            if let bandwidth { lines.append("  bandwidth of \(name): \((bandwidth * 100).rounded() / 100) Mbit/s") }
        }
        return lines.map { $0 + "\n" }.joined()
    }

    private func json(_ report: ProbeReport) -> JSONValue {
        [
            "target": .string(target.description),
            "sent": .integer(Int64(report.sent)),
            "received": .integer(Int64(report.received)),
            "discarded": .integer(Int64(report.discarded)),
            "loss": .number(report.loss),
            "forward-loss": .optional(report.forwardLoss, JSONValue.number),
            "backward-loss": .optional(report.backwardLoss, JSONValue.number),
            "latency": .optional(report.roundTrips) { trips in
                [
                    "min": .number(trips.minimum.milliseconds), "p50": .number(trips.median.milliseconds),
                    "mean": .number(trips.mean.milliseconds), "p95": .number(trips.p95.milliseconds),
                    "max": .number(trips.maximum.milliseconds), "jitter": .number(trips.jitter.milliseconds),
                    "unit": "ms",
                ]
            },
            "queueing": .optional(report.queueing) { queueing in
                [
                    "forward": .number(queueing.forward.milliseconds),
                    "backward": .number(queueing.backward.milliseconds),
                    "unit": "ms",
                ]
            },
            "bandwidth": [
                "forward": .optional(report.forwardBandwidth, JSONValue.number),
                "round-trip": .optional(report.roundTripBandwidth, JSONValue.number), "unit": "Mbit/s",
            ],
        ]
    }
}
