extension Questions {
    /// The families of scenarios that the questions add to a sweep.
    var families: [(name: String, axes: [AxisDefinition])] {
        var families: [(String, [AxisDefinition])] = []
        func axis(_ name: String, _ kind: AxisKind) -> AxisDefinition {
            AxisDefinition(name: name, kind: kind, line: 1)
        }
        if let frontierSites {
            families.append(
                (
                    Self.frontier,
                    [axis("sites", .policy(.siteLimit, (1...max(1, frontierSites)).map { Double($0) }, .init()))]
                ))
        }
        let times = hours.isEmpty ? [] : [axis("hour", .hours(hours, curve))]
        if shadowPrices {
            families.append((Self.serverMore, [axis("server", .serverAtEachSite(1, onlyWhereFull: true))]))
            if !hours.isEmpty {
                families.append((Self.hourly, times))
                families.append(
                    (Self.serverHourly, times + [axis("server", .serverAtEachSite(1, onlyWhereFull: false))]))
            }
            families.append((Self.serverLess, [axis("server", .serverAtEachSite(-1, onlyWhereFull: true))]))
        }
        if purchase > 0 {
            families.append(
                (Self.purchases, [axis("purchase", .purchases(purchase))]))
        }
        if serverTarget != nil {
            families.append((Self.fewestServers, [axis("servers", .policy(.serverLimit, Self.serverCounts, .init()))]))
        }
        if regret, !hours.isEmpty { families.append((Self.regret, times + [axis("plan", .fixedPlan)])) }
        return families
    }

    /// Server limits that are tried for the fewest servers: each up to 16, then in steps that grow.
    private static let serverCounts: [Double?] = {
        var counts: [Double] = (1...16).map { Double($0) }
        while let last = counts.last, last < 400 { counts.append((last * 1.12).rounded(.up)) }
        return counts
    }()

    /// The least and the most servers a session that are tried.
    static let triedServers = 1...Int((serverCounts.last ?? nil) ?? 1)

    /// Names of the families.
    public static let frontier = "frontier"
    /// One server more at a site.
    public static let serverMore = "server-more"
    /// One server more at a site at an hour.
    public static let serverHourly = "server-hourly"
    /// One server less at a site.
    public static let serverLess = "server-less"
    /// The base at each hour.
    public static let hourly = "hourly"
    /// Servers to buy.
    public static let purchases = "purchases"
    /// Fewer and fewer servers.
    public static let fewestServers = "fewest-servers"
    /// A plan kept against plans made anew.
    public static let regret = "regret"

    /// All of them.
    public static let familyNames = [
        frontier, serverMore, serverHourly, serverLess, hourly, purchases, fewestServers, regret,
    ]
}
