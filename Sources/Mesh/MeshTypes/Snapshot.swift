/// The world at one tick: the one input of the planner.
///
/// The file format is JSON, version 1, with its schema in `Models/Schemas`. Identifiers are unique, every reference
/// resolves and numbers are in range: readers refuse anything else.
public struct Snapshot: Sendable, Hashable {
    /// What it is called, for people.
    public var name: String?
    /// Where its figures come from and under which licence, for people.
    public var source: String?
    /// When it was taken, RFC 3339 in UTC.
    public var time: String?
    /// The sites; their order numbers them.
    public var sites: [Site]
    /// The sessions.
    public var sessions: [Session]
    /// The participants; their order numbers them.
    public var participants: [Participant]
    /// The profiles, beside ``Profile/standard``.
    public var profiles: [Profile]
    /// The connections between sites.
    public var network: SiteNetwork
    /// Measured round-trip times, a row a participant, a column a site, both in the snapshot's order. What is missing
    /// is taken from ``GeographicLatency``.
    public var accessLatency: LatencyTable
    /// Demand of the past.
    public var history: [DemandSeries]
    /// The plan of the last tick.
    public var previous: Plan?

    /// Creates a snapshot.
    public init(
        name: String? = nil, source: String? = nil, time: String? = nil, sites: [Site], sessions: [Session],
        participants: [Participant], profiles: [Profile] = [], network: SiteNetwork = .unknown,
        accessLatency: LatencyTable? = nil, history: [DemandSeries] = [], previous: Plan? = nil
    ) {
        self.name = name
        self.source = source
        self.time = time
        self.sites = sites
        self.sessions = sessions
        self.participants = participants
        self.profiles = profiles
        self.network = network
        self.accessLatency =
            accessLatency ?? LatencyTable(rowCount: participants.count, columnCount: sites.count)
        self.history = history
        self.previous = previous
    }

    /// The load that each participant puts on its server, in the order of `participants`.
    ///
    /// - Complexity: O(participants).
    public func participantLoads() -> [Int] {
        let loads = Dictionary(
            profiles.map { ($0.name, $0.load) } + [(Profile.standardName, Profile.standard.load)],
            uniquingKeysWith: { first, _ in first })
        return participants.map { loads[$0.profile] ?? Profile.standard.load }
    }

    /// The access latency of a participant at a site, both by number: measured, or else estimated from geography.
    public func accessLatency(participant: Int, site: Int) -> Latency {
        accessLatency[participant, site]
            ?? GeographicLatency.estimate(from: participants[participant].coordinate, to: sites[site].coordinate)
    }
}
