internal import ArgumentParser
internal import Dispatch
internal import Foundation
internal import NIOPosix

/// Loads a service over loopback, and says how it bears it.
@main
struct MeshLoad: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mesh-load", abstract: "Load a service of its own with reports, joins and subscribers.",
        discussion: """
            Starts rmc serve in a folder that goes away with it, puts people into sessions, and runs the three loads one after
            the other. Times are from the moment that a request was due, so a service that is late cannot hide it.
            Ends with 1 when a bar is missed.

            EXAMPLE
              mesh-load --participants 10000 --sessions 200 --seconds 600
            """,
        // The same as all commands print; it links nothing of ours.
        version: "0.1.0")

    @Option(help: "The binary that serves.") var rmc = ".build/release/rmc"
    @Option(help: "People in the sessions.") var participants = 10_000
    @Option(help: "Sessions.") var sessions = 200
    @Option(help: "Seconds of reports.") var seconds = 600.0
    @Option(help: "Seconds between two reports of one participant.") var every = 5.0
    @Option(help: "Joins a second.") var joins = 500.0
    @Option(help: "Seconds of joins.") var joinSeconds = 20.0
    @Option(help: "Subscribers of one session.") var subscribers = 2_000
    @Option(help: "Changes that all subscribers are to hear.") var changes = 5
    @Option(parsing: .remaining, help: "Settings of the service.") var settings: [String] = []
    @Flag(help: "Report the figures, and miss no bar.") var noBars = false

    func run() async throws {
        let service = try ServedProcess(binary: rmc, settings: settings)
        defer { service.stop() }
        let load = LoadRun(
            group: .singleton, port: service.port, key: service.key, participants: participants, sessions: sessions)
        var missed: [String] = []
        func bar(_ holds: Bool, _ text: String) { if !holds { missed.append(text) } }

        try await load.prepare()
        print("prepared: \(participants) participants in \(sessions) sessions")
        let reports = Tally()
        let memory = MemoryWatch(service)
        try await load.reports(every: every, seconds: seconds, reports)
        let growth = memory.growth()
        print("reports:  \(reports.summary.text)")
        bar(reports.summary.errorCount == 0, "reports have errors")
        bar(reports.summary.percentile(0.99) < 50, "the 99th percentile of a report is over 50 ms")
        let late = try await load.metric("rmc_tick_lateness_seconds_sum") ?? 0
        let ticks = try await load.metric("rmc_tick_lateness_seconds_count") ?? 0
        let cut = try await load.metric("rmc_tick_deadline_misses_total") ?? 0
        let tickSeconds = try await load.metric("rmc_tick_seconds_sum") ?? 0
        print(
            "ticks:    \(Int(ticks)), late by \((1e5 * late / max(1, ticks)).rounded() / 100) ms on average, "
                + "\((1e5 * tickSeconds / max(1, ticks)).rounded() / 100) ms long, \(Int(cut)) cut by the deadline")
        bar(late / max(1, ticks) < 0.1, "ticks are late by over 100 ms on average")
        print("memory:   \(growth.text)")
        bar(growth.part < 0.1, "memory grows by more than a tenth in the second half")

        let joined = Tally()
        if joins > 0 {
            try await load.joins(rate: joins, seconds: joinSeconds, joined)
            print("joins:    \(joined.summary.text)")
            bar(joined.summary.errorCount == 0, "joins have errors")
            bar(joined.summary.percentile(0.99) < 100, "the 99th percentile of a join is over 100 ms")
        }
        let heard = Tally()
        if subscribers > 0 {
            try await load.events(subscribers: subscribers, changes: changes, heard)
            print("events:   \(subscribers) subscribers, \(heard.summary.text)")
            bar(heard.summary.errorCount == 0, "some subscribers did not hear a change")
            bar((heard.summary.times.last ?? 0) < 500, "a change took over 500 ms to reach a subscriber")
        }
        for text in missed { print("MISSED:   \(text)") }
        if !missed.isEmpty, !noBars { throw ExitCode(1) }
    }
}

/// Looks at a process's memory every second while it is loaded.
final class MemoryWatch: @unchecked Sendable {
    private let lock = NSLock()
    private var samples: [Int] = []
    private let timer: any DispatchSourceTimer

    init(_ service: ServedProcess) {
        timer = DispatchSource.makeTimerSource(queue: .global())
        timer.schedule(deadline: .now(), repeating: 1)
        timer.setEventHandler { [weak self] in
            self?.lock.withLock { self?.samples.append(service.memory) }
        }
        timer.activate()
    }

    /// Ends; how the largest of the last quarter compares with the largest of the third before it.
    func growth() -> (part: Double, text: String) {
        timer.cancel()
        return lock.withLock {
            guard samples.count >= 8 else { return (0, "too short to tell") }
            let third = samples[(samples.count / 2)..<(3 * samples.count / 4)].max() ?? 1
            let last = samples[(3 * samples.count / 4)...].max() ?? 1
            let part = Double(last) / Double(third) - 1
            return (
                part, "\(last >> 20) MiB at the end, \((1000 * part).rounded() / 10) % more than in the quarter before"
            )
        }
    }
}
