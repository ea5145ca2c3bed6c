import MeshTypes
import NIOCore
import NIOPosix
import Probing
import Testing

/// On loopback, in real time. What a busy machine can add is allowed above the truth; nothing is allowed below it.
@Suite("Probing on sockets", .serialized)
struct ProbeSocketTests {
    private let group = MultiThreadedEventLoopGroup.singleton

    private var quick: ProbePlan {
        var plan = ProbePlan()
        plan.interval = 5_000_000
        plan.timeout = 500_000_000
        return plan
    }

    private func report(_ outcome: ProbeOutcome) throws -> ProbeReport {
        guard case .measured(let report) = outcome else { throw Unmeasured(outcome: outcome) }
        return report
    }

    private struct Unmeasured: Error { var outcome: ProbeOutcome }

    @Test("A responder on loopback answers", arguments: ["127.0.0.1", "::1"])
    func loopback(host: String) async throws {
        let service = try await ResponderService.start(host: host, port: 0, on: group)
        let address = try #require(service.address)
        var plan = quick
        plan.trainCount = 2
        plan.reflectsTrains = true
        let found = try report(try await ProbeClient.probe(address, plan: plan, on: group))
        #expect(found.sent == 20)
        #expect(found.received == 20)
        #expect(found.loss == 0)
        #expect(try #require(found.roundTrips).minimum.milliseconds < 20)
        #expect(try #require(found.forwardBandwidth) > 1)
        #expect(try #require(found.roundTripBandwidth) > 1)
        let counters = try await service.counters()
        #expect(counters.received >= 1 + 20 + 2 * 17)
        #expect(counters.repliedBytes <= counters.receivedBytes)
        await service.stop()
    }

    @Test("Through an emulated link, delay, loss and bandwidth are found")
    func emulated() async throws {
        let service = try await ResponderService.start(host: "127.0.0.1", port: 0, on: group)
        let proxy = try await LinkProxy.start(
            to: try #require(service.address),
            forward: EmulatedLink(delay: 30_000_000, meanJitter: 500_000, loss: 0.1, rates: [8], seed: 31),
            backward: EmulatedLink(delay: 20_000_000, meanJitter: 500_000, seed: 32), on: group)
        var plan = quick
        plan.probeCount = 60
        plan.trainCount = 3
        plan.attempts = 10
        // Times are judged in a run in which the link itself was never late by more than a packet takes at 8 Mbit/s; on a machine that has no such moment, not at
        // all: the same is held in emulated time by ``ProbeRunTests``. Losses are judged always.
        for _ in 0..<10 {
            _ = proxy.lateness.reset()
            let found = try report(try await ProbeClient.probe(try #require(proxy.address), plan: plan, on: group))
            let trips = try #require(found.roundTrips)
            #expect(found.loss > 0 && found.loss < 0.35)
            #expect(abs(try #require(found.forwardLoss) - found.loss) < 0.05)
            // 50 ms and the 0.1 ms that a probe takes; nothing is faster.
            #expect(trips.minimum.milliseconds >= 50)
            let bandwidth = try #require(found.forwardBandwidth)
            guard proxy.lateness.reset() < 1_000_000 else { continue }
            // 5 % above at most for the emptiest moment of sixty.
            #expect(trips.minimum.milliseconds <= 52.6)
            #expect((6.0...10.0).contains(bandwidth))
            break
        }
        try await proxy.stop()
        await service.stop()
    }

    @Test("Nobody there, a machine that refuses, and a stop are told apart")
    func absent() async throws {
        // Bound and silent.
        let silent = try await DatagramBootstrap(group: group).bind(host: "127.0.0.1", port: 0).get()
        let address = try #require(silent.localAddress)
        var plan = quick
        plan.attempts = 2
        plan.retryAfter = 20_000_000
        #expect(try await ProbeClient.probe(address, plan: plan, on: group) == .noAnswer(attempts: 2))

        plan.retryAfter = 30_000_000_000
        let endless = plan
        let task = Task { try await ProbeClient.probe(address, plan: endless, on: group) }
        try await Task.sleep(for: .milliseconds(20))
        task.cancel()
        let stopped = await task.result
        #expect(throws: ProbeError.self) { try stopped.get() }

        try await silent.close().get()
        do {
            _ = try await ProbeClient.probe(address, plan: plan, on: group)
            Issue.record("a closed port answered")
        } catch {
            #expect(error.code == .refused)
        }
    }

    @Test("What cannot be done says why in one line")
    func errors() async throws {
        var plan = ProbePlan()
        plan.probeCount = 0
        await #expect(throws: ProbeError(.invalidPlan, "the probe count is 0; expected 1 to 10000")) {
            try await ProbeClient.probe(host: "127.0.0.1", port: 9, plan: plan, on: group)
        }
        let first = try await ResponderService.start(host: "127.0.0.1", port: 0, on: group)
        let port = try #require(first.address?.port)
        do {
            _ = try await ResponderService.start(host: "127.0.0.1", port: port, on: group)
            Issue.record("two responders share a port")
        } catch {
            #expect(error.code == .socket)
            #expect(error.message.hasPrefix("127.0.0.1:\(port): cannot listen: "))
        }
        await first.stop()
    }
}
