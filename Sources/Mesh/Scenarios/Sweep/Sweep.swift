public import MeshTypes

/// All scenarios of a study, by number: nothing is built before it is asked for, so that memory does not grow with them.
///
/// Scenario 0 is the base. The families follow: the variations (a product of axes, or one axis after the other), then
/// those that questions add. Within a family the last axis turns fastest, so that neighbours stand beside each other.
public struct Sweep: Sendable {
    /// Alternatives of one axis; each is a path of one or more steps.
    public struct Axis: Sendable, Hashable {
        /// Its name.
        public let name: String
        /// The alternatives.
        public let alternatives: [[Step]]
    }

    /// Axes that multiply.
    struct Family: Sendable {
        let name: String
        let isQuestion: Bool
        let axes: [Axis]

        var count: Int { axes.reduce(1) { $0 * $1.alternatives.count } }
    }

    /// The study.
    public let study: Study
    /// The base.
    public let base: Snapshot
    let families: [Family]
    /// How many scenarios there are, the base included.
    public let count: Int

    /// The most scenarios of a sweep.
    public static let limit = 10_000_000

    /// Lays out the scenarios of a study over a base.
    ///
    /// - Parameter plan: the base's plan, for questions that start from it.
    /// - Throws: ``StudyError`` for a variation that the base does not allow, and for too many scenarios.
    public init(_ study: Study, base: Snapshot, plan: Plan) throws(StudyError) {
        self.study = study
        self.base = base
        try study.checkContradictions()
        let resolver = AxisResolver(study: study, base: base, plan: plan)
        var axes: [Axis] = []
        for axis in study.axes { axes.append(try resolver.axis(axis)) }
        var families: [Family] = []
        if study.repetitions > 1 {
            let repeated = AxisDefinition(name: "draw", kind: .repetitions(study.repetitions), line: 1)
            axes.insert(try resolver.axis(repeated), at: 0)
        }
        switch study.combination {
        case .grid: if !axes.isEmpty { families = [Family(name: "variations", isQuestion: false, axes: axes)] }
        case .list:
            let draws = study.repetitions > 1 ? 1 : 0
            families = axes.dropFirst(draws).map { axis in
                Family(name: axis.name, isQuestion: false, axes: Array(axes.prefix(draws)) + [axis])
            }
        }
        for (name, definitions) in study.questions.families {
            var axes: [Axis] = []
            for definition in definitions { axes.append(try resolver.axis(definition)) }
            families.append(Family(name: name, isQuestion: true, axes: axes))
        }
        var total = 1
        for family in families {
            var product = 1
            for axis in family.axes {
                let (next, overflow) = product.multipliedReportingOverflow(by: axis.alternatives.count)
                guard !overflow, next <= Self.limit else { throw Self.tooMany(axis.name, study) }
                product = next
            }
            total += product
            guard total <= Self.limit else { throw Self.tooMany(family.name, study) }
        }
        self.families = families.filter { $0.count > 0 }
        count = total
    }

    /// A base with what the study gives applied to it.
    ///
    /// - Throws: ``StudyError`` for a change that the base does not allow, or that is not one change.
    public static func base(_ base: Snapshot, given study: Study) throws(StudyError) -> Snapshot {
        guard !study.given.isEmpty else { return base }
        let nobody = Plan.Totals(
            participants: 0, served: 0, servers: 0, interaction: 0, rent: 0, disruption: 0, unserved: 0, moves: 0)
        let nothing = Plan(
            strategy: .nearest, objective: 0, bound: 0, gap: 0, stage: .baseline, sessions: [], totals: nobody)
        var editor = SnapshotEditor(base, seed: study.seed)
        for definition in study.given {
            let resolver = AxisResolver(study: study, base: editor.snapshot, plan: nothing)
            let axis = try resolver.axis(definition)
            guard axis.alternatives.count == 1, let steps = axis.alternatives.first else {
                throw StudyError(
                    line: definition.line,
                    "'\(definition.name)' is given and makes \(axis.alternatives.count) alternatives; expected one")
            }
            for step in steps { try editor.apply(step) }
        }
        return editor.snapshot
    }

    private static func tooMany(_ name: String, _ study: Study) -> StudyError {
        StudyError(
            line: study.axes.first { $0.name == name }?.line ?? 1,
            "'\(name)' makes more than \(limit) scenarios; expected fewer alternatives, or 'combine: list'")
    }

    /// The scenario of a number below `count`.
    ///
    /// - Complexity: O(axes).
    public func scenario(at index: Int) -> Scenario {
        var rest = index - 1
        guard rest >= 0 else { return Scenario(index: 0, family: "base", isQuestion: false, steps: []) }
        for family in families {
            guard rest >= family.count else {
                var steps: [[Step]] = []
                for axis in family.axes.reversed() {
                    let (next, place) = rest.quotientAndRemainder(dividingBy: axis.alternatives.count)
                    steps.append(axis.alternatives[place])
                    rest = next
                }
                return Scenario(
                    index: index, family: family.name, isQuestion: family.isQuestion,
                    steps: steps.reversed().flatMap(\.self))
            }
            rest -= family.count
        }
        return Scenario(index: index, family: "base", isQuestion: false, steps: [])
    }

    /// The numbers of the scenarios of a family.
    public func range(of family: String) -> Range<Int> {
        var start = 1
        for known in families {
            if known.name == family { return start..<start + known.count }
            start += known.count
        }
        return start..<start
    }

    /// Checks that every alternative of every axis can be applied to the base by itself.
    ///
    /// - Throws: ``StudyError`` for the first that cannot.
    public func checkAlternatives() throws(StudyError) {
        for family in families {
            for axis in family.axes {
                for alternative in axis.alternatives {
                    // Growing tables is what applying costs; whether it fits shows in the largest alternatives only.
                    var editor = SnapshotEditor(base, seed: study.seed)
                    for step in alternative where step.isCheap { try editor.apply(step) }
                }
            }
        }
    }
}

extension Sweep {
    /// How many scenarios are looked through for one that an assertion speaks of.
    private static let scopeSearch = 50_000

    /// Checks that every assertion speaks of some scenario: one that speaks of none would hold whatever happens.
    ///
    /// - Throws: ``StudyError`` for the first that does not; sweeps too large to be looked through are believed.
    public func checkScopes() throws(StudyError) {
        guard count <= Self.scopeSearch else { return }
        for assertion in study.assertions where assertion.scope != .all && assertion.scope != .base {
            guard !(0..<count).contains(where: { assertion.applies(to: scenario(at: $0)) }) else { continue }
            let last = scenario(at: count - 1)
            throw StudyError(
                line: assertion.line,
                "the assertion '\(assertion.text)' speaks of no scenario; expected a scope that the variations make"
                    + (last.steps.isEmpty || last.isQuestion ? "" : ", such as '\(last.name)'"))
        }
    }
}

extension Step {
    /// Whether applying the step costs little beside a plan.
    fileprivate var isCheap: Bool {
        switch change {
        case .servers, .price, .links, .policy, .remove, .add: true
        case .growth, .hour, .factors, .fail, .repetition, .only: false
        }
    }
}

extension Sweep {
    /// The names of the axes that questions add.
    public var questionAxes: [String] { families.filter(\.isQuestion).flatMap { $0.axes.map(\.name) } }
}
