internal import Foundation
internal import MediaTransport
internal import MeshEdge

/// What a relay on its own thread adds to the way of a datagram, at a steady rate.
struct LatencyBench {
    var world: BenchWorld
    let size: Int

    struct Outcome {
        var outPerSecond: Double
        var through: [UInt64]
        var direct: [UInt64]
        /// Datagrams that were to arrive.
        var expected: Int
        /// How late the bench's own thread was in sending, nanoseconds.
        var late: [UInt64]

        var text: String {
            func percentile(_ times: [UInt64], _ part: Double) -> Double {
                guard !times.isEmpty else { return .nan }
                return Double(times.sorted()[min(times.count - 1, Int(Double(times.count) * part))]) / 1e6
            }
            func text(_ milliseconds: Double) -> String {
                milliseconds.isNaN ? "-" : String(format: "%.3f ms", milliseconds)
            }
            let (p50, p99) = (percentile(through, 0.5), percentile(through, 0.99))
            let (d50, d99) = (percentile(direct, 0.5), percentile(direct, 0.99))
            var lines = [
                "through the relay p50 \(text(p50)), p99 \(text(p99)); without one p50 \(text(d50)), p99 \(text(d99))"
            ]
            let part = Double(through.count) / Double(max(1, expected))
            if part < 0.99 || p50 > 5 {
                lines.append(
                    String(
                        format:
                            "note: %.1f %% arrived, half of them after %@: the relay had less than it needs. Not what a relay adds; a lower --rate is.",
                        part * 100, text(p50)))
            }
            let lateness = percentile(late, 0.99)
            if lateness > 1 {
                lines.append(
                    "note: this machine is busy: the bench itself was late by \(text(lateness)) (p99), which is in all of these times."
                )
            }
            return lines.joined(separator: "\n")
        }
    }

    init(fanOut: Int, size: Int) throws {
        world = try BenchWorld(fanOut: fanOut)
        self.size = size
    }

    mutating func run(seconds: Double, outPerSecond: Double) throws -> Outcome {
        let relay = try RelayLoop(.init(site: 1), at: BenchWorld.loopback)
        let (table, world) = (world.table, world)
        let ready = DatagramGate()
        Task.detached {
            _ = await relay.perform { relay, now in
                _ = try? relay.adopt(table, at: now)
                world.admit(to: &relay, at: now)
            }
            ready.open()
        }
        ready.wait()
        defer { relay.stop() }
        let gap = UInt64(1e9 * Double(world.receivers.count) / outPerSecond)
        let (through, sent, late) = try times(to: relay.address, seconds: seconds, gap: gap, checks: world.receivers)
        let (direct, _, _) = try times(
            to: world.receivers[0].address, seconds: min(1, seconds), gap: gap, checks: [world.receivers[0]])
        return Outcome(
            outPerSecond: 1e9 / Double(gap) * Double(world.receivers.count), through: through, direct: direct,
            expected: sent * world.receivers.count, late: late)
    }

    /// Nanoseconds from sending to arrival at one of the receivers, which turns take; how many were sent, and how late each. One thread sends and receives.
    private mutating func times(
        to address: PeerAddress, seconds: Double, gap: UInt64, checks: [DatagramSocket]
    ) throws -> (times: [UInt64], sent: Int, late: [UInt64]) {
        var (times, late) = ([UInt64](), [UInt64]())
        let prepared = world.datagrams(min(400_000, Int(seconds * 1e9 / Double(gap))), size: size)
        var sentAt: [UInt64] = Array(repeating: 0, count: prepared.count)
        let first = prepared.first.map { Self.sequence($0) } ?? 0
        var buffer = Array(repeating: UInt8(0), count: 64 * 64)
        var rooms = (0..<64).map { Departure(address: BenchWorld.loopback, offset: UInt32($0 * 64), length: 64) }
        var (next, turn) = (0, 0)
        let begin = MonotonicTime.now
        var quietSince = begin
        while next < prepared.count || MonotonicTime.now < quietSince + 20_000_000 {
            let now = MonotonicTime.now
            if next < prepared.count, now >= begin + UInt64(next) * gap {
                sentAt[next] = MonotonicTime.now
                late.append(now - (begin + UInt64(next) * gap))
                world.sender.send(prepared[next], to: address)
                next += 1
                quietSince = now
            }
            turn = turn + 1 == checks.count ? 0 : turn + 1
            for index in rooms.indices {
                rooms[index] = Departure(address: BenchWorld.loopback, offset: UInt32(index * 64), length: 64)
            }
            let count = try checks[turn].receive(into: &buffer, rooms: &rooms, count: 64)
            let arrived = MonotonicTime.now
            for room in rooms[..<count] where room.length == UInt32(size) {
                // What is left of an earlier part has a sequence before the first.
                let sequence = Self.sequence(buffer[Int(room.offset)..<Int(room.offset) + MediaWire.headerLength])
                let index = Int(truncatingIfNeeded: sequence &- first)
                if sentAt.indices.contains(index) { times.append(arrived - sentAt[index]) }
            }
        }
        return (times, next, late)
    }

    private static func sequence(_ bytes: some Collection<UInt8>) -> UInt64 {
        bytes.dropFirst(22).prefix(6).reduce(0) { $0 << 8 | UInt64($1) }
    }
}
