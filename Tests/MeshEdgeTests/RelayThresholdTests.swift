import Foundation
import MediaTransport
import MeshAPI
import MeshEdge
import TestSupport
import Testing

/// The counters of the benchmarks `relay-fan-out-10` and `relay-refuses`, held to the file that gates them.
@Suite("Relay counters against their thresholds")
struct RelayThresholdTests {
    @Test(
        "The relay does with each datagram what the thresholds say", arguments: ["relay-fan-out-10", "relay-refuses"])
    func counters(name: String) throws {
        let url = SharedData.repositoryRoot.appending(path: "Benchmarks/Thresholds/kernels.json")
        let whole = try JSONSerialization.jsonObject(with: try Data(contentsOf: url)) as? [String: Any]
        let expected = try #require((whole?["counters"] as? [String: [String: Int]])?[name])
        let relay = try run(isForged: name == "relay-refuses")
        let counters = relay.counters
        let found = [
            "received": counters.received, "accepted": counters.accepted, "forwarded": counters.forwarded,
            "sent": counters.sent, "forged": counters.refused(.forged), "replayed": counters.refused(.replayed),
            "without-room": counters.noRoom + relay.waiting,
        ]
        #expect(found == expected)
    }

    private func run(isForged: Bool) throws -> Relay {
        let bytes = Array(UInt8(0)..<32)
        let secret = try #require(SessionSecret(session: 7, epoch: 0, bytes: bytes))
        var relay = Relay(configuration: .init(site: 1), secret: bytes)
        let neighbours = [2, 3].map { site in
            RelayTable.Neighbour(site: site, address: "10.1.0.\(site):4480", secret: SecretBytes(bytes))
        }
        let routes = [RelayTable.Route(origin: 1, branches: [.init(to: 2), .init(to: 3)])]
        let keys = [RelayTable.EpochSecret(epoch: 0, secret: SecretBytes(bytes))]
        let session = RelayTable.SessionRoutes(number: 7, keys: keys, routes: routes)
        try relay.adopt(RelayTable(version: 1, site: 1, neighbours: neighbours, sessions: [session]), at: 1)
        for stream in 1...11 as ClosedRange<UInt32> {
            relay.admit(secret, stream: stream, at: PeerAddress(ipv4: 0x0A00_0000 + stream, port: 1), now: 1)
        }
        let key = secret.mediaKey
        for index in 0..<2_000 {
            let sequence = UInt64(index % 10 == 9 ? index - 1 : index)
            let header = MediaHeader(kind: .media, session: 7, stream: 1, origin: 1, sequence: sequence)
            var datagram = try #require(SealedMedia.seal(Array(repeating: 5, count: 164), header: header, key: key))
            if isForged { datagram[199] ^= 1 }
            relay.receive(datagram, from: PeerAddress(ipv4: 0x0A00_0001, port: 1), at: 2)
            _ = relay.flush(at: 2) { _, _, count, _ in count }
        }
        return relay
    }
}
