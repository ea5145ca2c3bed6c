internal import DemoWorld
internal import Foundation

/// What an evening left: the participants' reports, and when what happened.
struct EveningOutcome: Sendable {
    var reports: [ParticipantReport]
    /// The session of each participant, by name.
    var sessions: [String: String]
    var marks: [(name: String, at: Double)]
    var planned: [String: [[String]: Double]]
    var left: Set<String>
    var expected: Int
    var datagrams: Int
    /// How late the emulation was from each mark to the next.
    var lateness: [Lateness]

    /// How late it was all in all.
    var allLateness: Lateness { lateness.reduce(into: Lateness()) { $0.add($1) } }

    /// Why the figures from one mark to the next do not count; `nil` if they do.
    func objection(_ index: Int) -> String? { index < lateness.count ? lateness[index].objection : nil }

    /// Why the steady part's figures do not count.
    var steadyObjection: String? {
        marks.firstIndex { $0.name.hasPrefix("steady") }.flatMap { objection($0) }
    }

    /// Mean pair latency of each ordered pair between two times: one way there, doubled, as the plan counts round trips; ms.
    func pairs(from: Double, to: Double) -> [String: [[UInt32]: Double]] {
        var pairs: [String: [[UInt32]: Double]] = [:]
        for report in reports {
            for stream in report.streams {
                let buckets = stream.buckets.filter { $0[0] >= from && $0[0] + 1 <= to }
                let count = buckets.reduce(0) { $0 + $1[1] }
                guard count > 0, let session = sessions[report.id] else { continue }
                pairs[session, default: [:]][[stream.stream, report.stream]] =
                    2 * buckets.reduce(0) { $0 + $1[2] } / count
            }
        }
        return pairs
    }

    func window(_ name: String) -> (from: Double, to: Double)? {
        guard let index = marks.firstIndex(where: { $0.name.hasPrefix(name) }), index + 1 < marks.count else {
            return nil
        }
        return (marks[index].at, marks[index + 1].at)
    }

    static func mean(_ pairs: [String: [[UInt32]: Double]]) -> Double {
        let all = pairs.values.flatMap(\.values)
        return all.isEmpty ? .nan : all.reduce(0, +) / Double(all.count)
    }

    var loss: Double {
        let streams = reports.flatMap(\.streams)
        let lost = streams.reduce(0) { $0 + $1.lost }
        return Double(lost) / Double(max(1, lost + streams.reduce(0) { $0 + $1.received }))
    }

    /// The longest silence of any stream at any listener that a step caused, ms; how many pairs fell silent; and how many heard nothing any more in the
    /// third and fourth second after it, though both were there.
    func recovery(at time: Double, within limit: Double) -> (longest: Double, silent: Int, lost: Int) {
        let present = Set(reports.filter { !left.contains($0.id) }.map { [sessions[$0.id] ?? "", String($0.stream)] })
        var (longest, silent, lost) = (0.0, 0, 0)
        for report in reports where !left.contains(report.id) {
            for stream in report.streams {
                guard present.contains([sessions[report.id] ?? "", String(stream.stream)]) else { continue }
                let gaps = stream.gaps.filter { $0[0] > time && $0[0] - $0[1] / 1e3 < time + limit }
                if let worst = gaps.map({ $0[1] }).max() {
                    silent += 1
                    longest = max(longest, worst)
                }
                let wasThere = stream.buckets.contains { $0[0] < time - 1 }
                if wasThere, !stream.buckets.contains(where: { $0[0] >= time + 2 && $0[0] <= time + 4 }) { lost += 1 }
            }
        }
        return (longest, silent, lost)
    }
}

