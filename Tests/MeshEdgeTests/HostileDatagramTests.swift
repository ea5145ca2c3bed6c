import MediaTransport
import MeshAPI
import MeshEdge
import TestSupport
import Testing

/// What an attacker can send: nothing of it may be answered, forwarded, or change who is served.
@Suite("Hostile datagrams")
struct HostileDatagramTests {
    private func world() throws -> RelayRig {
        var rig = RelayRig()
        try rig.add(RelayRig.table(site: 1, neighbours: [2], routes: [.init(origin: 1, branches: [.init(to: 2)])]))
        for stream in [1, 2, 3] as [UInt32] { try rig.attach(stream: stream, to: 1) }
        rig.delivered = []
        return rig
    }

    @Test("Each kind of bad datagram is dropped for its own reason, without a reply")
    func reasons() throws {
        var rig = try world()
        let (own, other) = (RelayRig.address(stream: 1), RelayRig.address(stream: 99))
        let good = try RelayRig.media(stream: 1, origin: 1, sequence: 5)
        func changed(_ index: Int, _ value: UInt8) -> [UInt8] {
            var bytes = good
            bytes[index] = value
            return bytes
        }
        let cases: [(DatagramRefusal, [UInt8], PeerAddress)] = [
            (.truncated, [], own), (.truncated, Array(good.prefix(43)), own),
            (.oversized, good + Array(repeating: 0, count: 1_400), own),
            (.oversized, Array(repeating: 0x4D, count: 65_507), own),
            (.foreign, changed(0, 0x4E), own), (.version, changed(1, 1), own), (.kind, changed(2, 9), own),
            (.kind, changed(20, 0x30), own),
            (.length, changed(2, MediaHeader.Kind.attach.rawValue), own),
            (.unknownSession, changed(7, 8), own), (.unknownKey, changed(3, 4), own), (.stranger, good, other),
            (.misplaced, try RelayRig.media(stream: 2, origin: 1, sequence: 5), own),
            (.misplaced, try RelayRig.media(stream: 1, origin: 2, sequence: 5), own),
            (.misplaced, good, RelayRig.address(site: 2)),
            (.forged, changed(good.count - 1, good[good.count - 1] ^ 1), own),
            (.forged, changed(40, good[40] ^ 1), own),
            (.unknownSession, try RelayRig.request(stream: 1, site: 1, mode: .active, sequence: 1, session: 8), other),
            (.misplaced, try RelayRig.request(stream: 1, site: 2, mode: .active, sequence: 1), other),
            (.kind, ControlDatagram.challenge(try MediaHeader(decoding: good.span), cookie: (1, 2)), other),
        ]
        for (reason, bytes, source) in cases {
            let before = rig.counters(1).refused(reason)
            #expect(rig.send(bytes, from: source, to: 1).isEmpty)
            #expect(rig.delivered.isEmpty, "\(reason)")
            #expect(rig.counters(1).refused(reason) == before + 1, "\(reason)")
        }
        // The good one still passes: none of the others moved its window.
        _ = rig.send(good, from: own, to: 1)
        #expect(rig.listeners() == [2, 3])
        _ = rig.send(good, from: own, to: 1)
        #expect(rig.delivered.isEmpty)
        #expect(rig.counters(1).refused(.replayed) == 1)
    }

    @Test("A stranger gets less than half of what it sends, at a bounded rate, and no media ever")
    func amplification() throws {
        var rig = try world()
        var (sent, got) = (0, 0)
        for step in 0..<20_000 {
            let address = PeerAddress(ipv4: 0x0B00_0000 + UInt32(step), port: 1)
            let bytes = try RelayRig.request(
                stream: UInt32(1_000 + step % 50), site: 1, mode: .active, sequence: UInt64(step))
            let replies = rig.send(bytes, from: address, to: 1)
            sent += bytes.count
            got += replies.reduce(0) { $0 + $1.count }
            #expect(replies.allSatisfy { $0.count * 2 < bytes.count })
        }
        #expect(got * 2 < sent)
        // Six requests let the three in.
        #expect(rig.counters(1).refused(.rate) == 15_006)
        #expect(rig.relays[1]?.participantCount == 3)
        // A second later others get in.
        rig.now += 1_000_000_000
        #expect(try rig.attach(stream: 60, to: 1) == .granted)
    }

