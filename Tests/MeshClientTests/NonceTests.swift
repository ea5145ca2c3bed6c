import MediaTransport
import MeshAPI
import MeshClient
import MeshEdge
import TestSupport
import Testing

/// Overhears everything and writes down under which key and nonce each datagram was sealed.
struct NonceLedger {
    private struct Nonce: Hashable {
        var key: [UInt8]
        var nonce: [UInt8]
    }

    private var seen: [Nonce: [UInt8]] = [:]
    /// Datagrams that were sealed under a key and a nonce under which another was.
    private(set) var repeated: [[UInt8]] = []
    /// Datagrams that no key of the mesh explains.
    private(set) var unexplained = 0
    /// How many nonces there were, by kind of datagram.
    private(set) var counts: [MediaHeader.Kind: Int] = [:]

    mutating func take(_ bytes: [UInt8], from: PeerAddress, epochs: [UInt8]) {
        guard let header = Self.header(bytes), header.kind != .challenge else { return }
        guard let key = key(of: header, bytes, from) else {
            unexplained += 1
            return
        }
        // Bytes 4 to 27 are the nonce of the AEAD.
        let nonce = Nonce(key: key.bytes, nonce: Array(bytes[4..<28]))
        if let other = seen[nonce] {
            // A server hands on what a participant sealed: the same bytes.
            if other != bytes { repeated.append(bytes) }
        } else {
            seen[nonce] = bytes
            counts[header.kind, default: 0] += 1
        }
    }

    private static func header(_ bytes: [UInt8]) -> MediaHeader? { try? MediaHeader(decoding: bytes.span) }

    /// The key under which the datagram verifies.
    private func key(of header: MediaHeader, _ bytes: [UInt8], _ from: PeerAddress) -> DatagramKey? {
        let secret = SessionSecret(
            session: header.session, epoch: header.epoch, bytes: EmulatedMesh.secret(epoch: header.epoch))
        var keys: [DatagramKey] = []
        switch header.kind {
        case .media: keys = secret.map { [$0.mediaKey] } ?? []
        case .link:
            let site = UInt16(truncatingIfNeeded: from.low)
            keys = (1...8).map { other in
                KeyDerivation.linkKey(secret: EmulatedMesh.linkSecret(site, other), from: site, to: other)
            }
        default:
            let pair = secret?.attachmentKeys(stream: header.stream)
            keys = [pair?.up, pair?.down].compactMap { $0 }
        }
        let open = header.kind == .media ? MediaWire.headerLength : bytes.count - MediaWire.tagLength
        return keys.first { DatagramTag.verifies(bytes.span, authenticated: open, key: $0) }
    }
}

@Suite("No nonce twice")
struct NonceTests {
    private static func world(seed: UInt64) throws -> EmulatedMesh {
        var mesh = try EmulatedMesh(sites: 3, seed: seed)
        mesh.ledger = NonceLedger()
        for stream in 1...4 as ClosedRange<UInt32> {
            try mesh.join(
                stream, at: UInt16(stream % 3 + 1), spare: UInt16((stream + 1) % 3 + 1), salt: mesh.random.next())
        }
        mesh.run(milliseconds: 600)
        return mesh
    }

