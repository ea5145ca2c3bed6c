import Foundation
import MediaTransport
import TestSupport
import Testing

/// The vectors of `Documentation/Protocols/Media.md`, which another implementation computed; the document itself is read, so that it cannot drift.
@Suite("Vectors of the media protocol")
struct MediaVectorTests {
    private func vectors() throws -> [String: [UInt8]] {
        let url = SharedData.repositoryRoot.appending(path: "Documentation/Protocols/Media.md")
        let text = try String(contentsOf: url, encoding: .utf8)
        let section = try #require(text.components(separatedBy: "## Vectors").last)
        var vectors: [String: [UInt8]] = [:]
        for line in section.split(separator: "\n") {
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            guard cells.count == 2, cells[1].hasPrefix("`") else { continue }
            let digits = Array(cells[1].filter { $0 != "`" })
            vectors[cells[0]] = stride(from: 0, to: digits.count - 1, by: 2).compactMap {
                UInt8(String(digits[$0...($0 + 1)]), radix: 16)
            }
        }
        return vectors
    }

    private static let salt: UInt64 = 0xF0F1_F2F3_F4F5_F6F7

    private var secret: SessionSecret {
        get throws { try #require(SessionSecret(session: 0x0102_0304, epoch: 5, bytes: Array(0..<32))) }
    }

    private func header(_ kind: MediaHeader.Kind, _ sequence: UInt64, _ trafficClass: TrafficClass = .audio)
        -> MediaHeader
    {
        MediaHeader(
            kind: kind, epoch: 5, session: 0x0102_0304, stream: 0x0A0B_0C0D, salt: Self.salt,
            trafficClass: trafficClass, origin: 7, sequence: sequence)
    }

    @Test("Keys")
    func keys() throws {
        let (vectors, secret) = (try vectors(), try secret)
        let keys = secret.attachmentKeys(stream: 0x0A0B_0C0D)
        #expect(vectors.count == 11)
        #expect(vectors["media key"] == secret.mediaKey.bytes)
        #expect(vectors["up key"] == keys.up.bytes)
        #expect(vectors["down key"] == keys.down.bytes)
        #expect(vectors["link key, 7 to 8"] == KeyDerivation.linkKey(secret: Array(0..<32), from: 7, to: 8).bytes)
    }

    @Test("Media")
    func media() throws {
        let (vectors, key) = (try vectors(), try secret.mediaKey)
        let spoken = SealedMedia.seal(
            Array("hello, mesh".utf8), header: header(.media, 0x1122_3344_5566, .video), key: key)
        #expect(spoken == vectors["media, video, sequence `112233445566`, \"hello, mesh\""])
        let empty = SealedMedia.seal([], header: header(.media, 0), key: key)
        #expect(empty == vectors["media, audio, sequence 0, empty"])
        for bytes in [spoken, empty] {
            let bytes = try #require(bytes)
            #expect(DatagramTagTests.verifies(bytes, authenticated: MediaWire.headerLength, key: key))
        }
    }

    @Test("All other kinds")
    func control() throws {
        let (vectors, keys) = (try vectors(), try secret.attachmentKeys(stream: 0x0A0B_0C0D))
        let cookie: (high: UInt64, low: UInt64) = (0x0001_0203_0405_0607, 0x0809_0A0B_0C0D_0E0F)
        let attach = ControlDatagram.signed(header(.attach, 2), key: keys.up) {
            AttachRequest(cookie: cookie, mode: .active).encode(into: &$0)
        }
        #expect(attach == vectors["attach, active, all classes, sequence 2"])
        #expect(ControlDatagram.challenge(header(.attach, 2), cookie: cookie) == vectors["its challenge"])
        let attached = ControlDatagram.signed(header(.attached, 9), key: keys.down) {
            AttachReply(request: 2, status: .granted, mode: .active).encode(into: &$0)
        }
        #expect(attached == vectors["attached, sequence 9, granted"])
        let beat = ControlDatagram.signed(header(.beat, 10), key: keys.down) {
            Beat(sentAt: 1_000, echo: 2_000, mode: .active, isDraining: true).encode(into: &$0)
        }
        #expect(beat == vectors["beat of the server, sequence 10, sent at 1,000, echo 2,000, draining"])
        let link = ControlDatagram.signed(
            MediaHeader(kind: .link, session: 0, stream: 0, salt: Self.salt, origin: 7, sequence: 11),
            key: KeyDerivation.linkKey(secret: Array(0..<32), from: 7, to: 8)
        ) { LinkBeat(sentAt: 1, echo: 2, held: 3, forwarded: 4).encode(into: &$0) }
        #expect(link == vectors["link, sequence 11, 1, 2, 3, 4"])
    }

    @Test(
        "Addresses are read as they are written",
        arguments: ["192.0.2.1:4480", "[2001:db8:0:0:0:0:0:1]:65535", "0.0.0.0:0"])
    func addresses(text: String) throws {
        #expect(try #require(PeerAddress(text)).description == text)
    }

    @Test(
        "What is no address is none",
        arguments: [
            "", ":1", "1.2.3:4", "1.2.3.256:4", "1.2.3.4", "1.2.3.4:65536", "::1:4", "[::1]", "[1.2.3.4]:1", "host:1",
            "1.2.3.4:-1",
        ])
    func noAddresses(text: String) { #expect(PeerAddress(text) == nil) }
}
