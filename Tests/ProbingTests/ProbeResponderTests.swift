import NIOCore
import Probing
import TestSupport
import Testing

@Suite("Probe responder")
struct ProbeResponderTests {
    static let source = ProbeSource(ipv4: 0xC000_0201, port: 5_000)

    /// A datagram, its source and its time, sent to a responder.
    private func send(
        _ message: ProbeMessage, run: UInt64 = 1, from source: ProbeSource = source, at now: UInt64 = 0,
        to responder: inout ProbeResponder
    ) throws -> ProbeMessage? {
        let reply = responder.receive(ProbeDatagram(run: run, message: message).encoded(), from: source, at: now)
        return try reply.map { try ProbeDatagram(decoding: $0).message }
    }

    private func cookie(
        run: UInt64 = 1, from source: ProbeSource = source, at now: UInt64 = 0, of responder: inout ProbeResponder
    ) throws -> ProbeCookie {
        let reply = try send(.hello(length: 64), run: run, from: source, at: now, to: &responder)
        guard case .challenge(let cookie) = reply else { throw Unexpected(reply: reply) }
        return cookie
    }

    private struct Unexpected: Error { var reply: ProbeMessage? }
    private static let probe = ProbePacket(sequence: 0, sentAt: 3)

    @Test("A flood of good, bad and forged datagrams gets no more bytes than it sends, and memory stays bounded")
    func flood() {
        var random = SplitMix64(seed: 3)
        var configuration = ProbeResponder.Configuration()
        configuration.runCapacity = 500
        var responder = ProbeResponder(configuration: configuration, secret: Array(repeating: 7, count: 32))
        var (now, replies) = (UInt64(0), 0)
        var cookies: [(ProbeCookie, ProbeSource, UInt64)] = []
        for _ in 0..<200_000 {
            now += UInt64(random.integer(0...20_000))
            var (source, datagram) = (
                ProbeSource(ipv4: UInt32(random.integer(0...20_000)), port: UInt16(random.integer(1...3))),
                ProbeDatagramTests.random(&random)
            )
            if let known = cookies.last, random.chance(0.3) {
                source = known.1
                datagram = ProbeDatagram(
                    run: known.2,
                    message: random.chance(0.5)
                        ? .probe(known.0, ProbePacket(sequence: UInt32(random.integer(0...99)), sentAt: 1), length: 64)
                        : .train(
                            known.0,
                            TrainPacket(train: 0, index: UInt16(random.integer(0...63)), count: 64, isReflected: true),
                            length: random.integer(64...1_400)))
            }
            var request = datagram.encoded()
            if random.chance(0.2) { request.setInteger(UInt8(random.integer(0...255)), at: random.integer(0...40)) }
            guard let reply = responder.receive(request, from: source, at: now) else { continue }
            replies += 1
            #expect(reply.readableBytes <= request.readableBytes)
            if let answer = try? ProbeDatagram(decoding: reply), case .challenge(let cookie) = answer.message {
                cookies.append((cookie, source, answer.run))
            }
            #expect(responder.runCount <= 500)
        }
        #expect(replies > 10_000)
        #expect(responder.counters.replied == replies)
        #expect(responder.counters.repliedBytes < responder.counters.receivedBytes)
        #expect(responder.runCount > 100)
    }

    @Test("Without a cookie of its own, a source gets no echo")
    func cookies() throws {
        var responder = ProbeResponder(secret: Array(0..<32))
        let good = try cookie(of: &responder)
        #expect(try send(.probe(good, Self.probe, length: 64), to: &responder) != nil)
        let stranger = ProbeSource(ipv4: 0xC000_0202, port: 5_000)
        let neighbour = ProbeSource(ipv4: 0xC000_0201, port: 5_001)
        #expect(try send(.probe(good, Self.probe, length: 64), from: stranger, to: &responder) == nil)
        #expect(try send(.probe(good, Self.probe, length: 64), from: neighbour, to: &responder) == nil)
        #expect(try send(.probe(good, Self.probe, length: 64), run: 2, to: &responder) == nil)
        for bit in 0..<128 {
            var forged = good
            if bit < 64 { forged.high ^= 1 << UInt64(bit) } else { forged.low ^= 1 << UInt64(bit - 64) }
            #expect(try send(.probe(forged, Self.probe, length: 64), to: &responder) == nil)
        }
        #expect(responder.counters.unrecognised == 131)
        var other = ProbeResponder(secret: Array(1..<33))
        #expect(try send(.probe(good, Self.probe, length: 64), to: &other) == nil)
    }

    @Test("A cookie is recognised for a minute at least and for two at most")
    func expiry() throws {
        let minute: UInt64 = 60_000_000_000
        for start in [0, minute / 2, minute - 1] {
            var responder = ProbeResponder(secret: Array(0..<32))
            let good = try cookie(at: start, of: &responder)
            let late = ProbePacket(sequence: 1, sentAt: 3)
            #expect(try send(.probe(good, Self.probe, length: 64), at: start + minute, to: &responder) != nil)
            #expect(try send(.probe(good, late, length: 64), at: start + 2 * minute + 1, to: &responder) == nil)
        }
    }

    @Test("Probes are counted once each, in any order, and a repeated one gets no echo")
    func repeats() throws {
        var random = SplitMix64(seed: 4)
        var responder = ProbeResponder(secret: Array(0..<32))
        let good = try cookie(of: &responder)
        var seen: Set<UInt32> = []
        for step in 0..<2_000 {
            let sequence = UInt32(max(0, step / 3 + random.integer(-20...20)))
            let reply = try send(
                .probe(good, ProbePacket(sequence: sequence, sentAt: 1), length: 64), at: UInt64(step) * 1_000_000,
                to: &responder)
            let isNew = seen.insert(sequence).inserted
            guard case .echo(let echo)? = reply else {
                #expect(!isNew, "probe \(sequence) at step \(step)")
                continue
            }
            #expect(isNew)
            #expect(echo.receivedCount == UInt32(seen.count))
        }
        #expect(responder.counters.repeated == 2_000 - seen.count)
    }

    @Test("Each source gets its rate, however many others send")
    func rates() {
        var limiter = SourceRateLimiter(bytesPerSecond: 10_000, burstBytes: 5_000, bits: 8, keys: (11, 13))
        var random = SplitMix64(seed: 5)
        // One source sends 100 kB/s for ten seconds: it gets its burst and 10 kB/s.
        let passed = (0..<10_000).filter { limiter.admits(100, from: 99, at: UInt64($0) * 1_000_000) }.count
        #expect((1_040...1_060).contains(passed))
        // Forty others overdo it in as many cells; a modest one still passes nearly always.
        var (modest, refused) = (0, 0)
        for step in 0..<200_000 {
            let now = 20_000_000_000 + UInt64(step) * 100_000
            _ = limiter.admits(100, from: UInt64(1_000 + random.integer(0...39)), at: now)
            guard step % 1_000 == 0 else { continue }
            modest += 1
            if !limiter.admits(100, from: 7, at: now) { refused += 1 }
        }
        #expect(modest == 200)
        #expect(refused <= 2)
    }

    @Test("Replies sent to a responder are dropped")
    func unexpected() throws {
        var responder = ProbeResponder(secret: Array(0..<32))
        #expect(try send(.challenge(ProbeCookie(high: 1, low: 2)), to: &responder) == nil)
        #expect(
            try send(
                .reflection(TrainPacket(train: 0, index: 0, count: 2, isReflected: true), length: 64), to: &responder)
                == nil)
        #expect(responder.counters.unexpected == 2)
    }
}