    @Test("Over restarts, moves, restores and takeovers no two datagrams are sealed alike, and nobody falls mute")
    func lives() throws {
        var mesh = try Self.world(seed: 880)
        for round in 0..<24 {
            let stream = UInt32(mesh.random.integer(1...4))
            let (site, spare) = (UInt16(mesh.random.integer(1...3)), UInt16(mesh.random.integer(1...3)))
            switch round % 6 {
            case 0:
                // A participant is killed and comes again under its name: the controller has given another number, or, restored from a backup, the same.
                let next = round % 4 == 0 ? stream : 100 + UInt32(round)
                mesh.participants[stream] = nil
                mesh.run(milliseconds: 300)
                try mesh.join(next, at: site, spare: spare, salt: mesh.random.next())
                if next != stream {
                    mesh.run(milliseconds: 400)
                    mesh.participants[next] = nil
                    try mesh.join(stream, at: site, spare: spare, salt: mesh.random.next())
                }
            case 1: try mesh.move(stream, to: site, spare: spare)
            case 2:
                // A server starts again, on a machine whose clock has stepped back by an hour.
                mesh.skew[site] = (mesh.skew[site] ?? 0) - 3_600_000_000
                try mesh.restart(site)
            case 3:
                // Another controller takes over, from the same folder: tables and views come anew.
                try mesh.publishTables()
                try mesh.move(stream, to: site, spare: spare)
            case 4:
                // Keys of another epoch, and back.
                let epoch = mesh.epochs[0] ^ 1
                mesh.epochs = [epoch, mesh.epochs[0]]
                try mesh.publishTables()
                for stream in 1...4 as ClosedRange<UInt32> {
                    try mesh.move(stream, to: mesh.sitesOf[stream]?.site ?? 1, spare: spare, withKeys: true)
                }
            default: mesh.dead = [site]
            }
            mesh.run(milliseconds: 900, every: 50)
            mesh.dead = []
            // After whatever it was, all hear all.
            mesh.run(milliseconds: 2_600, every: 50)
            mesh.heard = [:]
            mesh.run(milliseconds: 300, every: 50)
            for listener in 1...4 as ClosedRange<UInt32> {
                for speaker in 1...4 as ClosedRange<UInt32> where speaker != listener {
                    #expect(
                        mesh.heard[listener]?[speaker]?.isEmpty == false, "round \(round): \(speaker) at \(listener)")
                }
                #expect(!mesh.hasDuplicates(listener))
            }
        }
        let ledger = try #require(mesh.ledger)
        #expect(ledger.repeated.isEmpty)
        #expect(ledger.unexplained == 0)
        for kind in [MediaHeader.Kind.media, .attach, .attached, .beat, .link] {
            #expect((ledger.counts[kind] ?? 0) > 50, "\(kind)")
        }
    }

    @Test("The ledger finds what repeats: a participant, and a server, that had no salt of their own")
    func finds() throws {
        var mesh = try Self.world(seed: 881)
        for life in 0..<2 {
            try mesh.join(1, at: 1, spare: 2, salt: 7)
            mesh.run(milliseconds: 400)
            #expect((mesh.ledger?.repeated.isEmpty == false) == (life == 1))
        }
        mesh = try Self.world(seed: 882)
        mesh.ledger = NonceLedger()
        for _ in 0..<2 {
            try mesh.restart(2, salt: 7)
            mesh.run(milliseconds: 400)
        }
        #expect(mesh.ledger?.repeated.isEmpty == false)
    }

    @Test("A recorded life of a server or a neighbour is not believed, and a new one is")
    func recorded() throws {
        var mesh = try Self.world(seed: 883)
        // What site 2 says in this life is recorded, then comes again in the next.
        var recorded: [(bytes: [UInt8], to: PeerAddress)] = []
        for _ in 0..<60 {
            mesh.run(milliseconds: 5)
            recorded += mesh.underWay(from: 2).map { ($0.bytes, $0.to) }
        }
        #expect(recorded.count > 10)
        try mesh.restart(2)
        mesh.run(milliseconds: 1_500)
        // Its participant went to the spare meanwhile; it is called back.
        try mesh.move(1, to: 2, spare: 3)
        mesh.run(milliseconds: 500)
        #expect(mesh.participants[1]?.site == 2)
        let before = mesh.participants[1]?.counters.refused[.replayed] ?? 0
        for (bytes, to) in recorded where bytes[2] != MediaHeader.Kind.media.rawValue {
            mesh.inject(bytes, from: EmulatedMesh.address(site: 2), to: to)
        }
        mesh.run(milliseconds: 200)
        #expect((mesh.participants[1]?.counters.refused[.replayed] ?? 0) > before)
        for site in [1, 3] as [UInt16] {
            #expect((mesh.relays[site]?.counters.refused(.replayed) ?? 0) > 0)
            let link = try #require(mesh.relays[site]?.report(detailed: false).links.first { $0.site == 2 })
            #expect(!link.isSilent)
            #expect((15.0...30.0).contains(try #require(link.roundTrip)))
        }
    }
}
