public import MeshInstances
public import MeshTypes

/// What a planner asks: a base, variations of it, and what must hold. The value of a scenario file.
public struct Study: Sendable, Hashable {
    /// What it is called.
    public var name: String
    /// What is varied.
    public var base: Base
    /// What is changed in the base before anything is varied; each makes one alternative.
    public var given: [AxisDefinition]
    /// The seed of everything that is drawn.
    public var seed: UInt64
    /// How many times each scenario is drawn anew where it draws at all; 1 or more.
    public var repetitions: Int
    /// Whether axes multiply or stand one beside the other.
    public var combination: Combination
    /// The variations.
    public var axes: [AxisDefinition]
    /// Risk groups of the planner's own, beside providers, regions and sites.
    public var riskGroups: [RiskGroup]
    /// What must hold.
    public var assertions: [Assertion]
    /// What is to be answered beside the scenarios.
    public var questions: Questions

    /// Where the base comes from.
    public enum Base: Sendable, Hashable {
        /// A snapshot file, as written; relative to the scenario file.
        case file(String)
        /// The snapshot of a live service.
        case service(String)
        /// A generated world.
        case generated(WorldParameters, seed: UInt64)
    }

    /// How axes combine.
    public enum Combination: String, Sendable, Hashable, CaseIterable {
        /// Every alternative of an axis with every alternative of the others.
        case grid
        /// One axis at a time.
        case list
    }

    /// Creates a study without variations.
    public init(name: String, base: Base) {
        self.name = name
        self.base = base
        given = []
        seed = 1
        repetitions = 1
        combination = .grid
        axes = []
        riskGroups = []
        assertions = []
        questions = Questions()
    }
}

/// Things that fail together: a provider's sites, a region, a cable's links.
public struct RiskGroup: Sendable, Hashable {
    /// Its name.
    public var name: String
    /// The sites that go down.
    public var sites: [SiteID]
    /// The links that are cut, both ways.
    public var links: [SitePair]
    /// The line of the scenario file that defines it; 0 for groups that the base defines.
    public var line: Int

    /// Creates a group.
    public init(name: String, sites: [SiteID] = [], links: [SitePair] = [], line: Int = 0) {
        self.name = name
        self.sites = sites
        self.links = links
        self.line = line
    }
}

/// Two sites.
public struct SitePair: Sendable, Hashable {
    /// One of them.
    public var from: SiteID
    /// The other.
    public var to: SiteID

    /// Creates a pair.
    public init(from: SiteID, to: SiteID) {
        self.from = from
        self.to = to
    }
}

/// What a study asks beside its scenarios; each adds scenarios of its own to the sweep.
public struct Questions: Sendable, Hashable {
    /// Cost and latency with 1 to so many sites a session; `nil` is not asked.
    public var frontierSites: Int?
    /// What one server more or less is worth at each site.
    public var shadowPrices: Bool
    /// The hours of the day (UTC) for which shadow prices and regret are worked out; empty for the base alone.
    public var hours: [Double]
    /// How present people are at those hours.
    public var curve: DailyCurve
    /// The target that as few servers as possible are to reach; `nil` is not asked.
    public var serverTarget: Assertion?
    /// Purchases to be ranked: so many more servers at a site; 0 is not asked.
    public var purchase: Int
    /// Whether to price a plan that is kept all week against plans made anew each hour.
    public var regret: Bool
    /// Mbit/s that a participant sends to each site of its mesh, to price links' bandwidth; `nil` is not asked.
    public var bandwidthPerParticipant: Double?

    /// Nothing asked.
    public init() {
        frontierSites = nil
        shadowPrices = false
        hours = []
        curve = DailyCurve()
        serverTarget = nil
        purchase = 0
        regret = false
        bandwidthPerParticipant = nil
    }
}

/// Something wrong with a study: which line of its file, what, and what was expected.
public struct StudyError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The line of the scenario file, from 1; 1 where no line is to blame.
    public let line: Int
    /// What is wrong and what was expected.
    public let message: String

    /// Creates a refusal.
    public init(line: Int, _ message: String) {
        self.line = max(1, line)
        self.message = message
    }

    /// The message.
    public var description: String { message }
}
