import MediaTransport
import TestSupport
import Testing

@Suite("Datagram tags")
struct DatagramTagTests {
    static func key(_ random: inout SplitMix64) throws -> DatagramKey {
        try #require(DatagramKey((0..<32).map { _ in UInt8(truncatingIfNeeded: random.next()) }))
    }

    static func header(_ random: inout SplitMix64) throws -> MediaHeader {
        MediaHeader(
            kind: .media, epoch: UInt8(truncatingIfNeeded: random.next()),
            session: UInt32(truncatingIfNeeded: random.next()),
            stream: UInt32(truncatingIfNeeded: random.next()), salt: random.next(),
            trafficClass: random.element(of: TrafficClass.allCases),
            origin: UInt16(truncatingIfNeeded: random.next()), sequence: random.next())
    }

    /// The expectation macros cannot take spans apart.
    static func verifies(_ datagram: [UInt8], authenticated: Int, key: DatagramKey) -> Bool {
        DatagramTag.verifies(datagram.span, authenticated: authenticated, key: key)
    }

    static func decoded(_ datagram: [UInt8]) throws -> MediaHeader { try MediaHeader(decoding: datagram.span) }

    @Test("What swift-crypto sealed verifies, at every length")
    func agrees() throws {
        var random = SplitMix64(seed: 801)
        for length in 0...MediaWire.greatestPayload {
            let payload = (0..<length).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            let (key, header) = (try Self.key(&random), try Self.header(&random))
            let datagram = try #require(SealedMedia.seal(payload, header: header, key: key))
            #expect(Self.verifies(datagram, authenticated: MediaWire.headerLength, key: key))
            #expect(SealedMedia.open(datagram, key: key) == payload)
            #expect(try Self.decoded(datagram) == header)
        }
        #expect(
            SealedMedia.seal(
                Array(repeating: 0, count: MediaWire.greatestPayload + 1), header: try Self.header(&random),
                key: try Self.key(&random)) == nil)
    }

    @Test("A changed bit, a wrong key and a cut are found, by relay and participant alike")
    func forgeries() throws {
        var random = SplitMix64(seed: 802)
        for _ in 0..<4_000 {
            let payload = (0..<random.integer(0...300)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            let key = try Self.key(&random)
            var datagram = try #require(SealedMedia.seal(payload, header: try Self.header(&random), key: key))
            #expect(!Self.verifies(datagram, authenticated: MediaWire.headerLength, key: try Self.key(&random)))
            let bit = random.integer(0...(datagram.count * 8 - 1))
            datagram[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(!Self.verifies(datagram, authenticated: MediaWire.headerLength, key: key))
            #expect(SealedMedia.open(datagram, key: key) == nil)
        }
    }

    @Test("Words of ones, where carries run longest, agree too")
    func carries() throws {
        let key = try #require(DatagramKey(Array(repeating: 0xFF, count: 32)))
        for length in 0..<200 {
            for sequence in 0..<40 {
                let header = MediaHeader(kind: .media, session: 1, stream: 2, origin: 3, sequence: UInt64(sequence))
                let datagram = try #require(
                    SealedMedia.seal(Array(repeating: 0xFF, count: length), header: header, key: key))
                #expect(Self.verifies(datagram, authenticated: MediaWire.headerLength, key: key))
            }
        }
    }

    @Test("The salted key is the draft's HChaCha20")
    func salted() throws {
        let key = try #require(DatagramKey(Array(0..<32)))
        let header = [0, 0, 0, 0] + [0, 0, 0, 9, 0, 0, 0, 0x4A, 0, 0, 0, 0, 0x31, 0x41, 0x59, 0x27] as [UInt8]
        // draft-irtf-cfrg-xchacha-03, 2.2.1.
        let expected = "82413b4227b27bfed30e42508a877d73a0f9e4d58a74a853c12ec41326d3ecdc"
        let found = SaltedKey(key, of: header.span).bytes
        #expect(found.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined() == expected)
        // Every bit of session, stream and salt makes another key.
        var keys: Set<SaltedKey> = []
        for bit in 32..<160 {
            var other = header
            other[bit / 8] ^= 1 << UInt8(bit % 8)
            keys.insert(SaltedKey(key, of: other.span))
        }
        #expect(keys.count == 128)
    }

    @Test("A signed control datagram verifies; with any bit changed it does not")
    func signed() throws {
        var random = SplitMix64(seed: 803)
        let key = try Self.key(&random)
        var header = try Self.header(&random)
        header.kind = .attach
        let request = AttachRequest(cookie: (random.next(), random.next()), mode: .reserve, classes: 5)
        let bytes = ControlDatagram.signed(header, key: key) { request.encode(into: &$0) }
        #expect(bytes.count == 96)
        let decoded = try AttachRequest(decoding: bytes.span)
        #expect(decoded == request)
        for bit in 0..<bytes.count * 8 {
            var forged = bytes
            forged[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(!Self.verifies(forged, authenticated: 80, key: key))
        }
        #expect(Self.verifies(bytes, authenticated: 80, key: key))
    }
}
