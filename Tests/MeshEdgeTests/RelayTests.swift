import MediaTransport
import MeshAPI
import MeshEdge
import TestSupport
import Testing

@Suite("Relay")
struct RelayTests {
    /// Sites 1, 2, 3 in a row, and 4 beside 2: from each origin a tree.
    static func row() throws -> RelayRig {
        var rig = RelayRig()
        typealias Route = RelayTable.Route
        try rig.add(
            RelayRig.table(
                site: 1, neighbours: [2, 3, 4], routes: [Route(origin: 1, branches: [.init(to: 2, spares: [3, 4])])]))
        try rig.add(
            RelayRig.table(
                site: 2, neighbours: [1, 3, 4],
                routes: [
                    Route(origin: 1, branches: [.init(to: 3), .init(to: 4)]),
                    Route(origin: 2, branches: [.init(to: 1), .init(to: 3), .init(to: 4)]),
                ]))
        try rig.add(RelayRig.table(site: 3, neighbours: [1, 2]))
        try rig.add(RelayRig.table(site: 4, neighbours: [1, 2]))
        for (stream, site) in [(10, 1), (11, 1), (20, 2), (30, 3), (31, 3), (40, 4)] as [(UInt32, UInt16)] {
            #expect(try rig.attach(stream: stream, to: site) == .granted)
        }
        rig.pass(milliseconds: 50)
        rig.delivered = []
        return rig
    }

    @Test("Media reach everybody of the session once, and nobody twice")
    func tree() throws {
        var rig = try Self.row()
        let datagram = try RelayRig.media(stream: 10, origin: 1, sequence: 0)
        _ = rig.send(datagram, from: RelayRig.address(stream: 10), to: 1)
        #expect(rig.listeners() == [11, 20, 30, 31, 40])
        #expect(rig.delivered.allSatisfy { $0.bytes == datagram })
        #expect(rig.counters(1).forwarded == 2)
        #expect(rig.counters(2).forwarded == 3)
        // Again, from the participant or from a neighbour: nothing.
        _ = rig.send(datagram, from: RelayRig.address(stream: 10), to: 1)
        #expect(rig.delivered.isEmpty)
        _ = rig.send(datagram, from: RelayRig.address(site: 1), to: 2)
        #expect(rig.delivered.isEmpty)
        #expect(rig.counters(1).refused(.replayed) == 1)
        #expect(rig.counters(2).refused(.replayed) == 1)
    }

    @Test("A silent neighbour is replaced by its spares, and taken back when it is heard")
    func spares() throws {
        var rig = try Self.row()
        rig.dead = [2]
        rig.pass(milliseconds: 200)
        _ = rig.send(try RelayRig.media(stream: 10, origin: 1, sequence: 1), from: RelayRig.address(stream: 10), to: 1)
        #expect(rig.listeners() == [11, 30, 31, 40])
        #expect(rig.counters(1).silences == 1)
        rig.dead = []
        rig.pass(milliseconds: 100)
        _ = rig.send(try RelayRig.media(stream: 10, origin: 1, sequence: 2), from: RelayRig.address(stream: 10), to: 1)
        #expect(rig.listeners() == [11, 20, 30, 31, 40])
        #expect(rig.counters(1).spared == 2)
    }

    @Test("A new table forwards at once, the old one's ways go on for the overlap, then end")
    func overlap() throws {
        var rig = try Self.row()
        let table = RelayRig.table(
            site: 1, version: 2, neighbours: [2, 3, 4], routes: [.init(origin: 1, branches: [.init(to: 3)])])
        #expect(try rig.relays[1]?.adopt(table, at: rig.now) == true)
        #expect(try rig.relays[1]?.adopt(table, at: rig.now) == false)
        _ = rig.send(try RelayRig.media(stream: 10, origin: 1, sequence: 1), from: RelayRig.address(stream: 10), to: 1)
        #expect(rig.listeners() == [11, 20, 30, 31, 40])
        rig.pass(milliseconds: 510)
        _ = rig.send(try RelayRig.media(stream: 10, origin: 1, sequence: 2), from: RelayRig.address(stream: 10), to: 1)
        #expect(rig.listeners() == [11, 30, 31])
    }

