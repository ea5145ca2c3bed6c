internal import Foundation
internal import MediaTransport
internal import MeshAPI
internal import MeshClient
internal import Synchronization

/// What a participant saw, second by second, in a form that a script can add up.
final class ParticipantRecord: Sendable {
    private struct Pair {
        /// By second of the machine's monotonic clock: pieces, and nanoseconds of their ways.
        var buckets: [UInt64: (count: Int, nanoseconds: UInt64)] = [:]
        var last: UInt64 = 0
        /// Pauses longer than the limit: when they ended, and how long they were.
        var gaps: [(at: UInt64, nanoseconds: UInt64)] = []
    }

    private static let gapLimit: UInt64 = 120_000_000
    /// No way is longer than a minute.
    private static let wayLimit: UInt64 = 60_000_000_000

    private struct Contents {
        var pairs: [UInt32: Pair] = [:]
        var events: [[String: String]] = []
    }

    private let contents = Mutex(Contents())

    func take(_ piece: MeshParticipant.Delivery, at now: UInt64) {
        guard piece.payload.count >= 8 else { return }
        let sentAt = piece.payload.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        contents.withLock { contents in
            var pair = contents.pairs[piece.stream] ?? Pair()
            let second = now / 1_000_000_000
            let bucket = pair.buckets[second] ?? (0, 0)
            // Whoever speaks chooses what it calls its clock.
            let way = now > sentAt ? min(now - sentAt, Self.wayLimit) : 0
            pair.buckets[second] = (bucket.count + 1, bucket.nanoseconds &+ way)
            if pair.last > 0, now - min(now, pair.last) > Self.gapLimit { pair.gaps.append((now, now - pair.last)) }
            pair.last = now
            contents.pairs[piece.stream] = pair
        }
    }

    func take(_ event: MeshParticipant.Event, at now: UInt64) {
        var entry = ["at": String(Double(now) / 1e9)]
        switch event {
        case .attached(let site): entry.merge(["kind": "attached", "to": "\(site)"]) { $1 }
        case .moved(let from, let to): entry.merge(["kind": "moved", "from": "\(from)", "to": "\(to)"]) { $1 }
        case .fellBack(let from, let to, let silence):
            entry.merge(
                ["kind": "fell-back", "from": "\(from)", "to": "\(to)", "silence-ms": "\(Double(silence) / 1e6)"]
            ) { $1 }
        case .refused(let site, let status):
            entry.merge(["kind": "refused", "to": "\(site)", "why": "\(status)"]) { $1 }
        case .stranded(let site): entry.merge(["kind": "stranded", "from": "\(site)"]) { $1 }
        }
        contents.withLock { $0.events.append(entry) }
        let line = entry.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
        FileHandle.standardError.write(Data((line + "\n").utf8))
    }

    /// The report as JSON.
    func json(id: String, participant: Attachment, state: MeshParticipant?, token: LocationToken) throws -> String {
        let contents = contents.withLock { $0 }
        var report = Report(id: id, stream: participant.stream, token: token.description)
        report.events = contents.events
        for (stream, pair) in contents.pairs.sorted(by: { $0.key < $1.key }) {
            let loss = state?.streamReports.first { $0.stream == stream }
            report.streams.append(
                .init(
                    stream: stream, received: loss?.received ?? 0, lost: loss?.lost ?? 0,
                    buckets: pair.buckets.sorted { $0.key < $1.key }.map {
                        [Double($0.key), Double($0.value.count), Double($0.value.nanoseconds) / 1e6]
                    },
                    gaps: pair.gaps.map { [Double($0.at) / 1e9, Double($0.nanoseconds) / 1e6] }))
        }
        report.sent = state?.counters.sent ?? 0
        report.delivered = state?.counters.delivered ?? 0
        report.duplicates = state?.counters.duplicates ?? 0
        report.moves = state?.counters.moves ?? 0
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return String(decoding: try encoder.encode(report), as: UTF8.self)
    }

    private struct Report: Encodable {
        var id: String
        var stream: UInt32
        var token: String
        var sent = 0
        var delivered = 0
        var duplicates = 0
        var moves = 0
        var events: [[String: String]] = []
        var streams: [Stream] = []

        struct Stream: Encodable {
            var stream: UInt32
            var received: Int
            var lost: Int
            /// Second, pieces, sum of one-way ms.
            var buckets: [[Double]]
            /// When it ended in seconds, ms.
            var gaps: [[Double]]
        }
    }
}
