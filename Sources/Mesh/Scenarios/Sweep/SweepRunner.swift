public import MeshEngine
public import MeshPlanning
public import MeshTypes
internal import MeshVerification
public import Optimization

/// Plans scenarios of a sweep, each from its neighbour's plan.
///
/// A scenario's neighbour is the scenario without its last step: the loss of two regions starts from the plan for the
/// loss of the first, that from the base's. So each result is a function of the base and the scenario alone, whoever
/// computes it, in whatever order. A runner keeps the plans on the way to its last scenario, since the next one shares
/// most of it; make one for each thread.
public struct SweepRunner: Sendable {
    /// What all runners of a sweep share.
    public struct Root: Sendable {
        /// The sweep.
        public let sweep: Sweep
        /// The base with its plan.
        public let base: PlannedWorld
        /// Who is where in the base's plan.
        let places: [ParticipantID: SiteID]
        /// The figures of the base's plan.
        let figures: ScenarioFigures
        /// How near a limit a figure may be before the verdict is left to a cold plan.
        public var margin: VerdictMargin

        /// Takes a planned base.
        ///
        /// - Throws: ``PlanningError`` when the base contradicts itself.
        public init(sweep: Sweep, plan: Plan, engine: MeshEngine, margin: VerdictMargin) throws(PlanningError) {
            self.sweep = sweep
            base = try engine.keep(sweep.base, plan: plan)
            places = plan.places
            figures = ScenarioFigures(plan, latency: try engine.pairLatency(sweep.base, plan), base: places)
            self.margin = margin
        }

        /// Whether figures are those of the base's mesh, with everybody where they were.
        func stands(_ other: ScenarioFigures) -> Bool {
            other.displaced == 0 && other.cost == figures.cost && other.participants == figures.participants
        }
    }

    /// A planned scenario.
    public struct Outcome: Sendable {
        /// The row.
        public let result: ScenarioResult
        /// The world that was planned.
        public let snapshot: Snapshot
        /// Its plan.
        public let plan: Plan
    }

    private let root: Root
    private let engine: MeshEngine
    private let verifies: Bool
    /// Whether every scenario is planned from nothing.
    private let isCold: Bool
    private let interrupter: Interrupter?
    /// The plans on the way to the last scenario.
    private var path: [(step: Step, world: PlannedWorld)] = []

    /// Creates a runner.
    ///
    /// - Parameters:
    ///   - root: the planned base.
    ///   - engine: plans and verifies.
    ///   - verifies: whether the checker looks at every plan.
    ///   - isCold: whether scenarios are planned from nothing, for comparison.
    ///   - interrupter: ends a plan early; the outcome then does not count.
    public init(
        _ root: Root, engine: MeshEngine, verifies: Bool, isCold: Bool = false, interrupter: Interrupter? = nil
    ) {
        self.root = root
        self.engine = engine
        self.verifies = verifies
        self.isCold = isCold
        self.interrupter = interrupter
    }

    /// Plans the scenario of a number.
    ///
    /// - Throws: ``SweepFailure`` for an impossible change and a failed plan.
    public mutating func outcome(at index: Int) throws(SweepFailure) -> Outcome {
        let scenario = root.sweep.scenario(at: index)
        if isCold, !scenario.steps.isEmpty { return try finish(scenario, try snapshot(of: scenario), cold: true) }
        let world = try world(of: scenario)
        let figures = try figures(world.plan, world.snapshot, scenario)
        let isNear =
            !scenario.steps.isEmpty
            && root.sweep.study.assertions.contains {
                $0.applies(to: scenario) && root.margin.isNear($0, figures, stands: root.stands(figures))
            }
        if isNear { return try finish(scenario, world.snapshot, cold: true) }
        return outcome(
            scenario, world.snapshot, world.plan, method: scenario.steps.isEmpty ? .cold : .warm, figures: figures)
    }

    /// A scenario planned both ways.
    public struct Comparison: Sendable {
        /// From its neighbour.
        public let warm: ScenarioFigures
        /// From nothing.
        public let cold: ScenarioFigures
        /// Whether the base's mesh stands in it.
        public let stands: Bool
    }

    /// The figures of a scenario, planned warm and cold.
    public mutating func comparison(at index: Int) throws(SweepFailure) -> Comparison {
        let scenario = root.sweep.scenario(at: index)
        let warm = try world(of: scenario)
        let cold = try finish(scenario, warm.snapshot, cold: true)
        let figures = try figures(warm.plan, warm.snapshot, scenario)
        return Comparison(warm: figures, cold: cold.result.figures, stands: root.stands(figures))
    }

