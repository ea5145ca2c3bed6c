public import MeshTypes

/// One elementary change of a snapshot, with everything that it needs resolved against the base.
public enum Change: Sendable, Hashable {
    /// So many times the participants of a selection; who is doubled or stays away is drawn by seed and identifier.
    case growth(Double, ParticipantSelection)
    /// The people who are there at an hour.
    case hour(Double, DailyCurve)
    /// Demand of a series' time against another: by session type and region a factor.
    case factors([DemandFactor])
    /// New sites.
    case add([NewSite])
    /// Sites taken away.
    case remove([SiteID])
    /// Free servers at sites.
    case servers(Amount, [SiteID])
    /// Prices at sites.
    case price(Amount, [SiteID])
    /// Sites go down, links are cut.
    case fail(RiskGroup)
    /// Links, both ways.
    case links(LinkEffect, [SitePair])
    /// An entry of policies.
    case policy(PolicyEntry, Double?, SessionSelection)
    /// Another draw.
    case repetition(Int)
    /// Only these servers may be rented.
    case only([SiteID: Int])
}

/// What demand is multiplied by for a session type, in a region or everywhere.
public struct DemandFactor: Sendable, Hashable {
    /// Whom it counts for.
    public var selection: ParticipantSelection
    /// The factor.
    public var factor: Double

    /// Creates a factor.
    public init(selection: ParticipantSelection, factor: Double) {
        self.selection = selection
        self.factor = factor
    }
}

/// One step from the base towards a scenario: an alternative of an axis, or a part of one.
public struct Step: Sendable, Hashable {
    /// The axis.
    public var axis: String
    /// Which alternative, for people.
    public var label: String
    /// What changes.
    public var change: Change
    /// The kind of group that fails in this step, if one does.
    public var lossKind: RiskKind?
    /// The line of the scenario file.
    public var line: Int

    /// Creates a step.
    public init(axis: String, label: String, change: Change, lossKind: RiskKind? = nil, line: Int) {
        self.axis = axis
        self.label = label
        self.change = change
        self.lossKind = lossKind
        self.line = line
    }
}
