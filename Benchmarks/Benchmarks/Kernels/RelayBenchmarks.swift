import Benchmark
import MediaTransport
import MeshAPI
import MeshEdge
import Optimization

/// The relay as a value: 200-byte datagrams of one participant to ten others and to two neighbours, each tenth of them bad.
///
/// Times are of the value alone, without sockets; `mesh-edge bench` measures with them. The counters say what it did with every datagram,
/// and that nothing was left in line or lost for want of room.
func addRelayBenchmarks() {
    for (name, isForged) in [("relay-fan-out-10", false), ("relay-refuses", true)] {
        let prepared = Prepared { try RelayInput(count: 2_000, isForged: isForged) }
        Benchmark(name) { benchmark in
            let input = try prepared.value()
            var relay = input.relay
            benchmark.startMeasurement()
            for datagram in input.datagrams {
                relay.receive(datagram, from: RelayInput.sender, at: 2)
                _ = relay.flush(at: 2) { _, _, count, _ in count }
            }
            benchmark.stopMeasurement()
            var statistics = SolverStatistics()
            statistics["received"] = relay.counters.received
            statistics["accepted"] = relay.counters.accepted
            statistics["forwarded"] = relay.counters.forwarded
            statistics["sent"] = relay.counters.sent
            statistics["forged"] = relay.counters.refused(.forged)
            statistics["replayed"] = relay.counters.refused(.replayed)
            statistics["without-room"] = relay.counters.noRoom + relay.waiting
            CounterLog.shared.record(statistics, of: benchmark)
        }
    }
}

private struct RelayInput: Sendable {
    static let sender = PeerAddress(ipv4: 0x0A00_0001, port: 1)
    var relay: Relay
    var datagrams: [[UInt8]] = []

    init(count: Int, isForged: Bool) throws {
        let bytes = Array(UInt8(0)..<32)
        guard let secret = SessionSecret(session: 7, epoch: 0, bytes: bytes) else { throw Unprepared() }
        relay = Relay(configuration: .init(site: 1), secret: bytes)
        let neighbours = [2, 3].map { site in
            RelayTable.Neighbour(site: site, address: "10.1.0.\(site):4480", secret: SecretBytes(bytes))
        }
        let route = RelayTable.Route(origin: 1, branches: [.init(to: 2), .init(to: 3)])
        try relay.adopt(
            RelayTable(
                version: 1, site: 1, neighbours: neighbours,
                sessions: [
                    .init(number: 7, keys: [.init(epoch: 0, secret: SecretBytes(bytes))], routes: [route])
                ]), at: 1)
        for stream in 1...11 as ClosedRange<UInt32> {
            relay.admit(secret, stream: stream, at: PeerAddress(ipv4: 0x0A00_0000 + stream, port: 1), now: 1)
        }
        let key = secret.mediaKey
        for index in 0..<count {
            // Each tenth is the one before once more.
            let sequence = UInt64(index % 10 == 9 ? index - 1 : index)
            let header = MediaHeader(kind: .media, session: 7, stream: 1, origin: 1, sequence: sequence)
            guard var datagram = SealedMedia.seal(Array(repeating: 5, count: 164), header: header, key: key) else {
                throw Unprepared()
            }
            if isForged { datagram[199] ^= 1 }
            datagrams.append(datagram)
        }
    }

    struct Unprepared: Error {}
}
