import Optimization
import Testing

@Suite struct StoppingTests {
    @Test func criteriaComposeToTheStricter() {
        let now = ContinuousClock.now
        let first = StoppingCriteria(deadline: now + .seconds(5), iterationLimit: 10)
        let second = StoppingCriteria(
            deadline: now + .seconds(3), timeLimit: .seconds(9), iterationLimit: 20, relativeGap: 0.1)
        let both = first.tightened(by: second)
        #expect(both.deadline == now + .seconds(3))
        #expect(both.timeLimit == .seconds(9))
        #expect(both.iterationLimit == 10)
        #expect(both.nodeLimit == nil)
        #expect(both.relativeGap == 0.1)
        #expect(both == second.tightened(by: first))
        #expect(first.deadline(startingAt: now) == now + .seconds(5))
        #expect(second.deadline(startingAt: now + .seconds(-8)) == now + .seconds(1))
        #expect(StoppingCriteria.none.deadline(startingAt: now) == nil)
    }

    @Test func aMonitorSaysWhyToStop() {
        let interrupter = Interrupter()
        let free = StopMonitor(criteria: .none, interrupter: interrupter)
        #expect(free.stopReason == nil)
        #expect(free.timeLeft == nil)
        let late = StopMonitor(criteria: StoppingCriteria(timeLimit: .zero), interrupter: interrupter)
        #expect(late.stopReason == .limitReached(.time))
        #expect(late.timeLeft == .zero)
        interrupter.interrupt()
        #expect(free.stopReason == .cancelled)
        #expect(late.stopReason == .cancelled, "a cancel goes before a deadline")
    }

    @Test func gapsAreRelativeToTheBound() {
        #expect(OptimalityGap.relative(objective: 110, bound: 100) == 0.1)
        #expect(OptimalityGap.relative(objective: -90, bound: -100) == 0.1)
        #expect(OptimalityGap.relative(objective: 0, bound: 0) == 0)
        #expect(OptimalityGap.relative(objective: 1, bound: 0) == .infinity)
        #expect(OptimalityGap.relative(objective: 1, bound: 1.0000001) == 0)
    }
}
