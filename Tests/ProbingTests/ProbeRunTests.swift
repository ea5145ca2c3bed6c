import MeshTypes
import NIOCore
import Probing
import TestSupport
import Testing

@Suite("Probe runs over emulated links")
struct ProbeRunTests {
    private func report(_ outcome: ProbeOutcome) throws -> ProbeReport {
        guard case .measured(let report) = outcome else { throw Unmeasured() }
        return report
    }

    private struct Unmeasured: Error {}

    /// Within 5 % or 1 ms.
    private func isClose(_ microseconds: Int64, _ nanoseconds: UInt64) -> Bool {
        let truth = Double(nanoseconds) / 1_000
        return abs(Double(microseconds) - truth) <= max(0.05 * truth, 1_000)
    }

    @Test("Round trips, loss either way and bandwidth are found, over many paths")
    func estimates() throws {
        var random = SplitMix64(seed: 6)
        for path in 0..<300 {
            let delays = (UInt64(random.integer(500_000...150_000_000)), UInt64(random.integer(500_000...150_000_000)))
            let jitter = random.chance(0.5) ? Double(random.integer(0...5_000_000)) : 0
            let losses = (random.fraction() * 0.2, random.chance(0.5) ? random.fraction() * 0.2 : 0)
            let rate = Double(random.integer(2...200))
            var simulated = SimulatedPath(
                forward: EmulatedLink(
                    delay: delays.0, meanJitter: jitter, loss: losses.0, rates: [rate], seed: random.next()),
                backward: EmulatedLink(delay: delays.1, meanJitter: jitter, loss: losses.1, seed: random.next()),
                clockOffset: random.next() >> 2)
            var plan = ProbePlan()
            plan.probeCount = 100
            plan.attempts = 12
            plan.trainCount = 5
            let (outcome, truth, _) = simulated.run(plan, number: random.next())
            let found = try report(outcome)
            let sorted = truth.roundTrips.sorted()
            let trips = try #require(found.roundTrips)
            #expect(isClose(trips.minimum.microseconds, sorted[0]), "path \(path)")
            #expect(isClose(trips.median.microseconds, sorted[(sorted.count - 1) / 2]), "path \(path)")
            #expect(isClose(trips.mean.microseconds, sorted.reduce(0, +) / UInt64(sorted.count)), "path \(path)")
            #expect(isClose(trips.maximum.microseconds, sorted[sorted.count - 1]), "path \(path)")
            #expect(found.sent == truth.probesSent)
            #expect(found.received == truth.roundTrips.count)
            // Exact but for losses after the last echo, which cannot be told apart.
            let forward = try #require(found.forwardLoss)
            #expect(abs(forward - Double(truth.probesLostForward) / 100) <= 0.03, "path \(path)")
            let backward = Double(truth.echoesLost) / Double(truth.probesSent - truth.probesLostForward)
            #expect(abs(try #require(found.backwardLoss) - backward) <= 0.03, "path \(path)")
            if jitter == 0 {
                let bandwidth = try #require(found.forwardBandwidth)
                #expect(abs(bandwidth - rate) <= 0.05 * rate, "path \(path): \(bandwidth) of \(rate)")
            }
        }
    }

    @Test("Queueing is found on the way that has it")
    func queueing() throws {
        for isForward in [true, false] {
            let (busy, idle) = (
                EmulatedLink(delay: 20_000_000, meanJitter: 8_000_000, seed: 7),
                EmulatedLink(delay: 70_000_000, seed: 8)
            )
            var path = SimulatedPath(
                forward: isForward ? busy : idle, backward: isForward ? idle : busy, clockOffset: 1 << 62)
            var plan = ProbePlan()
            plan.probeCount = 200
            let found = try report(path.run(plan, number: 9).outcome)
            let queueing = try #require(found.queueing)
            let (more, less) = isForward ? (queueing.forward, queueing.backward) : (queueing.backward, queueing.forward)
            #expect(less.microseconds == 0)
            // The median of an exponential distribution is its mean times ln 2.
            #expect((4_000...7_500).contains(more.microseconds))
        }
    }

