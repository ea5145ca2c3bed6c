import Foundation
import MeshControl
import MeshSimulation
import MeshTypes
import MeshVerification
import Testing

/// Ticks that a deadline ends.
@Suite struct TickDeadlineTests {
    @Test(
        "a tick whose deadline is over leaves a plan that can be published, with a true gap",
        arguments: [UInt64](700..<720))
    func cutTicksAreFeasible(seed: UInt64) throws {
        var world = SimulationTests.world(seed)
        try world.open()
        for tick in 0..<40 {
            try world.pass(deadline: .now.advanced(by: .microseconds(tick % 3 * 150)))
            world.expectConsistent("seed \(seed), tick \(tick)")
            let verdict = try world.verdict()
            #expect(verdict.isVerified, "seed \(seed), tick \(tick): \(verdict.failures.prefix(2))")
        }
    }

    /// How late ticks are is measured by `rmc bench tick --deadline`; here, in the midst of other tests, only that deadlines work
    /// at all: in the median they end within 50 ms.
    @Test("ticks over a large world end at their deadline")
    func largeTicksEndInTime() throws {
        let parameters = SimulationTests.parameters(participants: 4_000, sessions: 40, sites: 60)
        var world = ControlledWorld(parameters, seed: 3, configuration: ControlConfiguration(threads: 2))
        try world.open()
        var late: [Double] = []
        var cut = 0
        for tick in 0..<60 {
            let allowed = Duration.milliseconds(1 + tick % 10)
            world.time = world.time.advanced(byMilliseconds: 1000)
            for event in world.world.next() { _ = try world.controller.handle(event, at: world.time) }
            let start = ContinuousClock.now
            let outcome = world.controller.tick(at: world.time, deadline: start.advanced(by: allowed))
            late.append((ContinuousClock.now - start - allowed) / .milliseconds(1))
            if outcome.report.wasCut { cut += 1 }
        }
        #expect(cut > 10, "the deadlines are short enough to end ticks")
        #expect(late.sorted()[30] < 50, "\(late.sorted())")
        let verdict = try world.verdict()
        #expect(verdict.isVerified, "\(verdict.failures.prefix(3))")
    }
}
