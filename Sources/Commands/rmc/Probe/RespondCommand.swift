internal import ArgumentParser
internal import Probing

struct RespondCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "respond", abstract: "Answer probes on a UDP port until interrupted.",
        discussion: """
            Prints one line when it is ready (on stderr with --format json), and what came and went when it ends (Ctrl-C, SIGTERM, or --seconds). It cannot be used
            against others: no reply is longer than its request, strangers get one short reply, rates are limited.

            EXAMPLE
              rmc respond 127.0.0.1:4470
            """)

    @Argument(help: "Where to listen: HOST:PORT or [IPv6]:PORT; port 0 for any that is free.")
    var endpoint: Endpoint
    @Option(help: "Stop by itself after so many seconds.")
    var seconds: Double?
    @OptionGroup var output: OutputOptions

    func run() throws {
        if let seconds, !(seconds >= 0 && seconds <= 1e9) {
            throw CommandFailure(.usage, "--seconds is \(seconds); expected 0 to 1e9")
        }
        let (endpoint, limit, isDocument) = (endpoint, seconds ?? 1e9, output.format == .json)
        let counters: ProbeResponder.Counters
        do {
            counters = try Cancellation.onSignal { interrupter in
                try Waiting.finish(interrupter) {
                    let service = try await ResponderService.start(host: endpoint.host, port: endpoint.port)
                    let ready = "answering probes on \(service.endpoint)\n"
                    if isDocument { StandardError.write(ready) } else { try StandardOutput.write(ready) }
                    // Ends early when it is cancelled, which is how this command is ended.
                    try? await Task.sleep(for: .seconds(limit))
                    let counters = try await service.counters()
                    await service.stop()
                    return counters
                }
            }
        } catch let error as ProbeError {
            throw CommandFailure(error.code == .unknownHost ? .badInput : .internalError, error.message)
        }
        try output.print(text: text(counters), json: json(counters))
    }

    private func rows(_ counters: ProbeResponder.Counters) -> [(String, Int)] {
        [
            ("received", counters.received), ("received-bytes", counters.receivedBytes), ("replied", counters.replied),
            ("replied-bytes", counters.repliedBytes), ("over-source-rate", counters.overSourceRate),
            ("over-total-rate", counters.overTotalRate), ("unrecognised", counters.unrecognised),
            ("repeated", counters.repeated), ("unexpected", counters.unexpected),
        ] + ProbeRefusal.allCases.map { ("refused-\($0.rawValue)", counters.refused[$0] ?? 0) }
    }

    private func text(_ counters: ProbeResponder.Counters) -> String {
        rows(counters).filter { $0.1 > 0 || $0.0.hasPrefix("re") && !$0.0.hasPrefix("ref") }
            .map { "  \($0.0) \($0.1)\n" }.joined()
    }

    private func json(_ counters: ProbeResponder.Counters) -> JSONValue {
        .object(rows(counters).map { ($0.0, .integer(Int64($0.1))) })
    }
}
