import Foundation
import MediaTransport
import MeshAPI
import MeshEdge
import TestSupport
import Testing

/// Genuine datagrams and tables whose fields are at the ends of what they can hold: whoever is in a session, runs a server or answers as a controller can send
/// them. A trap would end the process of the tests.
@Suite("Extremes of every field: relays")
struct ExtremeDatagramTests {
    /// A sender of datagrams that all verify.
    private struct Adversary {
        var random: SplitMix64

        /// A datagram of any kind under the right key, and where it comes from.
        mutating func datagram(now: UInt64) throws -> (bytes: [UInt8], from: PeerAddress) {
            let kind = random.element(of: MediaHeader.Kind.allCases)
            let isLink = kind == .link || kind == .media && random.chance(0.5)
            let stream = UInt32(random.integer(1...3))
            var header = MediaHeader(
                kind: kind, epoch: UInt8(truncatingIfNeeded: random.extreme(3, 0.05)),
                session: kind == .link ? 0 : UInt32(truncatingIfNeeded: random.extreme(7, 0.05)),
                stream: kind == .link ? 0 : UInt32(truncatingIfNeeded: random.extreme(UInt64(stream), 0.1)),
                salt: random.extreme(0, 0.2), trafficClass: random.element(of: TrafficClass.allCases),
                origin: UInt16(truncatingIfNeeded: random.extreme(isLink ? 2 : 1, 0.05)),
                sequence: random.extreme(now >> 10, 0.5))
            if kind == .link { header.epoch = 0 }
            let from = isLink ? RelayRig.address(site: 2) : RelayRig.address(stream: stream)
            return (try sealed(header, now: now), from)
        }

