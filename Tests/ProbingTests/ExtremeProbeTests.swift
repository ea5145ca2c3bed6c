import MeshTypes
import NIOCore
import Probing
import TestSupport
import Testing

/// Messages of the probe protocol whose fields are at the ends of what they can hold, towards both sides.
@Suite("Extremes of every field: probes")
struct ExtremeProbeTests {
    private static func message(_ random: inout SplitMix64, cookie: ProbeCookie) -> ProbeMessage {
        func word<Value: FixedWidthInteger>(_ usual: UInt64) -> Value {
            Value(truncatingIfNeeded: random.extreme(usual, 0.5))
        }
        let probe = ProbePacket(sequence: word(0), sentAt: word(1_000))
        // A decoder takes no index beyond the count.
        let count = max(1, word(16) as UInt16)
        let packet = TrainPacket(
            train: word(0), index: min(word(3), count - 1), count: count, isReflected: random.chance(0.5))
        let length = random.element(of: [64, 65, 1_200, 1_400])
        switch random.integer(0...7) {
        case 0: return .hello(length: length)
        case 1: return .challenge(ProbeCookie(high: word(0), low: word(0)))
        case 2: return .probe(random.chance(0.9) ? cookie : ProbeCookie(high: word(0), low: 1), probe, length: length)
        case 3:
            return .echo(
                ProbeEcho(probe: probe, receivedCount: word(1), receivedAt: word(2_000), repliedAt: word(2_000)))
        case 4: return .train(cookie, packet, length: length)
        case 5: return .reflection(packet, length: length)
        case 6: return .query(cookie, train: word(0), length: length)
        default:
            let spacing = TrainSpacing(pairs: word(3), nanoseconds: word(5), bytes: word(100))
            return .report(TrainReport(train: word(0), received: word(3), spacing: spacing))
        }
    }

    @Test("A responder goes on, and never says more than it was asked")
    func responder() throws {
        var random = SplitMix64(seed: 895)
        var responder = ProbeResponder(secret: Array(0..<32))
        let source = ProbeSource(ipv4: 0x0A00_0001, port: 9)
        var now: UInt64 = 1_000_000_000
        var cookie = ProbeCookie(high: 0, low: 0)
        for _ in 0..<Extremes.caseCount {
            let run = random.extreme(5, 0.05)
            let request = ProbeDatagram(run: run, message: Self.message(&random, cookie: cookie)).encoded()
            if let reply = responder.receive(request, from: source, at: now) {
                #expect(reply.readableBytes <= request.readableBytes)
                if run == 5, case .challenge(let given) = try ProbeDatagram(decoding: reply).message { cookie = given }
            }
            now += random.element(of: [1_000, 1_000_000, 100_000_000, 50_000_000_000])
        }
        #expect(responder.counters.replied > 100)
    }

    @Test("A prober goes on, and reports what can be")
    func prober() {
        var random = SplitMix64(seed: 896)
        for _ in 0..<max(50, Extremes.caseCount / 50) {
            var plan = ProbePlan()
            (plan.probeCount, plan.trainCount, plan.reflectsTrains) = (3, 2, true)
            var run = ProbeRun(plan: plan, run: 5)
            var now: UInt64 = 1_000
            var step = run.start(at: now)
            for _ in 0..<60 where step.outcome == nil {
                let message = Self.message(&random, cookie: ProbeCookie(high: 1, low: 2))
                step = run.receive(ProbeDatagram(run: random.extreme(5, 0.05), message: message).encoded(), at: now)
                now += random.element(of: [1_000, 1_000_000, 300_000_000])
                if step.outcome == nil { step = run.wake(at: now) }
            }
            guard case .measured(let report) = step.outcome else { continue }
            #expect((0...1).contains(report.loss))
            #expect([report.forwardLoss, report.backwardLoss].allSatisfy { $0.map { (0...1).contains($0) } ?? true })
            #expect(report.roundTrips.map { (0...60_000).contains($0.maximum.milliseconds) } ?? true)
            #expect([report.forwardBandwidth, report.roundTripBandwidth].allSatisfy { $0.map(\.isFinite) ?? true })
        }
    }
}
