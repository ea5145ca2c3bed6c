/// What differs between the results of two sweeps, scenario by scenario.
public struct ResultDifference: Sendable, Hashable {
    /// A scenario that differs.
    public struct Entry: Sendable, Hashable {
        /// Its rows.
        public var before: ScenarioResult
        /// Its rows.
        public var after: ScenarioResult
        /// What its cost changes by, relative.
        public var costChange: Double { after.figures.cost / max(1e-9, before.figures.cost) - 1 }
        /// Whether an assertion began or ceased to fail.
        public var verdictChanged: Bool { before.failed.isEmpty != after.failed.isEmpty }
    }

    /// Scenarios that differ: changed verdicts first, then by change of cost.
    public private(set) var changed: [Entry] = []
    /// Names that only the first has.
    public private(set) var onlyBefore: [String] = []
    /// Names that only the second has.
    public private(set) var onlyAfter: [String] = []
    /// How many scenarios are the same in both.
    public private(set) var same = 0

    /// Compares rows by name.
    public init(before: [ScenarioResult], after: [ScenarioResult]) {
        let others = Dictionary(after.map { ($0.name + "\n" + $0.family, $0) }, uniquingKeysWith: { first, _ in first })
        let known = Set(before.map { $0.name + "\n" + $0.family })
        onlyAfter = after.filter { !known.contains($0.name + "\n" + $0.family) }.map(\.name)
        for row in before {
            guard let other = others[row.name + "\n" + row.family] else {
                onlyBefore.append(row.name)
                continue
            }
            if row.figures == other.figures, row.failed.isEmpty == other.failed.isEmpty, row.binding == other.binding {
                same += 1
            } else {
                changed.append(Entry(before: row, after: other))
            }
        }
        changed.sort {
            ($0.verdictChanged ? 0 : 1, -abs($0.costChange), $0.before.index)
                < ($1.verdictChanged ? 0 : 1, -abs($1.costChange), $1.before.index)
        }
    }
}
