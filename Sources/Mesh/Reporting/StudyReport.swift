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

    /// What is expected of one of the base's demand series, step by step after its end.
    public struct Forecast: Sendable, Hashable {
        /// The expected values.
        public var points: [Double]
        /// What demand stays above with 95 %.
        public var low: [Double]
        /// What demand stays below with 95 %.
        public var high: [Double]

        /// Creates a forecast.
        public init(points: [Double], low: [Double], high: [Double]) {
            (self.points, self.low, self.high) = (points, low, high)
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
    /// Forecasts of the base's demand series, in their order; fewer, or none, where none were made.
    public var forecasts: [Forecast?]

    /// Creates a report.
    public init(
        study: Study, count: Int, margin: VerdictMargin, base: Detail, worst: [Detail], rows: [ScenarioResult],
        isPartial: Bool = false, failures: [Int: Int], answers: Answers, source: String,
        forecasts: [Forecast?] = []
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
        self.forecasts = forecasts
    }
}
