import MeshControl
import MeshEngine
import MeshPlanning
import MeshSimulation
import MeshTypes
import MeshVerification
import Optimization
import Synchronization
import Testing

/// The pool's master in the ticks: prices, exchanges, flows.
@Suite struct MasterTests {
    private final class Calls: Sendable {
        let linear = Atomic(0)
        let integer = Atomic(0)
        let flow = Atomic(0)
    }

    private struct CountingLinearSolver: LinearSolver {
        let base = SolverSelection.planning.linear
        let calls: Calls
        var name: String { "counting" }

        func solve(
            _ program: LinearProgram, warmStart: Basis?, criteria: StoppingCriteria, interrupter: Interrupter?
        ) throws(SolverError) -> LinearResult {
            if program.hasIntegers {
                calls.integer.add(1, ordering: .relaxed)
            } else {
                calls.linear.add(1, ordering: .relaxed)
            }
            guard let base else { throw SolverError(.unsupported, "no solver") }
            return try base.solve(program, warmStart: warmStart, criteria: criteria, interrupter: interrupter)
        }

        func withResidentProgram<Value>(
            _ program: LinearProgram, _ body: (any ResidentLinearProgram) throws(SolverError) -> Value
        ) throws(SolverError) -> Value {
            throw SolverError(.unsupported, "the ticks keep no program")
        }
    }

    private struct CountingFlowSolver: FlowSolver {
        let base = SolverSelection.flowSolver(.networkSimplex)
        let calls: Calls
        var name: String { "counting" }
        var capabilities: SolverCapabilities { base.capabilities }

        func solve(
            _ problem: FlowProblem, criteria: StoppingCriteria, interrupter: Interrupter?
        ) throws(SolverError) -> FlowResult {
            calls.flow.add(1, ordering: .relaxed)
            return try base.solve(problem, criteria: criteria, interrupter: interrupter)
        }
    }

    private struct FailingLinearSolver: LinearSolver {
        var name: String { "failing" }

        func solve(
            _ program: LinearProgram, warmStart: Basis?, criteria: StoppingCriteria, interrupter: Interrupter?
        ) throws(SolverError) -> LinearResult {
            throw SolverError(.numericalFailure, "as ordered")
        }

        func withResidentProgram<Value>(
            _ program: LinearProgram, _ body: (any ResidentLinearProgram) throws(SolverError) -> Value
        ) throws(SolverError) -> Value {
            throw SolverError(.numericalFailure, "as ordered")
        }
    }

    private static func world(_ pool: Double, seed: UInt64, solvers: PlanningSolvers, churn: Double = 0.05)
        -> ControlledWorld
    {
        var parameters = SimulationParameters(participants: 500, sessions: 14, sites: 14, churn: churn)
        parameters.pool = pool
        return ControlledWorld(parameters, seed: seed, solvers: solvers)
    }

    @Test("a contended tick calls the linear solver for prices and exchanges, and the flow solver for who sits where")
    func aContendedTickCallsBoth() throws {
        let calls = Calls()
        let solvers = PlanningSolvers(
            linear: CountingLinearSolver(calls: calls), flow: CountingFlowSolver(calls: calls))
        var world = Self.world(1.1, seed: 2, solvers: solvers)
        try world.open()
        var reports: [TickReport] = []
        for _ in 0..<8 { reports.append(try world.pass()) }
        #expect(calls.linear.load(ordering: .relaxed) > 0)
        #expect(calls.integer.load(ordering: .relaxed) > 0)
        #expect(calls.flow.load(ordering: .relaxed) > 0)
        let masters = reports.map(\.master)
        #expect(masters.contains { $0.columns > 0 && $0.rows > 0 && $0.iterations > 0 })
        #expect(masters.contains { $0.exchanges > 0 })
        #expect(masters.contains { $0.flows > 0 })
        #expect(masters.allSatisfy { $0.failures == 0 })
        #expect(reports.contains { !$0.explanation.sitePrices.isEmpty })
        #expect(try world.verdict().isVerified)
    }