/// The figures for people.
enum EveningReport {
    static func print(_ outcome: EveningOutcome) {
        func ms(_ value: Double) -> String { value.isNaN ? "-" : String(format: "%.1f ms", value) }
        say("  measured: pair latency there and back, means over pairs")
        for (index, mark) in outcome.marks.enumerated().dropLast() where !mark.name.hasPrefix("arrivals") {
            let pairs = outcome.pairs(from: mark.at + 2, to: outcome.marks[index + 1].at)
            let doubt = outcome.objection(index) == nil ? "" : " (does not count: the machine was late)"
            say("    \(mark.name): \(ms(EveningOutcome.mean(pairs)))\(doubt)")
        }
        if let steady = outcome.window("steady") {
            let measured = outcome.pairs(from: steady.from, to: steady.to)
            var (near, all, off) = (0, 0, [Double]())
            let streams = Dictionary(outcome.reports.map { ($0.id, $0.stream) }) { first, _ in first }
            for (session, pairs) in outcome.planned {
                for (pair, plan) in pairs {
                    let numbers = pair.compactMap { streams[$0] }
                    guard let real = measured[session]?[numbers] else { continue }
                    all += 1
                    off.append(real - plan)
                    if abs(real - plan) <= max(2, plan * 0.05) { near += 1 }
                }
            }
            off.sort()
            if all > 0 {
                say(
                    "  against the plan: \(near) of \(all) pairs within 5 % or 2 ms; median difference \(ms(off[all / 2])), p95 \(ms(off[min(all - 1, all * 95 / 100)]))"
                )
            }
        }
        say("  recovery: longest silence of a stream that lasted, in ms (pieces come every 50)")
        for mark in outcome.marks
        where mark.name.contains("killed") || mark.name.contains("congested") || mark.name.contains("flash")
            || mark.name.contains("region")
        {
            let found = outcome.recovery(at: mark.at, within: 1.5)
            say(
                "    \(mark.name): \(Int(found.longest)) ms, \(found.silent) streams fell silent for more than 120 ms, \(found.lost) did not come back"
            )
        }
        let events = outcome.reports.flatMap(\.events)
        let moves = events.count { $0["kind"] == "moved" }
        let falls = events.count { $0["kind"] == "fell-back" }
        let duplicates = outcome.reports.reduce(0) { $0 + $1.duplicates }
        say(
            "  loss \(String(format: "%.3f %%", outcome.loss * 100)), moves \(moves), falls to a spare \(falls), duplicates dropped \(duplicates), reports \(outcome.reports.count) of \(outcome.expected), datagrams carried \(outcome.datagrams)"
        )
        let late = outcome.allLateness
        say(
            String(
                format: "  lateness of this machine: p50 %.2f ms, p99 %.2f ms, most %.1f ms",
                late.milliseconds(atMost: 0.5), late.milliseconds(atMost: 0.99), Double(late.greatest) / 1e6))
        if let objection = late.objection {
            say("  THESE FIGURES DO NOT COUNT: \(objection). Something else computes on this machine.")
        }
    }

    static func printComparison(_ outcomes: [(name: String, outcome: EveningOutcome)]) {
        guard let mesh = outcomes.first(where: { $0.name == "mesh" })?.outcome,
            let single = outcomes.first(where: { $0.name == "single" })?.outcome
        else { return }
        say("\n== mesh against one server a session")
        func steady(_ outcome: EveningOutcome) -> Double {
            outcome.window("steady").map { EveningOutcome.mean(outcome.pairs(from: $0.from, to: $0.to)) } ?? .nan
        }
        let (ours, theirs) = (steady(mesh), steady(single))
        say(
            String(
                format: "  mean pair latency %.1f ms against %.1f ms: %+.1f %%", ours, theirs, (ours / theirs - 1) * 100
            ))
        say(String(format: "  loss %.3f %% against %.3f %%", mesh.loss * 100, single.loss * 100))
        let moves = [mesh, single].map { $0.reports.reduce(0) { $0 + $1.moves } }
        say("  moves \(moves[0]) against \(moves[1])")
        for (name, outcome) in [("mesh", mesh), ("single", single)] {
            guard let objection = outcome.steadyObjection ?? outcome.allLateness.objection else { continue }
            say("  THIS COMPARISON DOES NOT COUNT: in the evening of \(name), \(objection).")
        }
    }
}
