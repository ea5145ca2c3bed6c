import NIOCore
import Probing
import TestSupport
import Testing

@Suite("Probe datagrams")
struct ProbeDatagramTests {
    static func random(_ random: inout SplitMix64) -> ProbeDatagram {
        let cookie = ProbeCookie(high: random.next(), low: random.next())
        let probe = ProbePacket(sequence: UInt32(truncatingIfNeeded: random.next()), sentAt: random.next())
        let count = UInt16(random.integer(1...64))
        let packet = TrainPacket(
            train: UInt16(truncatingIfNeeded: random.next()), index: UInt16(random.integer(0...(Int(count) - 1))),
            count: count, isReflected: random.chance(0.5))
        let length = random.integer(64...1_400)
        let message: ProbeMessage =
            switch random.integer(0...7) {
            case 0: .hello(length: length)
            case 1: .challenge(cookie)
            case 2: .probe(cookie, probe, length: length)
            case 3:
                .echo(
                    ProbeEcho(
                        probe: probe, receivedCount: UInt32(truncatingIfNeeded: random.next()),
                        receivedAt: random.next(), repliedAt: random.next()))
            case 4: .train(cookie, packet, length: length)
            case 5: .reflection(packet, length: length)
            case 6: .query(cookie, train: packet.train, length: length)
            default:
                .report(
                    TrainReport(
                        train: packet.train, received: count,
                        spacing: TrainSpacing(
                            pairs: packet.index, nanoseconds: random.next(),
                            bytes: UInt32(truncatingIfNeeded: random.next()))))
            }
        return ProbeDatagram(run: random.next(), message: message)
    }

    @Test("What is encoded is decoded as it was")
    func roundTrip() throws {
        var random = SplitMix64(seed: 1)
        for _ in 0..<10_000 {
            let datagram = Self.random(&random)
            #expect(try ProbeDatagram(decoding: datagram.encoded()) == datagram)
        }
    }

    @Test("The test vectors of the specification")
    func vectors() throws {
        let cookie = ProbeCookie(high: 0x0001_0203_0405_0607, low: 0x0809_0A0B_0C0D_0E0F)
        let run: UInt64 = 0x1122_3344_5566_7788
        let probe = ProbePacket(sequence: 7, sentAt: 1_000_000_007)
        let vectors: [(ProbeMessage, String)] = [
            (.challenge(cookie), "524d435001020020 1122334455667788 000102030405060708090a0b0c0d0e0f"),
            (
                .echo(ProbeEcho(probe: probe, receivedCount: 6, receivedAt: 9, repliedAt: 10)),
                "524d435001040030 1122334455667788 00000007 000000003b9aca07 00000006 0000000000000009 000000000000000a"
            ),
            (
                .report(
                    TrainReport(
                        train: 2, received: 16, spacing: TrainSpacing(pairs: 15, nanoseconds: 3, bytes: 18_000))),
                "524d435001080022 1122334455667788 0002 0010 000f 0000000000000003 00004650"
            ),
            (.hello(length: 64), "524d435001010040 1122334455667788" + String(repeating: "00", count: 48)),
            (
                .probe(cookie, probe, length: 64),
                "524d435001030040 1122334455667788 000102030405060708090a0b0c0d0e0f 00000007 000000003b9aca07"
                    + String(repeating: "00", count: 20)
            ),
            (
                .train(cookie, TrainPacket(train: 2, index: 3, count: 16, isReflected: true), length: 64),
                "524d435001050040 1122334455667788 000102030405060708090a0b0c0d0e0f 0002 0003 0010 0001"
                    + String(repeating: "00", count: 24)
            ),
            (
                .reflection(TrainPacket(train: 2, index: 3, count: 16, isReflected: true), length: 64),
                "524d435001060040 1122334455667788 0002 0003 0010 0001" + String(repeating: "00", count: 40)
            ),
            (
                .query(cookie, train: 2, length: 64),
                "524d435001070040 1122334455667788 000102030405060708090a0b0c0d0e0f 0002"
                    + String(repeating: "00", count: 30)
            ),
        ]
        for (message, text) in vectors {
            let bytes = Self.bytes(text)
            let datagram = ProbeDatagram(run: run, message: message)
            #expect(Array(datagram.encoded().readableBytesView) == bytes, "\(message)")
            #expect(try ProbeDatagram(decoding: ByteBuffer(bytes: bytes)) == datagram)
        }
    }

    @Test("Bytes that were changed, cut or made up are refused or read, and never trap")
    func garbage() {
        var random = SplitMix64(seed: 2)
        var refusals: Set<ProbeRefusal> = []
        var understood = 0
        for _ in 0..<30_000 {
            var bytes = Array(Self.random(&random).encoded().readableBytesView)
            switch random.integer(0...3) {
            case 0: bytes = (0..<random.integer(0...100)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            case 1: bytes.removeLast(random.integer(1...bytes.count))
            case 2: bytes.append(contentsOf: [UInt8](repeating: 0, count: random.integer(1...2_000)))
            default: bytes[random.integer(0...min(31, bytes.count - 1))] ^= UInt8(random.integer(1...255))
            }
            do throws(ProbeRefusal) {
                let datagram = try ProbeDatagram(decoding: ByteBuffer(bytes: bytes))
                understood += 1
                #expect(datagram.encoded().readableBytes == bytes.count)
            } catch {
                refusals.insert(error)
            }
        }
        #expect(
            refusals == Set(ProbeRefusal.allCases).subtracting([.unpadded]) || refusals == Set(ProbeRefusal.allCases))
        #expect(understood > 100)
    }

    @Test("A request that is too short to be answered is refused, whatever length it states")
    func unpadded() {
        var bytes = Array(ProbeDatagram(run: 1, message: .hello(length: 64)).encoded().readableBytesView)
        bytes.removeLast()
        bytes[7] = 63
        #expect(throws: ProbeRefusal.unpadded) { try ProbeDatagram(decoding: ByteBuffer(bytes: bytes)) }
    }

    static func bytes(_ text: String) -> [UInt8] {
        let digits = Array(text.filter { !$0.isWhitespace })
        return stride(from: 0, to: digits.count, by: 2).compactMap { UInt8(String(digits[$0...($0 + 1)]), radix: 16) }
    }
}
