public import MeshTypes

/// Worlds for the planner: sites and sessions of people around population centres of a globe.
///
/// Centres lie around a few continents and their populations fall as 1, 1/2, 1/3 and so on (Zipf's law). Sites stand at the largest
/// centres, in turn, with servers in proportion to population. A session has a home centre; most of its people live near
/// that, some anywhere. Round-trip times follow the great circle with an inflation drawn for each pair, the same both
/// ways, and a last mile for each participant; they are known for all sites or for each participant's nearest.
public struct WorldParameters: Sendable, Hashable {
    /// Sites.
    public var sites: Int
    /// Sessions.
    public var sessions: Int
    /// Participants of all sessions together.
    public var participants: Int
    /// To how many of its nearest sites a participant has measured; `nil` for all.
    public var measuredSites: Int?
    /// How many participants in a hundred live near their session's home.
    public var localPercent: Int
    /// Load that all free servers together carry, as a multiple of the participants.
    public var slack: Double

    /// Creates parameters.
    public init(
        sites: Int, sessions: Int, participants: Int, measuredSites: Int? = nil, localPercent: Int = 80,
        slack: Double = 2
    ) {
        self.sites = sites
        self.sessions = sessions
        self.participants = participants
        self.measuredSites = measuredSites
        self.localPercent = localPercent
        self.slack = slack
    }

    /// Makes the world of a seed. O(participants * sites).
    ///
    /// - Throws: ``ParameterError`` when a number is out of range.
    public func generate(seed: UInt64) throws(ParameterError) -> Snapshot {
        try check()
        var builder = WorldBuilder(self, seed: seed)
        return builder.snapshot(name: "world-\(seed)")
    }

    private func check() throws(ParameterError) {
        try ParameterError.check("sites", sites, in: 1...SnapshotLimits.sites)
        try ParameterError.check("sessions", sessions, in: 1...1_000_000)
        try ParameterError.check("participants", participants, in: 0...SnapshotLimits.tableCells / sites)
        if let measuredSites { try ParameterError.check("measured-sites", measuredSites, in: 0...sites) }
        try ParameterError.check("local-percent", localPercent, in: 0...100)
        try ParameterError.check("slack", slack, in: 0...1_000)
    }
}
