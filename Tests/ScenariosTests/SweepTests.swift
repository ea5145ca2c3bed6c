import MeshEngine
import MeshTypes
import Scenarios
import Testing

/// Scenarios are planned right, and the same whoever plans them.
@Suite("sweeps")
struct SweepTests {
    private static func axes() -> [AxisDefinition] {
        [
            Worlds.axis("demand", .growth([1, 1.4], .init())),
            Worlds.axis("loss", .failures(.site, .two, only: ["site-01", "site-02", "site-03", "site-04"])),
        ]
    }

    @Test("every plan passes the checker, warm or cold", arguments: [1, 2, 3] as [UInt64])
    func verified(seed: UInt64) throws {
        let planned = try PlannedSweep(Worlds.study(Self.axes()), Worlds.world(seed: seed))
        var (runner, cold) = (planned.runner(), planned.runner(cold: true))
        for index in 0..<planned.sweep.count {
            let outcome = try runner.outcome(at: index)
            #expect(outcome.result.verified == true, "\(outcome.result.name)")
            let other = try cold.outcome(at: index)
            // Both have the better of the path bound and the base's potentials; a cold one may be proved as well.
            #expect(outcome.plan.bound <= other.plan.bound + 1e-6 * max(1, other.plan.bound), "\(outcome.result.name)")
            #expect(outcome.snapshot == other.snapshot)
            #expect(outcome.plan.objective >= other.plan.bound - 1e-6)
        }
    }

    @Test("path bounds that were kept are those that are computed anew, for every single loss")
    func keptBounds() throws {
        let base = try Worlds.world(sites: 20, sessions: 6, participants: 90, seed: 11)
        let study = Worlds.study([Worlds.axis("loss", .failures(.site, .one, only: []))])
        // A base without potentials: what it knows of its neighbours are path bounds alone.
        let planned = try PlannedSweep(study, base, strategy: .nearest)
        var runner = planned.runner()
        for index in 1..<planned.sweep.count {
            let outcome = try runner.outcome(at: index)
            let anew = try planned.engine.plan(outcome.snapshot, PlanRequest(strategy: .nearest))
            for (one, other) in zip(outcome.plan.sessions, anew.sessions) {
                let tolerance = 1e-9 * max(1, other.bound)
                #expect(one.certificate == .path && other.certificate == .path)
                #expect(abs(one.bound - other.bound) <= tolerance, "\(outcome.result.name) \(one.id)")
            }
        }
    }

    @Test("a scenario's row does not depend on what was planned before it")
    func independent() throws {
        let planned = try PlannedSweep(Worlds.study(Self.axes()), Worlds.world())
        var inTurn = planned.runner()
        let rows = try (0..<planned.sweep.count).map { try inTurn.outcome(at: $0).result.jsonLine }
        for index in rows.indices.reversed() {
            var alone = planned.runner()
            #expect(try alone.outcome(at: index).result.jsonLine == rows[index])
        }
        #expect(Set(rows).count == rows.count)
    }

    @Test("warm plans cost about what cold ones do")
    func quality() throws {
        let planned = try PlannedSweep(Worlds.study(Self.axes()), Worlds.world(participants: 90, seed: 5))
        var (runner, cold) = (planned.runner(), planned.runner(cold: true))
        var excess = 0.0
        for index in 1..<planned.sweep.count {
            let (one, other) = (try runner.outcome(at: index), try cold.outcome(at: index))
            #expect(one.result.figures.unserved <= other.result.figures.unserved)
            excess += one.plan.objective / other.plan.objective - 1
        }
        // Small worlds with several sessions are where the narrower search misses most: 2.2 % here, nothing on measured data.
        #expect(excess / Double(planned.sweep.count) < 0.03)
    }

    @Test("scenario numbers and names are one to one, in a grid, in a list and with questions")
    func names() throws {
        for combination in Study.Combination.allCases {
            let study = Worlds.study(Self.axes()) { study in
                study.combination = combination
                study.repetitions = 2
                study.questions.frontierSites = 3
                study.questions.purchase = 1
            }
            let planned = try PlannedSweep(study, Worlds.world())
            let sweep = planned.sweep
            let scenarios = (0..<sweep.count).map { sweep.scenario(at: $0) }
            #expect(scenarios.map(\.index) == Array(0..<sweep.count))
            #expect(Set(scenarios.map { $0.family + $0.name }).count == sweep.count)
            #expect(scenarios[sweep.range(of: Questions.frontier)].allSatisfy { $0.isQuestion })
            let pairs = scenarios.count { $0.steps.count { $0.lossKind != nil } == 2 }
            #expect(pairs == (combination == .grid ? 2 * 2 * 6 : 2 * 6))
        }
    }

    @Test("assertions fail in the scenarios where they do, and verdicts near a limit are those of cold plans")
    func assertions() throws {
        let base = try Worlds.world(participants: 80, seed: 9)
        let free = try PlannedSweep(Worlds.study(Self.axes()), base)
        var all = free.runner(cold: true)
        let costs = try (0..<free.sweep.count).map { try all.outcome(at: $0).result.figures.cost }
        let limit = costs.sorted()[costs.count / 2]
        let study = try Worlds.study(Self.axes()) { study in
            study.assertions = [try Assertion("cost <= \(limit)", line: 1, axes: [])]
        }
        let planned = try PlannedSweep(study, base)
        var (runner, cold) = (planned.runner(), planned.runner(cold: true))
        for index in 0..<planned.sweep.count {
            let (one, other) = (try runner.outcome(at: index).result, try cold.outcome(at: index).result)
            #expect(one.failed == other.failed, "\(one.name)")
            #expect(one.failed.isEmpty == (one.figures.cost <= limit))
        }
    }

    @Test("the fewest servers, the frontier and the losses come out of their rows")
    func answers() throws {
        let base = try Worlds.world(sessions: 1, participants: 40)
        let study = try Worlds.study([Worlds.axis("loss", .failures(.site, .one, only: []))]) { study in
            study.questions.frontierSites = 4
            study.questions.serverTarget = try Assertion("mean <= 100000", line: 1, axes: [])
            study.questions.shadowPrices = true
            study.questions.hours = [0, 12]
            study.questions.regret = true
        }
        let planned = try PlannedSweep(study, base)
        var runner = planned.runner()
        var collector = AnswerCollector(study: study, base: base, plan: planned.plan)
        let rows = try (0..<planned.sweep.count).map { try runner.outcome(at: $0).result }
        for row in rows { collector.add(row) }
        let answers = collector.answers(base: rows[0])
        #expect(answers.frontier.map(\.sites) == [1, 2, 3, 4])
        #expect(answers.frontier.first?.used == 1)
        // More sites never cost more than a little: each is planned from the base's mesh.
        #expect(zip(answers.frontier, answers.frontier.dropFirst()).allSatisfy { $1.cost <= $0.cost * 1.02 })
        #expect(answers.losses.map(\.losses) == [12])
        let served = rows.filter { $0.family == Questions.fewestServers && $0.figures.unserved == 0 }
        #expect(answers.fewestServers?.limit == served.compactMap { Int($0.steps[0].label) }.min())
        #expect(answers.regret.count == 2)
        #expect(answers.regret.allSatisfy { $0.fixed > 0 && $0.free > 0 })
    }
}

extension Worlds {
    static func study(_ axes: [AxisDefinition], _ change: (inout Study) throws -> Void) throws -> Study {
        var study = Study(name: "test", base: .file("none"))
        study.axes = axes
        try change(&study)
        return study
    }
}