        private mutating func sealed(_ header: MediaHeader, now: UInt64) throws -> [UInt8] {
            let secret = try RelayRig.secret
            let keys = secret.attachmentKeys(stream: header.stream)
            let mode = random.element(of: [AttachRequest.Mode.active, .reserve, .detached])
            let words = (0..<4).map { _ in random.extreme(now &- UInt64(random.integer(0...100_000_000)), 0.6) }
            switch header.kind {
            case .media:
                let length = random.element(of: [0, 1, 16, 200, MediaWire.greatestPayload])
                return try #require(
                    SealedMedia.seal(Array(repeating: 1, count: length), header: header, key: secret.mediaKey))
            case .attach:
                let classes = UInt8(truncatingIfNeeded: words[2])
                return ControlDatagram.signed(header, key: keys.up) {
                    AttachRequest(cookie: (words[0], words[1]), mode: mode, classes: classes).encode(into: &$0)
                }
            case .challenge: return ControlDatagram.challenge(header, cookie: (words[0], words[1]))
            case .attached:
                return ControlDatagram.signed(header, key: keys.down) {
                    AttachReply(request: words[0], status: .granted, mode: mode).encode(into: &$0)
                }
            case .beat:
                return ControlDatagram.signed(header, key: keys.up) {
                    Beat(sentAt: words[0], echo: words[1], mode: mode, isDraining: true).encode(into: &$0)
                }
            case .link:
                let beat = LinkBeat(sentAt: words[0], echo: words[1], held: words[2], forwarded: words[3])
                let key = KeyDerivation.linkKey(secret: RelayRig.linkSecret(1, 2), from: 2, to: 1)
                return ControlDatagram.signed(header, key: key) { beat.encode(into: &$0) }
            }
        }
    }

    @Test("A link that echoes 2^64-1 and held as long ends nothing")
    func echo() throws {
        var rig = RelayRig()
        try rig.add(RelayRig.table(site: 1, neighbours: [2]))
        let key = KeyDerivation.linkKey(secret: RelayRig.linkSecret(1, 2), from: 2, to: 1)
        for (index, (echo, held)) in [(UInt64.max, 2 as UInt64), (.max, .max), (1, .max), (.max - 1, 3)].enumerated() {
            let header = MediaHeader(kind: .link, session: 0, stream: 0, origin: 2, sequence: UInt64(index) + 1)
            let bytes = ControlDatagram.signed(header, key: key) {
                LinkBeat(sentAt: .max, echo: echo, held: held, forwarded: .max).encode(into: &$0)
            }
            rig.relays[1]?.receive(bytes, from: RelayRig.address(site: 2), at: rig.now)
        }
        rig.pass(milliseconds: 100)
        #expect(rig.relays[1]?.report(detailed: true).links.first?.roundTrip == nil)
    }

    @Test("Genuine datagrams of every kind with extreme fields: the relay goes on, and reports what can be")
    func datagrams() throws {
        var rig = RelayRig()
        try rig.add(RelayRig.table(site: 1, neighbours: [2], routes: [.init(origin: 1, branches: [.init(to: 2)])]))
        try rig.add(RelayRig.table(site: 2, neighbours: [1]))
        for stream in [1, 2, 3] as [UInt32] { try rig.attach(stream: stream, to: 1) }
        var adversary = Adversary(random: SplitMix64(seed: 870))
        for step in 0..<Extremes.caseCount {
            let (bytes, from) = try adversary.datagram(now: rig.now)
            rig.relays[1]?.receive(bytes, from: from, at: rig.now)
            rig.delivered = []
            if step % 16 == 0 {
                rig.pass(milliseconds: adversary.random.element(of: [10, 20, 50]))
            } else {
                rig.settle()
            }
            guard step % 64 == 0 else { continue }
            let report = try #require(rig.relays[1]?.report(detailed: true))
            let trips = report.links.map(\.roundTrip) + report.attachments.map(\.roundTrip)
            #expect(trips.allSatisfy { $0.map { (0...60_000).contains($0) } ?? true })
            #expect(report.links.allSatisfy { (0...1).contains($0.loss) && $0.sent >= 0 && $0.received >= 0 })
            #expect(try JSONDecoder().decode(RelayReport.self, from: JSONEncoder().encode(report)) == report)
        }
        // It is the same relay, and whoever comes now is served.
        rig.now += 10_000_000_000
        rig.pass(milliseconds: 100)
        for stream in [61, 62] as [UInt32] { #expect(try rig.attach(stream: stream, to: 1) == .granted) }
        _ = rig.send(try RelayRig.media(stream: 61, origin: 1, sequence: 1), from: RelayRig.address(stream: 61), to: 1)
        #expect(rig.listeners().contains(62))
    }

    @Test("A neighbour that names streams without end gets no more windows than there are, and others go on")
    func windows() throws {
        var rig = RelayRig()
        try rig.add(RelayRig.table(site: 1, neighbours: [2]))
        for stream in [1, 2] as [UInt32] { try rig.attach(stream: stream, to: 1) }
        _ = rig.send(try RelayRig.media(stream: 1, origin: 1, sequence: 1), from: RelayRig.address(stream: 1), to: 1)
        for stream in 0..<17_000 as Range<UInt32> {
            rig.relays[1]?.receive(
                try RelayRig.media(stream: 1_000 + stream, origin: 2, sequence: 0, length: 1),
                from: RelayRig.address(site: 2), at: rig.now)
            if stream % 64 == 0 { rig.settle() }
        }
        rig.settle()
        #expect(rig.counters(1).accepted == 16_384)
        #expect(rig.counters(1).refused(.rate) == 17_000 - 16_383)
        _ = rig.send(try RelayRig.media(stream: 1, origin: 1, sequence: 2), from: RelayRig.address(stream: 1), to: 1)
        #expect(rig.listeners() == [2])
    }

    @Test("Tables with extreme fields are taken or refused, whatever they hold")
    func tables() throws {
        var random = SplitMix64(seed: 871)
        var rig = RelayRig()
        try rig.add(RelayRig.table(site: 1, neighbours: [2]))
        for stream in [1, 2] as [UInt32] { try rig.attach(stream: stream, to: 1) }
        var (taken, refused) = (0, 0)
        for step in 0..<max(500, Extremes.caseCount / 10) {
            let table = Self.table(version: random.extreme(UInt64(step) + 2, 0.1), &random)
            // As a controller sends it.
            let sent = try JSONDecoder().decode(RelayTable.self, from: JSONEncoder().encode(table))
            #expect(sent == table)
            switch adopt(sent, &rig) {
            case true?: taken += 1
            case false?: break
            case nil: refused += 1
            }
            rig.pass(milliseconds: 10)
            _ = rig.relays[1]?.report(detailed: true)
            if step % 20 == 19 {
                // A greatest version ends its line: a relay that starts again begins a new one.
                let old = rig.relays.removeValue(forKey: 1)
                #expect(old != nil)
                try rig.add(RelayRig.table(site: 1, neighbours: [2]))
            }
        }
        #expect(taken > 20 && refused > 20)
    }

    /// Whether the table was newer; `nil` if it was refused.
    private func adopt(_ table: RelayTable, _ rig: inout RelayRig) -> Bool? {
        do {
            return try rig.relays[1]?.adopt(table, at: rig.now)
        } catch {
            return nil
        }
    }

    private static func table(version: UInt64, _ random: inout SplitMix64) -> RelayTable {
        func site(_ usual: UInt16, _ random: inout SplitMix64) -> UInt16 {
            UInt16(truncatingIfNeeded: random.extreme(UInt64(usual), 0.1))
        }
        func bytes(_ random: inout SplitMix64) -> SecretBytes {
            SecretBytes(Array(repeating: 7, count: random.chance(0.9) ? 32 : random.integer(0...64)))
        }
        var table = RelayTable(
            version: version, epoch: random.extreme(0, 0.1), site: site(1, &random))
        for number in 2..<UInt16(random.integer(3...6)) {
            let odd = random.element(of: ["", ":", "0.0.0.0:0", "[::]:65535", "1.2.3.4:99999"])
            let address = random.chance(0.95) ? RelayRig.address(site: number).description : odd
            table.neighbours.append(
                .init(site: site(number, &random), address: address, secret: bytes(&random)))
        }
        var session = RelayTable.SessionRoutes(number: UInt32(truncatingIfNeeded: random.extreme(7)), keys: [])
        for _ in 0..<random.integer(0...3) {
            session.keys.append(
                .init(epoch: UInt8(truncatingIfNeeded: random.extreme(3)), secret: bytes(&random)))
        }
        for _ in 0..<random.integer(0...3) {
            var route = RelayTable.Route(origin: site(1, &random), branches: [])
            if random.chance(0.5) { route.trafficClass = UInt8(truncatingIfNeeded: random.extreme(1, 0.2)) }
            for neighbour in table.neighbours.prefix(2) {
                route.branches.append(.init(to: neighbour.site, spares: [site(3, &random)]))
            }
            session.routes.append(route)
        }
        table.sessions.append(session)
        return table
    }
}
