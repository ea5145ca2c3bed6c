/// Deterministic counters of one solve, by name (`pivots`, `arcs-scanned`, `cuts`, `nodes`, ...): the same input and
/// seed give the same figures on every machine, so that they can gate a build. Wall clock never enters here.
public struct SolverStatistics: Sendable, Hashable, Codable {
    /// The counters; names are lower-case words joined by hyphens.
    public private(set) var counters: [String: Int]

    /// Creates a set of counters.
    public init(_ counters: [String: Int] = [:]) {
        self.counters = counters
    }

    /// The counter of that name; 0 when it was never counted.
    public subscript(name: String) -> Int {
        get { counters[name, default: 0] }
        set { counters[name] = newValue }
    }

    /// Adds another solve's counters to these.
    public mutating func add(_ other: SolverStatistics) {
        counters.merge(other.counters, uniquingKeysWith: +)
    }
}
