public import MeshTypes
public import Scenarios

/// A study's results as one HTML page: tables that sort, a map, frontiers, latency distributions, failures, demand.
///
/// Self-contained: what it needs is in it, and it asks no network for anything. Light or dark as the viewer prefers;
/// on paper light, each part kept together. The same results give the same bytes.
public struct StudyReport: Sendable {
    /// A scenario that is shown in full.
    public struct Detail: Sendable {
        /// Its row.
        public var result: ScenarioResult
        /// Its world.
        public var snapshot: Snapshot
        /// Its plan.
        public var plan: Plan

        /// Creates a detail.
        public init(result: ScenarioResult, snapshot: Snapshot, plan: Plan) {
            self.result = result
            self.snapshot = snapshot
            self.plan = plan
        }
    }

    /// The study.
    public var study: Study
    /// How many scenarios there are.
    public var count: Int
    /// How warm plans compare with cold ones.
    public var margin: VerdictMargin
    /// The base.
    public var base: Detail
    /// The worst scenarios, the worst first.
    public var worst: [Detail]
    /// Rows for the table: all, or the worst of many.
    public var rows: [ScenarioResult]
    /// Whether some scenarios' rows are left out.
    public var isPartial: Bool
    /// How many rows each assertion fails in, by number.
    public var failures: [Int: Int]
    /// The answers to the questions.
    public var answers: Answers
    /// The scenario file's text.
    public var source: String

    /// Creates a report.
    public init(
        study: Study, count: Int, margin: VerdictMargin, base: Detail, worst: [Detail], rows: [ScenarioResult],
        isPartial: Bool = false, failures: [Int: Int], answers: Answers, source: String
    ) {
        self.study = study
        self.count = count
        self.margin = margin
        self.base = base
        self.worst = worst
        self.rows = rows
        self.isPartial = isPartial
        self.failures = failures
        self.answers = answers
        self.source = source
    }
}
