import MediaTransport
import MeshAPI
import MeshClient
import MeshTypes
import TestSupport
import Testing

@Suite("What a participant does not believe")
struct HostileServerTests {
    @Test("Forged, fuzzed and foreign datagrams change nothing")
    func fuzz() throws {
        var mesh = try EmulatedMesh(sites: 2, seed: 830)
        try mesh.join(1, at: 1, spare: 2)
        try mesh.join(2, at: 2, spare: 1)
        mesh.run(milliseconds: 600)
        var participant = try #require(mesh.participants[1])
        var random = SplitMix64(seed: 831)
        let key = try #require(DatagramKey(Array(repeating: 1, count: 32)))
        let refusal = ControlDatagram.signed(
            MediaHeader(kind: .attached, session: 9, stream: 1, origin: 1, sequence: MediaWire.greatestSequence),
            key: key
        ) { AttachReply(request: 1, status: .full, mode: .detached).encode(into: &$0) }
        let media = try #require(
            SealedMedia.seal(
                [1], header: MediaHeader(kind: .media, session: 9, stream: 2, origin: 2, sequence: 9_999), key: key))
        let challenge = ControlDatagram.challenge(
            MediaHeader(kind: .attach, session: 9, stream: 1, origin: 1, sequence: 1), cookie: (1, 2))
        for _ in 0..<20_000 {
            var bytes = random.element(of: [refusal, media, challenge])
            if random.chance(0.7) { bytes[random.integer(0...(bytes.count - 1))] ^= UInt8(1 << random.integer(0...7)) }
            if random.chance(0.1) { bytes.removeLast(random.integer(0...(bytes.count - 1))) }
            let source = random.element(of: [
                EmulatedMesh.address(site: 1), EmulatedMesh.address(site: 2), EmulatedMesh.address(stream: 4),
            ])
            #expect(participant.receive(bytes, from: source, at: mesh.now) == nil)
        }
        #expect(participant.takeOutbox().isEmpty)
        #expect(participant.takeEvents().isEmpty)
        #expect(participant.site == 1)
        #expect((participant.counters.refused[.forged] ?? 0) > 1_000)
        #expect((participant.counters.refused[.stranger] ?? 0) > 1_000)
    }

    @Test("Views that make no sense are refused in one line")
    func views() throws {
        var mesh = try EmulatedMesh(sites: 2, seed: 832)
        try mesh.join(1, at: 1)
        var bad = mesh.view(site: 1, spare: nil)
        bad.version = 99
        bad.site = 7
        var error = #expect(throws: ParticipantError.self) { try mesh.participants[1]?.adopt(bad, at: mesh.now) }
        #expect(error?.description == "site 7 is not among the view's servers")
        bad.servers[0].address = "nowhere"
        error = #expect(throws: ParticipantError.self) { try mesh.participants[1]?.adopt(bad, at: mesh.now) }
        #expect(error?.description == "server 1: 'nowhere' is no address; expected 192.0.2.1:4480")
        #expect(mesh.participants[1]?.version == 1)
    }

    @Test("A token is a line of text that says what it said")
    func tokens() throws {
        var random = SplitMix64(seed: 833)
        for _ in 0..<500 {
            let place = GeoCoordinate(latitude: random.fraction() * 180 - 90, longitude: random.fraction() * 360 - 180)
            var trips: [UInt16: Double] = [:]
            for _ in 0..<random.integer(0...30) { trips[UInt16(random.integer(0...4_095))] = random.fraction() * 400 }
            let token = LocationToken(coordinate: place, roundTrips: trips)
            #expect(LocationToken(token.description) == token)
            #expect(token.roundTrips.count == min(16, trips.count))
            var text = Array(token.description.utf8)
            text[random.integer(0...(text.count - 1))] = UInt8(random.integer(32...126))
            _ = LocationToken(String(decoding: text, as: UTF8.self))
        }
        for text in ["", "RMC1.", "RMC1.AAAA", "RMC2.AAAAAA", "RMC1.!!!!!!", "RMC1.//////"] {
            #expect(LocationToken(text) == nil)
        }
    }
}