    /// Whether the base's mesh stands in a scenario, planned from its neighbour.
    public mutating func baseStands(at index: Int) throws(SweepFailure) -> Bool {
        let scenario = root.sweep.scenario(at: index)
        let warm = try world(of: scenario)
        return root.stands(try figures(warm.plan, warm.snapshot, scenario))
    }

    private func finish(_ scenario: Scenario, _ snapshot: Snapshot, cold: Bool) throws(SweepFailure) -> Outcome {
        do throws(PlanningError) {
            var plan = try engine.plan(snapshot, PlanRequest(interrupter: interrupter, neighbour: root.base))
            plan.seconds = nil
            let latency = try engine.pairLatency(snapshot, plan)
            return outcome(
                scenario, snapshot, plan, method: .cold,
                figures: ScenarioFigures(plan, latency: latency, base: root.places))
        } catch {
            throw SweepFailure(scenario: scenario.name, cause: .planning(error))
        }
    }

    private func figures(
        _ plan: Plan, _ snapshot: Snapshot, _ scenario: Scenario
    ) throws(SweepFailure) -> ScenarioFigures {
        do throws(PlanningError) {
            return ScenarioFigures(plan, latency: try engine.pairLatency(snapshot, plan), base: root.places)
        } catch {
            throw SweepFailure(scenario: scenario.name, cause: .planning(error))
        }
    }

    private func outcome(
        _ scenario: Scenario, _ snapshot: Snapshot, _ plan: Plan, method: ScenarioResult.Method,
        figures: ScenarioFigures
    ) -> Outcome {
        let failed = root.sweep.study.assertions.indices.filter { number in
            let assertion = root.sweep.study.assertions[number]
            return assertion.applies(to: scenario) && !assertion.holds(figures)
        }
        let result = ScenarioResult(
            index: scenario.index, name: scenario.name, family: scenario.family,
            steps: scenario.steps.map { .init(axis: $0.axis, label: $0.label, loss: $0.lossKind?.rawValue) },
            method: method, figures: figures, binding: BindingConstraint.name(plan, snapshot), failed: failed,
            verified: verifies ? engine.verify(snapshot, plan).isVerified : nil,
            servers: Dictionary(
                plan.serversBySite.map { ($0.description, $1) }, uniquingKeysWith: { first, _ in first }))
        return Outcome(result: result, snapshot: snapshot, plan: plan)
    }

    /// The warm plan of a scenario, by way of its neighbours.
    private mutating func world(of scenario: Scenario) throws(SweepFailure) -> PlannedWorld {
        var depth = 0
        while depth < path.count, depth < scenario.steps.count, path[depth].step == scenario.steps[depth] { depth += 1 }
        path.removeLast(path.count - depth)
        for step in scenario.steps[depth...] {
            let neighbour = path.last?.world ?? root.base
            do {
                var editor = SnapshotEditor(neighbour.snapshot, seed: seed(before: path.count, of: scenario))
                try editor.apply(step)
                let world = try engine.replan(editor.snapshot, near: neighbour, interrupter: interrupter)
                path.append((step, world))
            } catch let error as StudyError {
                throw SweepFailure(scenario: scenario.name, cause: .study(error))
            } catch let error as PlanningError {
                throw SweepFailure(scenario: scenario.name, cause: .planning(error))
            } catch {
                throw SweepFailure(
                    scenario: scenario.name, cause: .study(StudyError(line: step.line, "failed: \(error)")))
            }
        }
        return path.last?.world ?? root.base
    }

    /// The seed by which a step draws, given the repetitions that stand before it.
    private func seed(before depth: Int, of scenario: Scenario) -> UInt64 {
        scenario.steps.prefix(depth).reduce(root.sweep.study.seed) { seed, step in
            if case .repetition(let number) = step.change { return SnapshotEditor.reseeded(seed, number) }
            return seed
        }
    }

    private func snapshot(of scenario: Scenario) throws(SweepFailure) -> Snapshot {
        do throws(StudyError) {
            return try root.sweep.snapshot(of: scenario)
        } catch {
            throw SweepFailure(scenario: scenario.name, cause: .study(error))
        }
    }
}

extension Sweep {
    /// The world of a scenario.
    ///
    /// - Throws: ``StudyError`` for a change that is impossible after those before it.
    public func snapshot(of scenario: Scenario) throws(StudyError) -> Snapshot {
        var editor = SnapshotEditor(base, seed: study.seed)
        for step in scenario.steps { try editor.apply(step) }
        return editor.snapshot
    }
}

/// A scenario that could not be planned.
public struct SweepFailure: Error, Sendable {
    /// Why.
    public enum Cause: Sendable {
        /// A change that the base does not allow.
        case study(StudyError)
        /// A plan that failed.
        case planning(PlanningError)
    }

    /// The scenario's name.
    public let scenario: String
    /// Why.
    public let cause: Cause
}
