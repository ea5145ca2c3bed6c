import MeshInstances
public import MeshTypes

/// Applies changes to a snapshot, one after the other.
///
/// A value of its own for each scenario; the snapshot's tables are shared with the base until they change.
public struct SnapshotEditor: Sendable {
    /// The snapshot as it is after the changes so far.
    public private(set) var snapshot: Snapshot
    /// What is drawn is drawn by this and by identifiers, so that more growth adds to less growth.
    private var seed: UInt64
    /// Where removed, renumbered or added things make what the base knew of regions stale.
    private var regions: [String?]

    /// Starts from a base.
    public init(_ base: Snapshot, seed: UInt64) {
        snapshot = base
        self.seed = seed
        regions = []
    }

    /// Applies a step.
    ///
    /// - Throws: ``StudyError`` at the step's line when the change is impossible.
    public mutating func apply(_ step: Step) throws(StudyError) {
        do throws(ImpossibleChange) {
            try apply(step.change)
        } catch {
            throw StudyError(line: step.line, "'\(step.axis)' (\(step.label)) \(error.message)")
        }
    }

    /// The seed of another draw.
    static func reseeded(_ seed: UInt64, _ number: Int) -> UInt64 {
        SeededRandom.mix(seed, UInt64(bitPattern: Int64(number)))
    }

    private mutating func apply(_ change: Change) throws(ImpossibleChange) {
        switch change {
        case .growth(let factor, let selection):
            let isMember = members(selection)
            try thin { isMember($0) ? factor : 1 }
        case .hour(let hour, let curve):
            let people = snapshot.participants
            try thin { curve.presence(hour: hour, longitude: people[$0].coordinate.longitude) }
        case .factors(let factors):
            let tests = factors.map { (test: members($0.selection), factor: $0.factor) }
            try thin { person in tests.first { $0.test(person) }?.factor ?? 1 }
        case .add(let sites): try add(sites)
        case .remove(let sites): try remove(Set(sites))
        case .servers(let amount, let sites):
            try edit(sites) { site throws(ImpossibleChange) in
                let value = amount.applied(to: Double(site.freeServers)).rounded()
                guard value >= 0, value <= Double(SnapshotLimits.count) else {
                    throw ImpossibleChange("leaves \(Figure.short(value)) servers at \(site.id); expected 0 or more")
                }
                site.freeServers = Int(value)
                site.totalServers = max(site.totalServers, site.freeServers)
            }
        case .price(let amount, let sites):
            try edit(sites) { site throws(ImpossibleChange) in
                let value = amount.applied(to: site.price)
                guard value >= 0, value <= SnapshotLimits.price else {
                    throw ImpossibleChange("makes the price \(Figure.short(value)) at \(site.id); expected 0 or more")
                }
                site.price = value
            }
        case .fail(let group): fail(group)
        case .links(let effect, let pairs): try alter(pairs, effect)
        case .policy(let key, let value, let selection): try set(key, value, selection)
        case .repetition(let number): seed = Self.reseeded(seed, number)
        case .only(let servers):
            for index in snapshot.sites.indices {
                snapshot.sites[index].freeServers = servers[snapshot.sites[index].id] ?? 0
            }
        }
    }

    private mutating func edit(
        _ sites: [SiteID], _ body: (inout Site) throws(ImpossibleChange) -> Void
    ) throws(ImpossibleChange) {
        let wanted = Set(sites)
        for index in snapshot.sites.indices where wanted.contains(snapshot.sites[index].id) {
            try body(&snapshot.sites[index])
        }
    }

