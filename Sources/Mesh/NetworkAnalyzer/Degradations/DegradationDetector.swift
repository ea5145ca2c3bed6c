/// Names what degrades: a server, a link between regions, a provider, a region.
///
/// Each path has its own bounded cumulative sum (`DegradationWatch`); one path proves nothing. At each look, the degraded
/// paths of every entity are counted against how many there would be by chance, at the rate at which paths outside of
/// all alarms look degraded. The entity that explains best is named, its paths are taken away, and the rest is looked
/// at again, so that one bad server is not also a bad region. An entity is named when
///
/// - at least four of its paths and half of them are degraded,
/// - the probability of that by chance is under 1e-9 (so a million comparisons a day give one false alarm in a thousand
///   days), and
/// - its paths are slower by at least a tenth at the median.
///
/// An alarm ends when fewer than a fifth of its paths are still degraded.
public struct DegradationDetector: Sendable {
    /// Where the nodes belong.
    public let traits: [NodeTraits]
    /// The alarms that stand.
    public private(set) var active: [Degradation] = []
    /// The least decimal logarithm of one by the probability of chance.
    public var leastSurprise = 9.0
    /// The least part of an entity's paths that are degraded.
    public var leastFraction = 0.5
    /// The least number of them.
    public var leastPaths = 4
    /// The least increase, as a part of what is usual.
    public var leastIncrease = 0.1
    /// Paths not measured for this long do not count, seconds.
    public var window = 900.0
    /// The rate at which honest paths look degraded, learned slowly.
    private var chance = 0.01

    /// A detector for nodes with traits, by number; nodes without are only themselves.
    public init(traits: [NodeTraits]) { self.traits = traits }

    /// Takes nodes by other numbers; alarms of those that are gone (-1) end.
    public mutating func renumber(_ numbers: [Int32]) {
        active = active.compactMap { alarm in
            guard case .node(let node) = alarm.entity, node < numbers.count else { return alarm }
            guard numbers[node] >= 0 else { return nil }
            var alarm = alarm
            alarm.entity = .node(Int(numbers[node]))
            return alarm
        }
    }

    /// One path at one look.
    private struct Path {
        var from: Int
        var to: Int
        var isDegraded: Bool
        var excess: Float
    }

    private struct Tally {
        var observed = 0
        var affected = 0
    }

    /// Looks at all paths.
    ///
    /// - Returns: the alarms that are new.
    /// - Complexity: O(paths), and again for each entity named.
    public mutating func look(at table: PathTable, now: Double) -> [Degradation] {
        var paths: [Path] = []
        for index in table.filters.indices {
            let filter = table.filters[index]
            guard filter.watch.isReady, now - filter.time <= window else { continue }
            let (from, to) = table.path(index)
            paths.append(
                Path(
                    from: Int(from), to: Int(to), isDegraded: filter.watch.isDegraded, excess: filter.watch.excess))
        }
        retire(paths)
        let standing = Set(active.map(\.entity))
        // Every look explains all that is degraded anew, so that a region takes the place of its servers as soon as it
        // explains more than they do.
        var explained: [Degradation] = []
        while let degradation = strongest(paths, now: now), explained.count < 64 {
            explained.append(degradation)
            paths.removeAll { entities($0).contains(degradation.entity) }
        }
        let degraded = paths.filter(\.isDegraded)
        if !paths.isEmpty {
            chance += 0.05 * (Double(degraded.count) / Double(paths.count) - chance)
            chance = max(0.003, min(0.2, chance))
        }
        // An alarm whose paths still are degraded, though too few to raise it now, stands.
        let unexplained = Set(degraded.flatMap { entities($0) })
        let found = explained.filter { !standing.contains($0.entity) }
        let named = Set(explained.map(\.entity))
        active.removeAll { !named.contains($0.entity) && !unexplained.contains($0.entity) }
        active += found
        active.sort { $0.entity < $1.entity }
        return found
    }

    /// The entities that a path belongs to, narrow ones first, each once.
    private func entities(_ path: Path) -> [NetworkEntity] {
        var result: [NetworkEntity] = [.node(path.from), .node(path.to)]
        let from = path.from < traits.count ? traits[path.from] : NodeTraits()
        let to = path.to < traits.count ? traits[path.to] : NodeTraits()
        if let first = from.region, let second = to.region, first != second {
            result.append(.link(min(first, second), max(first, second)))
        }
        for (first, second, make) in [
            (from.provider, to.provider, NetworkEntity.provider), (from.region, to.region, NetworkEntity.region),
        ] {
            if let first { result.append(make(first)) }
            if let second, second != first { result.append(make(second)) }
        }
        return result
    }

    /// The entity whose degraded paths are least likely by chance; the narrower one of equals.
    private func strongest(_ paths: [Path], now: Double) -> Degradation? {
        var tallies: [NetworkEntity: Tally] = [:]
        for path in paths where path.isDegraded {
            for entity in entities(path) { tallies[entity, default: Tally()].affected += 1 }
        }
        tallies = tallies.filter { $0.value.affected >= leastPaths }
        guard !tallies.isEmpty else { return nil }
        for path in paths {
            for entity in entities(path) where tallies[entity] != nil {
                tallies[entity, default: Tally()].observed += 1
            }
        }
        var best: (entity: NetworkEntity, tally: Tally, surprise: Double)?
        for (entity, tally) in tallies.sorted(by: { $0.key < $1.key }) {
            guard Double(tally.affected) >= leastFraction * Double(tally.observed) else { continue }
            let surprise = Self.surprise(tally.affected, of: tally.observed, chance: chance)
            if surprise >= leastSurprise, surprise > best?.surprise ?? 0 { best = (entity, tally, surprise) }
        }
        guard let best else { return nil }
        let excesses = paths.filter { $0.isDegraded && entities($0).contains(best.entity) }.map(\.excess)
        let increase = Double(OrderStatistics.median(excesses))
        guard increase >= leastIncrease else { return nil }
        return Degradation(
            entity: best.entity, affected: best.tally.affected, observed: best.tally.observed, increase: increase,
            surprise: best.surprise, since: now)
    }

    /// Chernoff's bound on the probability that that many of so many are degraded by chance: `n` times the relative
    /// entropy of the part that is to the part that would be, in decimal digits.
    static func surprise(_ affected: Int, of observed: Int, chance: Double) -> Double {
        guard affected > 0, observed > 0 else { return 0 }
        let part = Double(affected) / Double(observed)
        guard part > chance else { return 0 }
        let rest = part < 1 ? (1 - part) * logarithm((1 - part) / (1 - chance)) : 0
        return Double(observed) * (part * logarithm(part / chance) + rest) / logarithm(10.0)
    }

    /// Ends alarms whose paths recovered.
    private mutating func retire(_ paths: [Path]) {
        guard !active.isEmpty else { return }
        let standing = Set(active.map(\.entity))
        var tallies: [NetworkEntity: Tally] = [:]
        for path in paths {
            for entity in entities(path) where standing.contains(entity) {
                tallies[entity, default: Tally()].observed += 1
                if path.isDegraded { tallies[entity, default: Tally()].affected += 1 }
            }
        }
        active.removeAll { alarm in
            let tally = tallies[alarm.entity, default: Tally()]
            return tally.observed > 0 && Double(tally.affected) < 0.2 * Double(tally.observed)
        }
    }
}