    @Test("An overheard request neither moves a participant nor lets it in elsewhere")
    func hijack() throws {
        var rig = try world()
        let (victim, thief) = (RelayRig.address(stream: 1), RelayRig.address(stream: 66))
        let first = try #require(
            rig.send(try RelayRig.request(stream: 1, site: 1, mode: .active, sequence: 50), from: thief, to: 1).first)
        // The thief has a cookie of its own address, but cannot sign with it; the victim's own requests carry another.
        let cookie = ControlDatagram.cookie(of: first.span)
        let wrongKey = try #require(SessionSecret(session: 7, epoch: 3, bytes: Array(repeating: 9, count: 32)))
        let header = MediaHeader(kind: .attach, epoch: 3, session: 7, stream: 1, origin: 1, sequence: 51)
        let forged = ControlDatagram.signed(header, key: wrongKey.attachmentKeys(stream: 1).up) {
            AttachRequest(cookie: cookie, mode: .active).encode(into: &$0)
        }
        #expect(rig.send(forged, from: thief, to: 1).isEmpty)
        #expect(rig.counters(1).refused(.forged) == 1)
        let genuine = try RelayRig.request(stream: 1, site: 1, mode: .detached, cookie: (3, 4), sequence: 52)
        #expect(rig.send(genuine, from: thief, to: 1).allSatisfy { $0[2] == MediaHeader.Kind.challenge.rawValue })
        #expect(rig.counters(1).refused(.cookie) == 1)
        _ = rig.send(try RelayRig.media(stream: 2, origin: 1, sequence: 1), from: RelayRig.address(stream: 2), to: 1)
        #expect(rig.delivered.contains { $0.to == victim })
        #expect(!rig.delivered.contains { $0.to == thief })
        // A request of the victim that comes again is not taken again.
        let once = try RelayRig.request(stream: 1, site: 1, mode: .active, sequence: 60)
        #expect(rig.send(once, from: victim, to: 1).count == 1)
        #expect(rig.send(once, from: victim, to: 1).isEmpty)
    }

    @Test("Fuzzed datagrams of every kind, from every kind of sender, do no harm")
    func fuzz() throws {
        var rig = try world()
        var random = SplitMix64(seed: 810)
        let link = ControlDatagram.signed(
            MediaHeader(kind: .link, session: 0, stream: 0, origin: 2, sequence: 1),
            key: KeyDerivation.linkKey(secret: RelayRig.linkSecret(1, 2), from: 2, to: 1)
        ) { LinkBeat(sentAt: 1, echo: 2, held: 3, forwarded: 4).encode(into: &$0) }
        let beat = ControlDatagram.signed(
            MediaHeader(kind: .beat, epoch: 3, session: 7, stream: 1, origin: 1, sequence: 900),
            key: try RelayRig.secret.attachmentKeys(stream: 1).up
        ) { Beat(sentAt: 1, echo: 2, mode: .active).encode(into: &$0) }
        let seeds = [
            try RelayRig.media(stream: 1, origin: 1, sequence: 77), link, beat,
            try RelayRig.request(stream: 1, site: 1, mode: .active, cookie: (5, 6), sequence: 901),
            try RelayRig.media(stream: 5, origin: 2, sequence: 1, length: MediaWire.greatestPayload),
        ]
        let sources = [
            RelayRig.address(stream: 1), RelayRig.address(stream: 2), RelayRig.address(site: 2),
            RelayRig.address(stream: 70),
        ]
        for _ in 0..<60_000 {
            var bytes = random.element(of: seeds)
            for _ in 0...random.integer(0...3) { mutate(&bytes, &random) }
            if seeds.contains(bytes) { continue }
            let source = random.element(of: sources)
            rig.delivered = []
            rig.relays[1]?.receive(bytes, from: source, at: rig.now)
            rig.settle()
            // Nothing but a challenge to whoever asked, and that is shorter than the request.
            for (to, reply) in rig.delivered {
                #expect(to == source)
                #expect(reply[2] == MediaHeader.Kind.challenge.rawValue)
                #expect(reply.count < bytes.count)
            }
            if random.chance(0.001) { rig.now += 100_000_000 }
        }
        #expect(rig.relays[1]?.participantCount == 3)
        #expect(rig.counters(1).accepted == 0)
        for reason in DatagramRefusal.allCases where reason != .rate && reason != .replayed {
            #expect(rig.counters(1).refused(reason) > 0, "\(reason)")
        }
        rig.delivered = []
        _ = rig.send(seeds[0], from: sources[0], to: 1)
        #expect(rig.listeners() == [2, 3])
    }

    private func mutate(_ bytes: inout [UInt8], _ random: inout SplitMix64) {
        guard !bytes.isEmpty else { return }
        let place = random.integer(0...(bytes.count - 1))
        switch random.integer(0...6) {
        case 0: bytes[place] ^= 1 << UInt8(random.integer(0...7))
        case 1: bytes[random.integer(0...min(19, bytes.count - 1))] = UInt8(random.integer(0...255))
        case 2: bytes.removeLast(random.integer(0...(bytes.count - 1)))
        case 3: bytes += (0..<random.integer(1...1_500)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        case 4: bytes[place] = [0, 1, 0x7F, 0x80, 0xFF][random.integer(0...4)]
        case 5: bytes.swapAt(place, random.integer(0...(bytes.count - 1)))
        default: if bytes.count > 2 { bytes[2] = UInt8(random.integer(0...8)) }
        }
    }

    @Test("A table that contradicts itself is refused in one line, and the last one stays")
    func tables() throws {
        var rig = try world()
        typealias Table = RelayTable
        func table(_ change: (inout Table) -> Void) -> Table {
            var table = RelayRig.table(
                site: 1, version: 9, neighbours: [2], routes: [.init(origin: 1, branches: [.init(to: 2)])])
            change(&table)
            return table
        }
        let cases: [(Table, String)] = [
            (table { $0.site = 5 }, "the table is for site 5; expected 1"),
            (
                table { $0.neighbours[0].address = "example.org:1" },
                "neighbour 2: 'example.org:1' is no address; expected 192.0.2.1:4480"
            ),
            (table { $0.neighbours[0].secret = SecretBytes([1]) }, "neighbour 2: 1 bytes of secret; expected 32"),
            (table { $0.neighbours[0].site = 1 }, "neighbour 1: expected another site, 0 to 4095, once each"),
            (
                table { $0.neighbours.append($0.neighbours[0]) },
                "neighbour 2: expected another site, 0 to 4095, once each"
            ),
            (table { $0.sessions.append($0.sessions[0]) }, "session 7 is in the table twice"),
            (table { $0.sessions[0].keys = [] }, "session 7 has 0 keys; expected 1 or 2"),
            (table { $0.sessions[0].keys[0].secret = SecretBytes([]) }, "session 7: 0 bytes of secret; expected 32"),
            (
                table { $0.sessions[0].routes[0].branches.append(.init(to: 4)) },
                "session 7, origin 1: site 4 is no neighbour"
            ),
            (
                table { $0.sessions[0].routes[0].branches.append(.init(to: 2)) },
                "session 7, origin 1: site 2 is there twice"
            ),
            (table { $0.sessions[0].routes[0].trafficClass = 3 }, "session 7: there is no class 3; expected 0, 1 or 2"),
            (table { $0.sessions[0].routes[0].origin = 5_000 }, "session 7: origin 5000; expected 0 to 4095"),
        ]
        for (table, message) in cases {
            let error = #expect(throws: TableRefusal.self) { try rig.relays[1]?.adopt(table, at: rig.now) }
            #expect(error?.description == message)
        }
        #expect(rig.relays[1]?.tableVersion == 1)
        _ = rig.send(try RelayRig.media(stream: 1, origin: 1, sequence: 1), from: RelayRig.address(stream: 1), to: 1)
        #expect(rig.listeners() == [2, 3])
    }
}
