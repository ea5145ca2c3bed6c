import Foundation
import MediaTransport
import MeshAPI
import MeshClient
import MeshTypes
import TestSupport
import Testing

/// What servers, others of the session and a controller can send to a participant: genuine, with fields at the ends of what they can hold.
@Suite("Extremes of every field: participants")
struct ExtremeServerTests {
    @Test("Genuine datagrams of every kind with extreme fields: the participant goes on")
    func datagrams() throws {
        var mesh = try EmulatedMesh(sites: 2, seed: 890)
        try mesh.join(1, at: 1, spare: 2)
        try mesh.join(2, at: 2, spare: 1)
        mesh.run(milliseconds: 300)
        var random = SplitMix64(seed: 891)
        let secret = try #require(
            SessionSecret(session: EmulatedMesh.session, epoch: 0, bytes: EmulatedMesh.secret(epoch: 0)))
        let keys = secret.attachmentKeys(stream: 1)
        for step in 0..<Extremes.caseCount {
            let kind = random.element(of: MediaHeader.Kind.allCases)
            let place = UInt16(random.integer(1...2))
            let header = MediaHeader(
                kind: kind, epoch: UInt8(truncatingIfNeeded: random.extreme(0, 0.05)), session: EmulatedMesh.session,
                stream: UInt32(truncatingIfNeeded: random.extreme(kind == .media ? 2 : 1, 0.1)),
                salt: random.extreme(UInt64(place), 0.3), trafficClass: random.element(of: TrafficClass.allCases),
                origin: UInt16(truncatingIfNeeded: random.extreme(UInt64(place), 0.05)),
                sequence: random.extreme(UInt64(step), 0.5))
            let mode = random.element(of: [AttachRequest.Mode.active, .reserve, .detached])
            let status = random.element(of: [AttachReply.Status.granted, .full, .draining])
            let words = (0..<4).map { _ in random.extreme(mesh.now &- 1_000_000, 0.6) }
            let bytes: [UInt8]
            switch kind {
            case .media: bytes = try #require(SealedMedia.seal([1, 2], header: header, key: secret.mediaKey))
            case .challenge: bytes = ControlDatagram.challenge(header, cookie: (words[0], words[1]))
            case .attached:
                bytes = ControlDatagram.signed(header, key: keys.down) {
                    AttachReply(request: words[0], status: status, mode: mode).encode(into: &$0)
                }
            case .beat:
                bytes = ControlDatagram.signed(header, key: keys.down) {
                    Beat(sentAt: words[0], echo: words[1], mode: mode, isDraining: words[2] & 1 == 1).encode(into: &$0)
                }
            case .attach, .link:
                bytes = ControlDatagram.signed(header, key: keys.up) {
                    $0[MediaWire.headerLength] = UInt8(truncatingIfNeeded: words[0])
                }
            }
            mesh.inject(bytes, from: EmulatedMesh.address(site: place), to: EmulatedMesh.address(stream: 1))
            mesh.run(milliseconds: step % 8 == 0 ? random.integer(1...30) : 1)
            if step % 64 == 0 {
                let trips = mesh.participants[1]?.roundTrips ?? [:]
                #expect(trips.values.allSatisfy { (0...60_000).contains($0) })
                _ = mesh.participants[1]?.streamReports
            }
        }
        // Who had the servers' keys could speak for them in that life. In the next ones it is served again, and hears who comes.
        for site in [1, 2] as [UInt16] { try mesh.restart(site) }
        try mesh.join(3, at: 2, spare: 1)
        mesh.run(milliseconds: 5_000)
        #expect(mesh.participants[1]?.site != nil)
        #expect((mesh.heard[1]?[3]?.count ?? 0) > 100)
    }

    @Test("Views with extreme fields are followed or refused, whatever they hold")
    func views() throws {
        var random = SplitMix64(seed: 892)
        var (taken, refused) = (0, 0)
        for round in 0..<max(50, Extremes.caseCount / 100) {
            var mesh = try EmulatedMesh(sites: 2, seed: 893)
            try mesh.join(1, at: 1, spare: 2)
            for _ in 0..<10 {
                var view = mesh.view(site: 1, spare: 2)
                view.version = random.extreme(UInt64(round) + 2)
                view.epoch = random.extreme(0, 0.1)
                if random.chance(0.2) { view.site = UInt16(truncatingIfNeeded: random.extreme(2)) }
                if random.chance(0.2) { view.spare = UInt16(truncatingIfNeeded: random.extreme(1)) }
                for index in view.servers.indices {
                    if random.chance(0.1) { view.servers[index].site = UInt16(truncatingIfNeeded: random.extreme(1)) }
                    view.servers[index].latitude = random.element(of: [nil, -90, 1e308, -1e308, .leastNonzeroMagnitude])
                    view.servers[index].longitude = random.element(of: [nil, 180, -1.7e308, 0])
                }
                let sent = try ParticipantMesh(json: try view.json())
                if follow(sent, &mesh) { taken += 1 } else { refused += 1 }
                mesh.run(milliseconds: 20)
            }
        }
        #expect(taken > 50 && refused > 50)
        let nowhere = GeoCoordinate(latitude: .nan, longitude: .infinity)
        #expect(LocationToken(coordinate: nowhere, roundTrips: [1: .nan]).description.hasPrefix("RMC1."))
    }

    /// Whether the participant follows a view.
    private func follow(_ view: ParticipantMesh, _ mesh: inout EmulatedMesh) -> Bool {
        do {
            try mesh.participants[1]?.adopt(view, at: mesh.now)
            return true
        } catch {
            return false
        }
    }

    @Test("A view of an earlier epoch, or of another controller, changes nothing")
    func epochs() throws {
        var mesh = try EmulatedMesh(sites: 2, seed: 894)
        try mesh.join(1, at: 1, spare: 2)
        mesh.run(milliseconds: 300)
        var view = mesh.view(site: 1, spare: 2)
        (view.epoch, view.version) = (4, 1)
        try mesh.participants[1]?.adopt(view, at: mesh.now)
        #expect(mesh.participants[1]?.version == 1)
        (view.epoch, view.version, view.site, view.spare) = (3, 99, 2, 1)
        var error = #expect(throws: ParticipantError.self) { try mesh.participants[1]?.adopt(view, at: mesh.now) }
        #expect(error?.description == "the view is of epoch 3; expected 4, which was seen, or a later one")
        (view.epoch, view.controller) = (9, "another-folder")
        error = #expect(throws: ParticipantError.self) { try mesh.participants[1]?.adopt(view, at: mesh.now) }
        #expect(error?.description.hasPrefix("the view is of a controller with another data folder, another-") == true)
        mesh.run(milliseconds: 500)
        #expect(mesh.participants[1]?.site == 1)
    }
}