    private mutating func set(
        _ key: PolicyEntry, _ value: Double?, _ selection: SessionSelection
    ) throws(ImpossibleChange) {
        for index in snapshot.sessions.indices {
            let session = snapshot.sessions[index]
            guard selection.type.map({ $0 == session.type }) ?? true,
                selection.session.map({ $0 == session.id }) ?? true
            else { continue }
            switch key {
            case .latencyCap: snapshot.sessions[index].policy.latencyCap = value.map { Latency(milliseconds: $0) }
            case .siteLimit: snapshot.sessions[index].policy.siteLimit = value.map { Int($0) }
            case .serverLimit: snapshot.sessions[index].policy.serverLimit = value.map { Int($0) }
            case .moveBudget: snapshot.sessions[index].policy.moveBudget = value.map { Int($0) }
            case .redundancy: snapshot.sessions[index].policy.redundancy = Int(value ?? 0)
            case .movePrice: snapshot.sessions[index].policy.movePrice = value ?? 0
            case .latencyValue: snapshot.sessions[index].policy.latencyValue = value ?? 0
            case .unservedPrice: snapshot.sessions[index].policy.unservedPrice = value ?? 0
            }
        }
    }

    // MARK: Demand

    /// Whether a participant, by number, belongs to a selection.
    private mutating func members(_ selection: ParticipantSelection) -> (Int) -> Bool {
        let people = snapshot.participants
        let types = Dictionary(snapshot.sessions.map { ($0.id, $0.type) }, uniquingKeysWith: { first, _ in first })
        if selection.region != nil, regions.count != people.count {
            regions = Demand.regions(of: people, sites: snapshot.sites)
        }
        let homes = regions
        return { number in
            let person = people[number]
            return (selection.region.map { $0 == homes[number] } ?? true)
                && (selection.session.map { $0 == person.session } ?? true)
                && (selection.type.map { $0 == types[person.session] } ?? true)
        }
    }

    /// Has each participant so many times: who comes twice or stays away is drawn by seed and identifier, how many do is
    /// what the factors say, rounded.
    private mutating func thin(_ factor: (Int) -> Double) throws(ImpossibleChange) {
        // Counted before anything is copied: a factor may ask for more than there is memory.
        let limit = min(SnapshotLimits.participants, SnapshotLimits.tableCells / max(1, snapshot.sites.count))
        var counts: [Int] = []
        var (total, parts) = (0.0, 0.0)
        // Who has a part of a copy, by the draw as a multiple of it: the least get a whole one.
        var drawn: [(rank: Double, number: Int)] = []
        for (number, person) in snapshot.participants.enumerated() {
            let wanted = factor(number)
            let whole = wanted.rounded(.down)
            total += wanted
            guard total <= Double(limit) else {
                throw ImpossibleChange("makes more than \(limit) participants; expected fewer with so many sites")
            }
            counts.append(Int(whole))
            if wanted > whole {
                parts += wanted - whole
                drawn.append((Demand.draw(person.id, seed: seed) / (wanted - whole), number))
            }
        }
        drawn.sort { ($0.rank, $0.number) < ($1.rank, $1.number) }
        for entry in drawn.prefix(Int(parts.rounded())) { counts[entry.number] += 1 }
        var rows: [Int] = []
        var people: [Participant] = []
        var taken = Set(snapshot.participants.map(\.id))
        for (number, person) in snapshot.participants.enumerated() {
            for copy in 0..<counts[number] {
                var clone = person
                if copy > 0 {
                    var name = "\(person.id)+\(copy)"
                    while !taken.insert(ParticipantID(name)).inserted { name += "+" }
                    clone.id = ParticipantID(name)
                }
                people.append(clone)
                rows.append(number)
            }
        }
        guard people.count != snapshot.participants.count || people != snapshot.participants else { return }
        snapshot.accessLatency = snapshot.accessLatency.rows(rows)
        snapshot.participants = people
        regions = regions.isEmpty ? [] : rows.map { regions[$0] }
    }

    // MARK: Sites

    private mutating func remove(_ sites: Set<SiteID>) throws(ImpossibleChange) {
        let kept = snapshot.sites.indices.filter { !sites.contains(snapshot.sites[$0].id) }
        guard !kept.isEmpty else { throw ImpossibleChange("takes all sites away; expected one to be left at least") }
        guard kept.count < snapshot.sites.count else { return }
        snapshot.accessLatency = snapshot.accessLatency.columns(kept)
        switch snapshot.network {
        case .links(let links):
            snapshot.network = .links(links.filter { !sites.contains($0.from) && !sites.contains($0.to) })
        case .dense(let table): snapshot.network = .dense(table.rows(kept).columns(kept))
        case .unknown: break
        }
        snapshot.sites = kept.map { snapshot.sites[$0] }
        regions = []
    }

