import Foundation
import GLPKSolver
import Optimization
import Synchronization
import TestSupport
import Testing

/// Limits, deadlines and interrupts end a running solve soon, and what is known then comes back.
@Suite(.serialized) struct StoppingTests {
    let solver = GLPKLinearSolver()

    /// A stop takes effect within some 10 ms on an idle machine; a busy one with other tests beside may take longer to
    /// notice. Unstopped, these solves run for seconds to hours.
    private static let patience = Duration.milliseconds(1_500)

    @Test func theClockIsOurs() {
        #expect(GLPKSession.canInterrupt)
    }

    /// Interrupts `work` after a while and returns the time from the interrupt to the end. A thread of its own does
    /// it: the pool of Swift's tasks may be busy with other tests for longer than the solve takes.
    private func latency(
        of work: (Interrupter) throws -> LinearResult
    ) throws -> (Duration, LinearResult) {
        let interrupter = Interrupter()
        let interrupted = Mutex<ContinuousClock.Instant?>(nil)
        Thread.detachNewThread {
            Thread.sleep(forTimeInterval: 0.1)
            interrupted.withLock { $0 = .now }
            interrupter.interrupt()
        }
        let result = try work(interrupter)
        let end = ContinuousClock.now
        let start = try #require(interrupted.withLock { $0 }, "the solve ended before it was interrupted")
        return (start.duration(to: end), result)
    }

    @Test func interruptEndsALongSimplex() throws {
        let program = RandomPrograms.transport(sources: 400, sinks: 400, seed: 2)
        let solver = self.solver
        let (latency, result) = try latency { interrupter in
            try solver.solve(program, warmStart: nil, criteria: .none, interrupter: interrupter)
        }
        #expect(result.termination == .cancelled)
        #expect(latency < Self.patience)
    }

    @Test(arguments: [true, false]) func interruptEndsBranchAndCut(presolve: Bool) throws {
        let program = RandomPrograms.knapsacks(items: 60, rows: 5, seed: 4)
        let solver = GLPKLinearSolver(options: GLPKOptions(presolvesIntegers: presolve))
        let (latency, result) = try latency { interrupter in
            try solver.solve(program, warmStart: nil, criteria: .none, interrupter: interrupter)
        }
        #expect(result.termination == .cancelled)
        #expect(latency < Self.patience)
        let bound = try #require(result.bound)
        if let objective = result.objective { #expect(objective <= bound + 1e-6) }
    }

    /// The relaxation of a node takes long: nothing but GLPK's clock can stop it there.
    @Test func interruptEndsALongNode() throws {
        var program = RandomPrograms.transport(sources: 400, sinks: 400, seed: 2)
        program.columns[0].kind = .integer
        let fixed = program
        let solver = self.solver
        let (latency, result) = try latency { interrupter in
            try solver.solve(fixed, warmStart: nil, criteria: .none, interrupter: interrupter)
        }
        #expect(result.termination == .cancelled)
        #expect(latency < Self.patience)
    }

    @Test func deadlineIsKept() throws {
        let program = RandomPrograms.transport(sources: 400, sinks: 400, seed: 2)
        let criteria = StoppingCriteria(timeLimit: .milliseconds(150))
        let start = ContinuousClock.now
        let result = try solver.solve(program, warmStart: nil, criteria: criteria, interrupter: nil)
        #expect(result.termination == .limitReached(.time))
        #expect(start.duration(to: .now) < Self.patience)
    }

    @Test func nodeAndIterationLimitsAreTheirOwnTerminations() throws {
        let program = RandomPrograms.knapsacks(items: 60, rows: 5, seed: 4)
        let nodes = try solver.solve(
            program, warmStart: nil, criteria: StoppingCriteria(nodeLimit: 50), interrupter: nil)
        #expect(nodes.termination == .limitReached(.nodes))
        let transport = RandomPrograms.transport(sources: 30, sinks: 30, seed: 2)
        let iterations = try solver.solve(
            transport, warmStart: nil, criteria: StoppingCriteria(iterationLimit: 10), interrupter: nil)
        #expect(iterations.termination == .limitReached(.iterations))
        #expect(iterations.statistics["simplex-iterations"] <= 11)
        // The basis reached so far is a start for the next solve.
        #expect(iterations.basis != nil)
    }

    @Test func gapIsGoodEnoughWhenItIsAskedFor() throws {
        let program = RandomPrograms.knapsacks(items: 30, rows: 3, seed: 4)
        let result = try solver.solve(
            program, warmStart: nil, criteria: StoppingCriteria(relativeGap: 0.05), interrupter: nil)
        #expect(result.termination == .optimal)
        let objective = try #require(result.objective)
        let bound = try #require(result.bound)
        #expect(bound >= objective - 1e-6)
        #expect((bound - objective) <= 0.05 * abs(objective) + 1e-6)
    }

    @Test func anInterruptBeforeTheStartIsSeen() throws {
        let interrupter = Interrupter()
        interrupter.interrupt()
        let program = RandomPrograms.knapsacks(items: 10, rows: 2, seed: 4)
        #expect(
            try solver.solve(program, warmStart: nil, criteria: .none, interrupter: interrupter).termination
                == .cancelled)
    }
}
