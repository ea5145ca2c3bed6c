public import MeshTypes

/// The checker of media routes. It shares no code with the router: it reads network, demands, routes and report, and
/// recomputes loads, costs and the bound from the words beside ``MeshTypes/CongestionCurve``.
public struct RoutesChecker: Sendable {
    /// The sites.
    public var sites: [SiteID]
    /// The links that are up.
    public var links: [Link]
    /// What congestion costs.
    public var curve: CongestionCurve
    /// What carrying costs, thousandths of a link's latency.
    public var carriage: Int64

    /// Creates a checker.
    public init(sites: [SiteID], links: [Link], curve: CongestionCurve = .kleinrock, carriage: Int64) {
        self.sites = sites
        self.links = links
        self.curve = curve
        self.carriage = carriage
    }

    /// Checks the routes of all sessions against their demands, and the report of what they cost.
    ///
    /// - Complexity: O(sources * sites^2) for paths, and O(size of the routes).
    public func verify(
        demands: [SessionID: MediaDemand], routes: [SessionID: [MediaRoute]], report: RoutingReport?
    ) -> PlanVerification {
        var verification = PlanVerification()
        var network = CheckedNetwork(self)
        for id in Set(demands.keys).union(routes.keys).sorted() {
            let streams = demands[id]?.streams ?? []
            var found: [MediaRoute.Key: MediaRoute] = [:]
            for (number, route) in (routes[id] ?? []).enumerated() {
                let path = "\(id).routes[\(number)]"
                let plain = MediaRoute.Key(media: route.media, source: route.source, version: 0)
                verification.expect(found[plain] == nil, path, "is a second route of \(route.source)")
                found[plain] = route
                let stream = streams.first { $0.media == route.media && ($0.volumes[route.source] ?? 0) > 0 }
                guard let stream else {
                    verification.fail(path, "carries what \(route.source) does not publish")
                    continue
                }
                network.check(route, stream: stream, path, into: &verification)
            }
            for stream in streams {
                for (source, volume) in stream.volumes.sorted(by: { $0.key < $1.key }) where volume > 0 {
                    let plain = MediaRoute.Key(media: stream.media, source: source, version: 0)
                    verification.expect(
                        found[plain] != nil, "\(id).routes", "have none for \(stream.media.rawValue) of \(source)")
                }
            }
        }
        if let report { network.check(report, demands: demands, into: &verification) }
        return verification
    }

    /// Checks forwarding tables: media of every route reach each of its receivers exactly once, from hop to hop as the
    /// tables say; and for every hop that has a detour, they reach everybody when the site behind it does not answer, without
    /// entering it but by another link.
    ///
    /// - Complexity: O(routes * hops^2).
    public func verify(tables: [ForwardingTable], routes: [SessionID: [MediaRoute]]) -> PlanVerification {
        var verification = PlanVerification()
        let walk = TableWalk(tables, links: links)
        for (id, routes) in routes.sorted(by: { $0.key < $1.key }) {
            for (number, route) in routes.enumerated() {
                walk.check(route, session: id, "\(id).routes[\(number)]", into: &verification)
            }
        }
        return verification
    }
}