    @Test("nobody pays for servers that nobody wants: a wide pool has no prices and solves no program")
    func aWidePoolSolvesNothing() throws {
        let calls = Calls()
        let solvers = PlanningSolvers(linear: CountingLinearSolver(calls: calls))
        var parameters = SimulationParameters(participants: 200, sessions: 6, sites: 8, churn: 0.05)
        parameters.slack = 50
        var world = ControlledWorld(parameters, seed: 4, solvers: solvers)
        try world.open()
        for _ in 0..<5 { #expect(try world.pass().explanation.sitePrices.isEmpty) }
        #expect(calls.linear.load(ordering: .relaxed) == 0)
        #expect(calls.integer.load(ordering: .relaxed) == 0)
    }

    @Test("a solver that fails leaves prices and plans as they are, and is reported")
    func aFailingSolverIsReported() throws {
        var world = Self.world(1.05, seed: 3, solvers: PlanningSolvers(linear: FailingLinearSolver()))
        try world.open()
        var failures = 0
        for tick in 0..<10 {
            failures += try world.pass().master.failures
            world.expectConsistent("tick \(tick)")
            #expect(try world.verdict().isVerified)
        }
        #expect(failures > 0)
        #expect(world.controller.poolPrices.isEmpty)
    }

    @Test("in a pool too small few more are left out than must be", arguments: [UInt64](1...6))
    func fewMoreAreLeftOutThanMustBe(seed: UInt64) throws {
        for solvers in [SolverSelection.planning, .none] {
            var world = Self.world(0.9, seed: seed, solvers: solvers, churn: 0)
            world.checksSteps = true
            try world.open()
            var report = TickReport()
            for _ in 0..<30 { report = try world.pass() }
            #expect(report.unserved >= report.leastUnserved)
            #expect(
                report.unserved <= report.leastUnserved + report.leastUnserved / 3 + 6,
                "\(report.unserved) left out, \(report.leastUnserved) must be")
            #expect(world.flaws.isEmpty, "\(world.flaws.prefix(2))")
        }
    }

    @Test("exchanges lower the cost of all: with them a standing world ends cheaper")
    func exchangesLowerTheCost() throws {
        var costs = [0.0, 0]
        for (seed, exchanges) in zip((11...18).flatMap { [$0, $0] }, (0..<16).map { $0 % 2 == 0 }) {
            var world = Self.world(1.05, seed: UInt64(seed), solvers: SolverSelection.planning, churn: 0)
            world.controller.exchangesServers = exchanges
            try world.open()
            var report = TickReport()
            for _ in 0..<25 { report = try world.pass() }
            costs[exchanges ? 0 : 1] += report.objective
        }
        #expect(costs[0] < costs[1], "\(costs)")
    }

    @Test("exact choice: branch and bound of the linear solver and the planner's own search agree on random groups")
    func choicesAgree() {
        var random = SimulationTests.Draw(77)
        var gains = 0
        for _ in 0..<300 {
            let sites = 2 + random.below(5)
            let free = (0..<sites).map { _ in random.below(2) }
            let sessions = (0..<(1 + random.below(6))).map { _ in
                (0..<(1 + random.below(4))).map { _ in
                    let holdings = (0..<sites).compactMap { site -> Holding? in
                        let servers = random.below(3)
                        return servers > 0
                            ? Holding(site: Int32(site), servers: Int32(servers), load: 1, count: 1) : nil
                    }
                    return (charge: Double(random.below(1_000)), holdings: holdings)
                }
            }
            var (one, two) = (PoolMaster(), PoolMaster())
            let exact = one.choose(sessions, free: { free[$0] }, SolverSelection.planning.linear)
            let own = two.choose(sessions, free: { free[$0] }, nil)
            let cost = { (choice: [Int]?) in
                zip(sessions, choice ?? Array(repeating: 0, count: sessions.count)).reduce(0) { $0 + $1.0[$1.1].charge }
            }
            #expect(abs(cost(exact) - cost(own)) < 1e-6)
            if exact != nil { gains += 1 }
        }
        #expect(gains > 50, "groups in which nothing can be gained test nothing")
    }

    @Test(
        "a fork of a snapshot plans what the checker accepts, no dearer than the live meshes",
        arguments: [UInt64](21...26))
    func aForkConverges(seed: UInt64) throws {
        var world = Self.world([1.05, 1.3, 2][Int(seed % 3)], seed: seed, solvers: SolverSelection.planning)
        try world.open()
        for _ in 0..<8 { try world.pass() }
        let snapshot = world.controller.snapshot()
        let live = try world.controller.plan(for: snapshot)
        var fork = try MeshController(fork: snapshot, solvers: SolverSelection.planning)
        fork.converge(monitor: StopMonitor(criteria: .none, interrupter: nil))
        let plan = try fork.plan(for: snapshot)
        let verdict = PlanChecker().verify(snapshot, plan)
        #expect(verdict.isVerified, "\(verdict.failures.prefix(3))")
        #expect(plan.objective <= live.objective * 1.0001)
    }
}