    @Test("Reflected trains find the narrower way")
    func reflection() throws {
        var path = SimulatedPath(
            forward: EmulatedLink(delay: 10_000_000, rates: [80], seed: 1),
            backward: EmulatedLink(delay: 10_000_000, rates: [16], seed: 2))
        var plan = ProbePlan()
        plan.trainCount = 3
        plan.reflectsTrains = true
        let found = try report(path.run(plan, number: 9).outcome)
        #expect(abs(try #require(found.forwardBandwidth) - 80) < 4)
        #expect(abs(try #require(found.roundTripBandwidth) - 16) < 0.8)
    }

    @Test("A run ends in bounded time, whatever is lost, and says what it has")
    func ends() {
        var random = SplitMix64(seed: 10)
        for _ in 0..<200 {
            var path = SimulatedPath(
                forward: EmulatedLink(delay: 1_000_000, loss: random.fraction(), seed: random.next()),
                backward: EmulatedLink(delay: 1_000_000, loss: random.fraction(), seed: random.next()))
            var plan = ProbePlan()
            plan.probeCount = random.integer(1...40)
            plan.trainCount = random.integer(0...3)
            let (outcome, truth, ended) = path.run(plan, number: random.next())
            // Hellos 0.25 + 0.5 + 1 + 2 s; probes; the timeout; a train and its queries.
            #expect(
                Double(ended) / 1e9 - 1 < 3.75 + Double(plan.probeCount) * 0.05 + 1 + Double(plan.trainCount) * 4.75)
            switch outcome {
            case .noAnswer(let attempts): #expect(attempts == plan.attempts && truth.probesSent == 0)
            case .measured(let report):
                #expect(report.sent == plan.probeCount)
                #expect(report.received == truth.roundTrips.count)
                #expect((report.roundTrips == nil) == (report.received == 0))
            }
        }
    }

    @Test("Replies that were forged, changed, replayed or late move nothing")
    func forgery() throws {
        var random = SplitMix64(seed: 11)
        var plan = ProbePlan()
        plan.probeCount = 3
        var responder = ProbeResponder(secret: Array(0..<32))
        var run = ProbeRun(plan: plan, run: 77)
        var step = run.start(at: 0)
        var now: UInt64 = 0
        while step.outcome == nil {
            let sent = step.send
            now += 1_000_000
            for request in sent {
                guard let reply = responder.receive(request, from: ProbeSource(ipv4: 1, port: 1), at: now) else {
                    continue
                }
                // First what an attacker sends: other runs, other sequences, other times, garbage.
                for _ in 0..<20 {
                    var forged = reply
                    let place = random.integer(4...(reply.readableBytes - 1))
                    let isEcho = reply.readableBytes == 48
                    // Counts and the responder's clock are the responder's word; the rest must match.
                    guard !isEcho || place < 28, isEcho || place < 16 else { continue }
                    forged.setInteger(
                        (reply.getInteger(at: place, as: UInt8.self) ?? 0) ^ UInt8(random.integer(1...255)), at: place)
                    step = run.receive(forged, at: now)
                    #expect(step.send.isEmpty && step.outcome == nil)
                }
                step = run.receive(reply, at: now)
                #expect(run.receive(reply, at: now + 5).send.isEmpty)
                if step.outcome != nil { break }
            }
            if step.outcome == nil, step.send.isEmpty, let due = step.wakeAt {
                now = due
                step = run.wake(at: now)
            }
        }
        guard case .measured(let report)? = step.outcome else { throw Unmeasured() }
        #expect(report.received == 3)
        #expect(report.roundTrips?.maximum.microseconds == 1_000)
        #expect(report.discarded > 20)
    }

    @Test("A plan that cannot be carried out says why")
    func plans() {
        var plan = ProbePlan()
        #expect(plan.problem == nil)
        plan.trainLength = 65
        #expect(plan.problem == "the train length is 65; expected 2 to 64")
        plan = ProbePlan()
        plan.interval = 10
        #expect(plan.problem == "the interval between probes is 1e-05 ms; expected 1 ms to 60 s")
    }
}
