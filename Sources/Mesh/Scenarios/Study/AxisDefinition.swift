public import MeshTypes

/// One variation as it is written: what varies, over which values.
public struct AxisDefinition: Sendable, Hashable {
    /// Its name, unique in the study.
    public var name: String
    /// What varies.
    public var kind: AxisKind
    /// The line where it stands.
    public var line: Int

    /// Creates an axis.
    public init(name: String, kind: AxisKind, line: Int) {
        self.name = name
        self.kind = kind
        self.line = line
    }
}

/// What a variation varies. Each gives one or more alternatives.
public enum AxisKind: Sendable, Hashable {
    /// So many times the participants of a selection.
    case growth([Double], ParticipantSelection)
    /// The people who are there at hours of the day, UTC; 24 and more are later days.
    case hours([Double], DailyCurve)
    /// Demand as the base's own series has it at times, against its series at the snapshot's time.
    case times([String])
    /// New sites; each an alternative of its own, or all together.
    case add([NewSite], each: Bool)
    /// Sites taken away; each an alternative of its own, or all together.
    case remove(SiteSelection, each: Bool)
    /// Free servers at a selection of sites.
    case resize(SiteSelection, [Amount])
    /// Prices at a selection of sites.
    case reprice(SiteSelection, [Amount])
    /// Links between two selections, both ways, slower or cut.
    case links(SiteSelection, SiteSelection, [LinkEffect])
    /// Groups that fail: so many at a time.
    case failures(RiskKind, FailureCount, only: [String])
    /// One entry of the policies of a selection of sessions, over values.
    case policy(PolicyEntry, [Double?], SessionSelection)
    /// The same scenario drawn so many times.
    case repetitions(Int)
    /// Nothing but the sites and servers of the base's own plan.
    case fixedPlan
    /// One server more or less at each site; the bool says whether only where the base's plan holds all there are.
    case serverAtEachSite(Int, onlyWhereFull: Bool)
    /// So many servers more at each site that is full in the base's plan; one site more for each session at its limit.
    case purchases(Int)
}

/// What groups of a study are made of.
public enum RiskKind: String, Sendable, Hashable, CaseIterable {
    /// Each site.
    case site
    /// The sites of a provider.
    case provider
    /// The sites of a region.
    case region
    /// The groups that the study defines.
    case group
}

/// How many groups fail at a time.
public enum FailureCount: String, Sendable, Hashable, CaseIterable {
    /// Each alone.
    case one
    /// Each two.
    case two
    /// All at once.
    case all
}

/// Participants by session type, session, or the region of the site nearest to them; what is not given selects all.
public struct ParticipantSelection: Sendable, Hashable {
    /// The region of the nearest site.
    public var region: String?
    /// The session's type.
    public var type: String?
    /// The session.
    public var session: SessionID?

    /// Selects all.
    public init(region: String? = nil, type: String? = nil, session: SessionID? = nil) {
        self.region = region
        self.type = type
        self.session = session
    }
}

/// Sessions by type or identifier; what is not given selects all.
public struct SessionSelection: Sendable, Hashable {
    /// The type.
    public var type: String?
    /// The session.
    public var session: SessionID?

    /// Selects all.
    public init(type: String? = nil, session: SessionID? = nil) {
        self.type = type
        self.session = session
    }
}

/// Sites by identifier, region or provider; all given must hold, what is not given selects all.
public struct SiteSelection: Sendable, Hashable {
    /// Their identifiers; empty for any.
    public var sites: [SiteID]
    /// Their region.
    public var region: String?
    /// Their provider.
    public var provider: String?

    /// Selects all.
    public init(sites: [SiteID] = [], region: String? = nil, provider: String? = nil) {
        self.sites = sites
        self.region = region
        self.provider = provider
    }
}

/// A site that is not there yet.
public struct NewSite: Sendable, Hashable {
    /// The site.
    public var site: Site
    /// A site whose latencies it is to have, beside which it then stands; without one they are estimated.
    public var like: SiteID?

    /// Creates a new site.
    public init(site: Site, like: SiteID? = nil) {
        self.site = site
        self.like = like
    }
}

/// A new value, or a change of the old one.
public enum Amount: Sendable, Hashable {
    /// This value.
    case exactly(Double)
    /// So much more, or less.
    case more(Double)
    /// So many times.
    case times(Double)

    /// What becomes of a value.
    public func applied(to value: Double) -> Double {
        switch self {
        case .exactly(let new): new
        case .more(let difference): value + difference
        case .times(let factor): value * factor
        }
    }

    /// As it is written: `4`, `+2`, `x1.5`.
    public var label: String {
        switch self {
        case .exactly(let value): Figure.short(value)
        case .more(let value): (value < 0 ? "" : "+") + Figure.short(value)
        case .times(let factor): "x" + Figure.short(factor)
        }
    }
}

/// What happens to a link.
public enum LinkEffect: Sendable, Hashable {
    /// It is gone.
    case cut
    /// Its latency changes, in milliseconds where it is no factor.
    case latency(Amount)
}

/// An entry of a policy that can be varied.
public enum PolicyEntry: String, Sendable, Hashable, CaseIterable {
    /// ``MeshTypes/SessionPolicy/latencyCap``, ms.
    case latencyCap = "latency-cap"
    /// ``MeshTypes/SessionPolicy/siteLimit``.
    case siteLimit = "site-limit"
    /// ``MeshTypes/SessionPolicy/serverLimit``.
    case serverLimit = "server-limit"
    /// ``MeshTypes/SessionPolicy/moveBudget``.
    case moveBudget = "move-budget"
    /// ``MeshTypes/SessionPolicy/redundancy``.
    case redundancy
    /// ``MeshTypes/SessionPolicy/movePrice``.
    case movePrice = "move-price"
    /// ``MeshTypes/SessionPolicy/latencyValue``.
    case latencyValue = "latency-value"
    /// ``MeshTypes/SessionPolicy/unservedPrice``.
    case unservedPrice = "unserved-price"

    /// Whether there may be none: no limit.
    var isLimit: Bool {
        switch self {
        case .latencyCap, .siteLimit, .serverLimit, .moveBudget: true
        case .redundancy, .movePrice, .latencyValue, .unservedPrice: false
        }
    }
    /// Whether only whole numbers make sense.
    var isWhole: Bool {
        switch self {
        case .siteLimit, .serverLimit, .moveBudget, .redundancy: true
        case .latencyCap, .movePrice, .latencyValue, .unservedPrice: false
        }
    }
}

/// Numbers in names: as few digits as say it.
enum Figure {
    static func short(_ value: Double) -> String {
        if let whole = Int(exactly: value) { return String(whole) }
        return String(describing: value)
    }
}
