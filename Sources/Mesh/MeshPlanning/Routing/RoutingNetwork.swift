/// The links of a network by the site they leave: link `n` here is the caller's link `numbers[n]`.
struct RoutingNetwork: Sendable {
    let siteCount: Int
    /// The first link that leaves each site; one entry more than there are sites.
    private let first: [Int32]
    let from: [Int32]
    let to: [Int32]
    /// Microseconds.
    var latency: [Int64]
    /// kbit/s; ``CongestionTable/unlimited`` for no limit.
    var capacity: [Int64]
    /// Nanonepers.
    var loss: [Int64]
    /// Whether the link itself is up.
    var isUp: [Bool]
    /// Whether each site is up.
    var isSiteUp: [Bool]
    /// The caller's number of each link.
    let numbers: [Int32]
    /// The place of each of the caller's links.
    let places: [Int32]

    var linkCount: Int { from.count }

    init(siteCount: Int, links: [RoutingLink]) throws(PlanningError) {
        guard siteCount >= 0, siteCount < 1 << 18, links.count < Int(Int32.max) else {
            throw PlanningError(
                .inconsistentSnapshot, "\(siteCount) sites, \(links.count) links; expected fewer than 262144 sites")
        }
        for (number, link) in links.enumerated() {
            guard (0..<siteCount).contains(link.from), (0..<siteCount).contains(link.to), link.from != link.to else {
                throw PlanningError(
                    .inconsistentSnapshot,
                    "link \(number) leads from \(link.from) to \(link.to); expected two of the \(siteCount) sites")
            }
            try Self.check(link, number)
        }
        let order = links.indices.sorted {
            let (left, right) = (links[$0], links[$1])
            return left.from != right.from
                ? left.from < right.from : left.to != right.to ? left.to < right.to : $0 < $1
        }
        self.siteCount = siteCount
        var first = [Int32](repeating: 0, count: siteCount + 1)
        for link in links { first[link.from + 1] += 1 }
        for site in 0..<siteCount { first[site + 1] += first[site] }
        self.first = first
        from = order.map { Int32(links[$0].from) }
        to = order.map { Int32(links[$0].to) }
        latency = order.map { links[$0].latency }
        capacity = order.map { links[$0].capacity ?? CongestionTable.unlimited }
        loss = order.map { links[$0].loss }
        isUp = order.map { links[$0].isUp }
        isSiteUp = Array(repeating: true, count: siteCount)
        numbers = order.map { Int32($0) }
        var places = [Int32](repeating: 0, count: links.count)
        for (place, number) in order.enumerated() { places[number] = Int32(place) }
        self.places = places
    }

    /// Refuses a link whose figures the kernel cannot compute with.
    static func check(_ link: RoutingLink, _ number: Int) throws(PlanningError) {
        guard (0...RoutingLink.longestLatency).contains(link.latency) else {
            throw PlanningError(
                .inconsistentSnapshot, "link \(number) takes \(link.latency) microseconds; expected 0 to a minute")
        }
        guard (0...RoutingLink.largestRate).contains(link.capacity ?? 0) else {
            throw PlanningError(
                .inconsistentSnapshot,
                "link \(number) carries \(link.capacity ?? 0) kbit/s; expected 0 to \(RoutingLink.largestRate)")
        }
        guard (0...RoutingLink.largestLoss).contains(link.loss) else {
            throw PlanningError(
                .inconsistentSnapshot,
                "link \(number) loses \(link.loss) nanonepers; expected 0 to \(RoutingLink.largestLoss)")
        }
    }

    /// The links that leave a site.
    func links(from site: Int) -> Range<Int> { Int(first[site])..<Int(first[site + 1]) }

    /// Whether media may use the link now.
    func isUsable(_ link: Int) -> Bool {
        isUp[link] && isSiteUp[Int(from[link])] && isSiteUp[Int(to[link])]
    }
}
