/// Something that must hold in scenarios: `p95 pair latency <= 120 ms under any single region loss`.
public struct Assertion: Sendable, Hashable {
    /// As it is written.
    public var text: String
    /// The figure.
    public var metric: Metric
    /// How it is compared.
    public var comparison: Comparison
    /// What it is compared with.
    public var limit: Double
    /// The scenarios in which it must hold.
    public var scope: Scope
    /// The line where it stands.
    public var line: Int

    /// Creates an assertion.
    public init(
        text: String, metric: Metric, comparison: Comparison, limit: Double, scope: Scope = .all, line: Int = 0
    ) {
        self.text = text
        self.metric = metric
        self.comparison = comparison
        self.limit = limit
        self.scope = scope
        self.line = line
    }

    /// The figures of a scenario that can be asserted.
    public enum Metric: String, Sendable, Hashable, CaseIterable {
        /// Mean pair latency over the participants, ms.
        case mean
        /// The largest median pair latency of a session, ms.
        case p50
        /// The largest 95th percentile of a session, ms.
        case p95
        /// The longest pair latency, ms.
        case max
        /// The objective.
        case cost
        /// What the servers cost.
        case rent
        /// Rented servers.
        case servers
        /// Sites in use.
        case sites
        /// Participants without a server.
        case unserved
        /// Participants with a server.
        case served
        /// Participants who are at another site than in the base's plan.
        case displaced
        /// Relative distance to the bound.
        case gap

        /// Whether plans of the same scenario that were found in different ways may differ in it a little.
        public var isContinuous: Bool {
            switch self {
            case .mean, .p50, .p95, .max, .cost, .rent, .gap, .servers, .sites, .displaced: true
            case .unserved, .served: false
            }
        }
    }

    /// How a figure is compared with a limit.
    public enum Comparison: String, Sendable, Hashable, CaseIterable {
        /// At most.
        case atMost = "<="
        /// At least.
        case atLeast = ">="
        /// Less.
        case below = "<"
        /// More.
        case above = ">"
        /// Equal.
        case equal = "="
    }

    /// Which scenarios an assertion speaks of.
    public enum Scope: Sendable, Hashable {
        /// All that the variations make, the base too.
        case all
        /// The base.
        case base
        /// Those in which exactly so many groups of a kind fail; a kind of `nil` is any.
        case losses(Int?, RiskKind?)
        /// Those that an axis takes part in.
        case axis(String)
        /// Those of a name; a star stands for anything.
        case named(String)
    }

    /// Whether it holds for figures.
    public func holds(_ figures: ScenarioFigures) -> Bool {
        let value = figures[metric]
        switch comparison {
        case .atMost: return value <= limit
        case .atLeast: return value >= limit
        case .below: return value < limit
        case .above: return value > limit
        case .equal: return value == limit
        }
    }

    /// Whether it speaks of a scenario.
    public func applies(to scenario: Scenario) -> Bool {
        guard !scenario.isQuestion else { return false }
        switch scope {
        case .all: return true
        case .base: return scenario.steps.isEmpty
        case .losses(let count, let kind):
            let losses = scenario.steps.filter { step in
                step.lossKind.map { found in kind.map { $0 == found } ?? true } ?? false
            }
            return count.map { losses.count == $0 } ?? !losses.isEmpty
        case .axis(let name): return scenario.steps.contains { $0.axis == name }
        case .named(let pattern): return Self.matches(Substring(scenario.name), Substring(pattern))
        }
    }

    private static func matches(_ text: Substring, _ pattern: Substring) -> Bool {
        guard let first = pattern.first else { return text.isEmpty }
        if first == "*" {
            let rest = pattern.dropFirst()
            var tail = text
            while true {
                if matches(tail, rest) { return true }
                guard !tail.isEmpty else { return false }
                tail = tail.dropFirst()
            }
        }
        return text.first == first && matches(text.dropFirst(), pattern.dropFirst())
    }
}

extension Assertion {
    /// Whether a scope of a name names a scenario, question or not.
    public func names(_ scenario: Scenario) -> Bool {
        guard case .named(let pattern) = scope else { return false }
        return Self.matches(Substring(scenario.name), Substring(pattern))
    }
}
