/// What a snapshot file may hold at most; more is refused. The limits keep every sum that the planner forms in range.
package enum SnapshotLimits {
    /// Sites.
    package static let sites = 10_000
    /// Participants; sessions too.
    package static let participants = 10_000_000
    /// Participants times sites, as the table of access latencies has an entry for each: 1 GiB of them.
    package static let tableCells = 1 << 27
    /// Servers at a site, load units on a server or of a participant, limits of a policy.
    package static let count = 1_000_000
    /// Prices and what things are worth, in cost units.
    package static let price = 1e9
    /// Bandwidth, Mbit/s; ages, steps in seconds; demand in participants.
    package static let quantity = 1e9
}