    private mutating func add(_ sites: [NewSite]) throws(ImpossibleChange) {
        for new in sites {
            guard !snapshot.sites.contains(where: { $0.id == new.site.id }) else {
                throw ImpossibleChange(
                    "adds the site \(new.site.id), which is there already; expected a new identifier")
            }
            guard snapshot.participants.count * (snapshot.sites.count + 1) <= SnapshotLimits.tableCells else {
                throw ImpossibleChange(
                    "makes a table of too many latencies; expected \(SnapshotLimits.tableCells) at most")
            }
            var model: Int?
            if let like = new.like {
                guard let number = snapshot.sites.firstIndex(where: { $0.id == like }) else {
                    throw ImpossibleChange("is to be like the site \(like), which the base does not have")
                }
                model = number
            }
            Siting(snapshot).place(new.site, like: model, in: &snapshot)
        }
        regions = []
    }

    private mutating func fail(_ group: RiskGroup) {
        let down = Set(group.sites)
        var numbers: [SiteID: Int] = [:]
        for (index, site) in snapshot.sites.enumerated() {
            numbers[site.id] = index
            if down.contains(site.id) { snapshot.sites[index].freeServers = 0 }
        }
        var cuts = Set(group.links.flatMap { [$0, SitePair(from: $0.to, to: $0.from)] })
        if cuts.isEmpty && down.isEmpty { return }
        materialize()
        switch snapshot.network {
        case .links(let links):
            snapshot.network = .links(
                links.filter {
                    !down.contains($0.from) && !down.contains($0.to)
                        && !cuts.contains(SitePair(from: $0.from, to: $0.to))
                })
        case .dense(var table):
            for site in down {
                guard let number = numbers[site] else { continue }
                for other in snapshot.sites.indices where other != number {
                    table[number, other] = nil
                    table[other, number] = nil
                }
            }
            while let pair = cuts.popFirst() {
                if let from = numbers[pair.from], let to = numbers[pair.to], from != to { table[from, to] = nil }
            }
            snapshot.network = .dense(table)
        case .unknown: break
        }
    }

    /// Writes estimated links out, so that one of them can be changed.
    private mutating func materialize() {
        guard case .unknown = snapshot.network else { return }
        let sites = snapshot.sites
        var table = LatencyTable(rowCount: sites.count, columnCount: sites.count)
        for from in sites.indices {
            for to in sites.indices {
                table[from, to] =
                    from == to
                    ? .zero : GeographicLatency.estimate(from: sites[from].coordinate, to: sites[to].coordinate)
            }
        }
        snapshot.network = .dense(table)
    }

    private mutating func alter(_ pairs: [SitePair], _ effect: LinkEffect) throws(ImpossibleChange) {
        guard case .latency(let amount) = effect else { return fail(RiskGroup(name: "", links: pairs)) }
        materialize()
        let both = Set(pairs.flatMap { [$0, SitePair(from: $0.to, to: $0.from)] })
        func altered(_ latency: Latency) throws(ImpossibleChange) -> Latency {
            let value = amount.applied(to: latency.milliseconds)
            guard value >= 0, value <= Latency.longest.milliseconds else {
                throw ImpossibleChange("makes a link's latency \(Figure.short(value)) ms; expected 0 to a minute")
            }
            return Latency(milliseconds: value)
        }
        switch snapshot.network {
        case .links(var links):
            for index in links.indices where both.contains(SitePair(from: links[index].from, to: links[index].to)) {
                links[index].latency = try altered(links[index].latency)
            }
            snapshot.network = .links(links)
        case .dense(var table):
            let numbers = Dictionary(
                snapshot.sites.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
            for pair in both {
                guard let from = numbers[pair.from], let to = numbers[pair.to], from != to else { continue }
                if let latency = table[from, to] { table[from, to] = try altered(latency) }
            }
            snapshot.network = .dense(table)
        case .unknown: break
        }
    }
}

/// A change that the snapshot does not allow.
struct ImpossibleChange: Error {
    let message: String
    init(_ message: String) { self.message = message }
}
