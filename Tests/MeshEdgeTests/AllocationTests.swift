import CAllocationCounter
import MediaTransport
import MeshAPI
import MeshEdge
import TestSupport
import Testing

@Suite("Allocations of a relay", .serialized)
struct AllocationTests {
    @Test("In steady state a datagram costs none: relayed, replayed, forged or from a stranger")
    func none() throws {
        var rig = RelayRig()
        try rig.add(
            RelayRig.table(
                site: 1, neighbours: [2, 3], routes: [.init(origin: 1, branches: [.init(to: 2), .init(to: 3)])]))
        for stream in 1...10 as ClosedRange<UInt32> { try rig.attach(stream: stream, to: 1) }
        let removed = rig.relays.removeValue(forKey: 1)
        var relay = try #require(removed)
        rig.relays = [:]
        var datagrams = try (0..<2_000).map { try RelayRig.media(stream: 1, origin: 1, sequence: UInt64($0)) }
        for index in stride(from: 5, to: 2_000, by: 10) { datagrams[index][110] ^= 1 }
        for index in stride(from: 6, to: 2_000, by: 10) { datagrams[index] = datagrams[index - 2] }
        let (own, stranger) = (RelayRig.address(stream: 1), RelayRig.address(stream: 77))
        let now = rig.now
        func pass(_ range: Range<Int>, _ relay: inout Relay) -> UInt64 {
            let before = allocations_of_thread()
            for index in range {
                relay.receive(datagrams[index], from: index % 10 == 7 ? stranger : own, at: now)
                _ = relay.flush(at: now) { _, _, count, _ in count }
            }
            return allocations_of_thread() - before
        }
        _ = pass(0..<100, &relay)
        let allocated = pass(100..<2_000, &relay)
        #expect(allocated == 0)
        #expect(relay.counters.accepted == 1_400)
        #expect(relay.counters.forwarded == 1_400 * 11)
        #expect(relay.counters.refused(.forged) == 200)
        #expect(relay.counters.refused(.replayed) == 200)
        #expect(relay.counters.refused(.stranger) == 200)
        // The counter counts.
        let before = allocations_of_thread()
        let array = Array(repeating: now, count: Int(now % 7) + 100)
        #expect(allocations_of_thread() > before)
        #expect(array.count >= 100)
    }
}