    @Test(
        "A controller that forgot cannot empty a relay: no lower epoch, and no other folder while anybody is attached")
    func epochs() throws {
        var rig = try Self.row()
        func empty(version: UInt64, controller: String = "", epoch: UInt64) -> RelayTable {
            RelayTable(version: version, controller: controller, epoch: epoch, site: 3)
        }
        var table = RelayRig.table(site: 3, version: 2, neighbours: [1, 2])
        table.epoch = 5
        #expect(try rig.relays[3]?.adopt(table, at: rig.now) == true)
        // One that was followed by another, at whatever version.
        var error = #expect(throws: TableRefusal.self) {
            try rig.relays[3]?.adopt(empty(version: 900, epoch: 4), at: rig.now)
        }
        #expect(error?.description == "the table is of epoch 4; expected 5, which was seen, or a later one")
        // One with an empty folder of its own.
        error = #expect(throws: TableRefusal.self) {
            try rig.relays[3]?.adopt(empty(version: 900, controller: "0123456789", epoch: 1), at: rig.now)
        }
        #expect(
            error?.description.hasPrefix("the table is of a controller with another data folder, 01234567, while 2 are")
                == true)
        _ = rig.send(try RelayRig.media(stream: 10, origin: 1, sequence: 1), from: RelayRig.address(stream: 10), to: 1)
        #expect(rig.listeners() == [11, 20, 30, 31, 40])
        // The next start of the own one counts anew, from any version.
        table.epoch = 6
        table.version = 1
        #expect(try rig.relays[3]?.adopt(table, at: rig.now) == true)
        #expect(rig.relays[3]?.report(detailed: false).epoch == 6)
        // When nobody is left, the other may have it.
        for stream in [30, 31] as [UInt32] {
            _ = rig.send(
                try RelayRig.request(stream: stream, site: 3, mode: .detached, sequence: 100),
                from: RelayRig.address(stream: stream), to: 3)
        }
        #expect(try rig.relays[3]?.adopt(empty(version: 1, controller: "0123456789", epoch: 1), at: rig.now) == true)
        #expect(rig.relays[3]?.report(detailed: false).controller == "0123456789")
    }

    @Test("A participant in reserve gets signs of life and no media, and is active after one word")
    func reserve() throws {
        var rig = try Self.row()
        #expect(try rig.attach(stream: 50, to: 3, mode: .reserve) == .granted)
        _ = rig.send(try RelayRig.media(stream: 10, origin: 1, sequence: 1), from: RelayRig.address(stream: 10), to: 1)
        #expect(!rig.listeners().contains(50))
        // It may not speak either.
        _ = rig.send(try RelayRig.media(stream: 50, origin: 3, sequence: 1), from: RelayRig.address(stream: 50), to: 3)
        #expect(rig.counters(3).refused(.misplaced) == 1)
        rig.delivered = []
        rig.pass(milliseconds: 250)
        #expect(rig.delivered.contains { $0.to == RelayRig.address(stream: 50) && $0.bytes[2] == 5 })
        // No cookie: it is known at this address.
        let request = try RelayRig.request(stream: 50, site: 3, mode: .active, sequence: 9)
        let reply = try #require(rig.send(request, from: RelayRig.address(stream: 50), to: 3).first)
        #expect(reply[2] == MediaHeader.Kind.attached.rawValue)
        _ = rig.send(try RelayRig.media(stream: 10, origin: 1, sequence: 2), from: RelayRig.address(stream: 10), to: 1)
        #expect(rig.listeners().filter { $0 == 50 } == [50])
    }

    @Test("Capacity is kept, in places and in megabits; video goes before content, content before audio")
    func capacity() throws {
        var rig = RelayRig()
        try rig.add(RelayRig.table(site: 1)) {
            $0.participantCapacity = 2
            $0.reserveCapacity = 1
            $0.megabitsPerSecond = 1
            $0.queueLength = 40
        }
        #expect(try rig.attach(stream: 1, to: 1) == .granted)
        #expect(try rig.attach(stream: 2, to: 1) == .granted)
        #expect(try rig.attach(stream: 3, to: 1) == .full)
        #expect(try rig.attach(stream: 3, to: 1, mode: .reserve) == .granted)
        #expect(try rig.attach(stream: 4, to: 1, mode: .reserve) == .full)
        rig.delivered = []
        // 3 seconds of three classes at 0.6 Mbit/s each where 1 Mbit/s may leave.
        for step in 0..<300 {
            for trafficClass in TrafficClass.allCases {
                let bytes = try RelayRig.media(
                    stream: 1, origin: 1, sequence: UInt64(step), trafficClass: trafficClass, length: 666)
                rig.relays[1]?.receive(bytes, from: RelayRig.address(stream: 1), at: rig.now)
            }
            rig.now += 10_000_000
            rig.settle()
        }
        var arrived = [0, 0, 0]
        for (_, bytes) in rig.delivered where bytes[2] == 1 { arrived[Int(bytes[20] >> 4)] += 1 }
        #expect(arrived[Int(TrafficClass.audio.rawValue)] == 300)
        #expect(arrived[Int(TrafficClass.content.rawValue)] < 260)
        #expect(arrived[Int(TrafficClass.content.rawValue)] > 150)
        #expect(arrived[Int(TrafficClass.video.rawValue)] < 30)
        let bits = rig.delivered.reduce(0) { $0 + ($1.bytes.count + 48) * 8 }
        #expect(Double(bits) / 3e6 < 1.05)
        #expect(rig.counters(1).overflow[2] + rig.counters(1).stale[2] > 200)
        #expect(rig.counters(1).overflow[0] + rig.counters(1).stale[0] == 0)
    }

    @Test("A relay that is drained lets nobody in, tells those who are there, and goes on for them")
    func drain() throws {
        var rig = try Self.row()
        rig.relays[3]?.drain()
        #expect(try rig.attach(stream: 50, to: 3) == .draining)
        #expect(try rig.attach(stream: 51, to: 3, mode: .reserve) == .draining)
        rig.delivered = []
        rig.pass(milliseconds: 60)
        let beats = rig.delivered.filter { $0.bytes[2] == 5 && $0.to == RelayRig.address(stream: 30) }
        let beat = try #require(beats.last)
        let decoded = try Beat(decoding: beat.bytes.span)
        #expect(decoded.isDraining)
        _ = rig.send(try RelayRig.media(stream: 10, origin: 1, sequence: 1), from: RelayRig.address(stream: 10), to: 1)
        #expect(rig.listeners() == [11, 20, 30, 31, 40])
        // They leave one by one.
        for stream in [30, 31] as [UInt32] {
            let request = try RelayRig.request(stream: stream, site: 3, mode: .detached, sequence: 100)
            #expect(rig.send(request, from: RelayRig.address(stream: stream), to: 3).count == 1)
        }
        #expect(rig.relays[3]?.participantCount == 0)
    }

    @Test("Who says nothing for six seconds is let go; who speaks stays")
    func timeout() throws {
        var rig = try Self.row()
        for step in 0..<70 {
            rig.pass(milliseconds: 100)
            _ = rig.send(
                try RelayRig.media(stream: 10, origin: 1, sequence: UInt64(step)), from: RelayRig.address(stream: 10),
                to: 1)
        }
        #expect(rig.relays[1]?.participantCount == 1)
        #expect(rig.relays[3]?.participantCount == 0)
    }

    @Test("Links and participants are measured")
    func measured() throws {
        var rig = try Self.row()
        for step in 0..<200 {
            _ = rig.send(
                try RelayRig.media(stream: 10, origin: 1, sequence: UInt64(step)), from: RelayRig.address(stream: 10),
                to: 1)
        }
        // What comes by another way too is no loss of this one.
        for step in 0..<100 {
            let again = try RelayRig.media(stream: 10, origin: 1, sequence: UInt64(step))
            rig.relays[2]?.receive(again, from: RelayRig.address(site: 3), at: rig.now)
        }
        #expect(rig.relays[2]?.report(detailed: false).links.first { $0.site == 3 }?.received == 100)
        rig.pass(milliseconds: 100)
        let report = try #require(rig.relays[2]?.report(detailed: true))
        let link = try #require(report.links.first { $0.site == 1 })
        #expect(link.received == 200)
        #expect(link.loss == 0)
        #expect(report.links.first { $0.site == 3 }?.sent == 200)
        #expect(report.attachments.first { $0.stream == 20 }?.sent == 200)
        #expect(report.participants == 1)
    }
}
