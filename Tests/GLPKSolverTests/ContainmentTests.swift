import GLPKSolver
import Optimization
import TestSupport
import Testing

/// What would end the process with GLPK alone ends as a typed error, and the next solve works.
@Suite struct ContainmentTests {
    let solver = GLPKLinearSolver()
    let small = RandomPrograms.packing(columns: 5, rows: 3, seed: 3)

    @Test func misuseBecomesAnErrorWithGLPKsWords() throws {
        let expected = try solver.solve(small).objective
        for _ in 0..<100 {
            let error = #expect(throws: SolverError.self) {
                try GLPKSession.run { session throws(SolverError) in try session.provokeFailure() }
            }
            #expect(error?.code == .libraryFailure)
            #expect(error?.message.contains("j = -1; column number out of range") == true)
            #expect(try solver.solve(small).objective == expected)
        }
    }

    @Test func aFailedSessionIsLostAndOthersOfTheThreadLiveOn() throws {
        try solver.withResidentProgram(small) { resident throws(SolverError) in
            let before = try resident.solve(cutoff: nil, criteria: .none, interrupter: nil)
            #expect(before == .optimal)
            let objective = resident.objective
            try GLPKSession.run { session throws(SolverError) in
                _ = #expect(throws: SolverError.self) { try session.provokeFailure() }
                let again = #expect(throws: SolverError.self) { try session.provokeFailure() }
                #expect(again?.message.contains("lost to an earlier failure") == true)
            }
            try resident.addRows([.init(upper: 1, terms: [.init(0, 1)])])
            #expect(try resident.solve(cutoff: nil, criteria: .none, interrupter: nil) == .optimal)
            #expect(resident.objective <= objective + 1e-9)
        }
    }

    @Test func memoryLimitIsATypedErrorAndIsLifted() throws {
        let large = RandomPrograms.transport(sources: 150, sinks: 150, seed: 1)
        let limited = GLPKLinearSolver(options: GLPKOptions(memoryLimit: 1))
        let error = #expect(throws: SolverError.self) { try limited.solve(large) }
        #expect(error?.code == .memoryLimit)
        #expect(try limited.solve(small).termination == .optimal)
        let stopped = try solver.solve(
            large, warmStart: nil, criteria: StoppingCriteria(iterationLimit: 3), interrupter: nil)
        #expect(stopped.termination == .limitReached(.iterations))
    }

    @Test func aResidentProgramThatEscapesIsRefused() throws {
        var escaped: (any ResidentLinearProgram)?
        try solver.withResidentProgram(small) { escaped = $0 }
        let resident = try #require(escaped)
        #expect(resident.rowCount == 0)
        #expect(throws: SolverError.self) { try resident.solve(cutoff: nil, criteria: .none, interrupter: nil) }
    }

    /// The closure of a search may itself use GLPK, and may fail in it, without harm to the search.
    @Test func aFailureInsideALazyRowClosureLeavesTheSearchAlone() throws {
        let program = RandomPrograms.knapsacks(items: 12, rows: 2, seed: 5)
        let expected = try solver.solve(program).objective
        var calls = 0
        let result = try solver.solve(program) { _ throws(SolverError) in
            calls += 1
            _ = try? GLPKSession.run { session throws(SolverError) in try session.provokeFailure() }
            _ = try solver.solve(small)
            return []
        }
        #expect(calls > 0)
        #expect(result.objective == expected)
    }

    @Test func whatAClosureThrowsComesOut() {
        let program = RandomPrograms.knapsacks(items: 12, rows: 2, seed: 5)
        let error = #expect(throws: SolverError.self) {
            try solver.solve(program) { _ throws(SolverError) in throw SolverError(.unsupported, "on purpose") }
        }
        #expect(error?.message == "on purpose")
        let malformed = #expect(throws: SolverError.self) {
            try solver.solve(program) { _ throws(SolverError) in [.init(upper: 0, terms: [.init(99, 1)])] }
        }
        #expect(malformed?.code == .invalidProblem)
    }

    /// Tasks hop between threads; a solve does not.
    @Test func twoThousandConcurrentSolvesAreRight() async throws {
        let programs = (0..<40).map { RandomPrograms.packing(columns: 8, rows: 5, seed: UInt64($0)) }
        let integers = (0..<10).map {
            RandomPrograms.packing(columns: 5, rows: 3, seed: UInt64($0), kind: .integer)
        }
        let cases = programs + integers
        let expected = try cases.map { try solver.solve($0).objective }
        let wrong = try await withThrowingTaskGroup(of: Bool.self) { group in
            for task in 0..<2_000 {
                group.addTask {
                    let index = task % cases.count
                    await Task.yield()
                    let first = try solver.solve(cases[index])
                    if task % 7 == 0 {
                        _ = try? GLPKSession.run { session throws(SolverError) in try session.provokeFailure() }
                    }
                    await Task.yield()
                    let second = try solver.solve(
                        cases[index], warmStart: first.basis, criteria: .none, interrupter: nil)
                    return abs((first.objective ?? .nan) - (expected[index] ?? 0)) < 1e-6
                        && abs((second.objective ?? .nan) - (expected[index] ?? 0)) < 1e-6
                }
            }
            return try await group.reduce(0) { $0 + ($1 ? 0 : 1) }
        }
        #expect(wrong == 0)
    }
}

/// Numerical trouble is met with other methods, and what none of them solves is a typed error.
@Suite struct NumericalTroubleTests {
    private let solver = GLPKLinearSolver()

    /// Two equal columns cannot both be basic: GLPK finds the basis singular, and another is made.
    @Test func aSingularWarmStartIsRemedied() throws {
        let program = LinearProgram(
            sense: .maximize, columns: [.init(cost: 2), .init(cost: 2), .init(cost: 1)],
            rows: [
                .init(upper: 4, terms: [.init(0, 1), .init(1, 1), .init(2, 1)]),
                .init(upper: 6, terms: [.init(0, 1), .init(1, 1), .init(2, 3)]),
            ])
        let singular = Basis(rows: [.atUpper, .atUpper], columns: [.basic, .basic, .atLower])
        let result = try solver.solve(program, warmStart: singular, criteria: .none, interrupter: nil)
        #expect(result.objective == 8)
        #expect(result.statistics["remedies"] > 0)
        #expect(result.solverMessage.contains("from the basis given: no answer"))
    }

    /// Every method, the rational one included, arrives at an objective that no double holds.
    @Test func anOverflowThatNothingCuresIsATypedError() throws {
        let program = LinearProgram(
            sense: .maximize, columns: [.init(cost: 1e308, upper: 10), .init(cost: 1e308, upper: 10)],
            rows: [.init(upper: 15, terms: [.init(0, 1), .init(1, 1)])])
        let error = #expect(throws: SolverError.self) { try solver.solve(program) }
        #expect(error?.code == .numericalFailure)
        #expect(error?.message.contains("in rational numbers: no answer") == true)
    }
}
