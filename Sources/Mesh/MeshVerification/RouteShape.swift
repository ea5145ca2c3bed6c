import MeshTypes

/// Whether the hops of a route form a tree from its source to its receivers.
struct RouteShape {
    let route: MediaRoute

    init(_ route: MediaRoute) { self.route = route }

    func verify(_ path: String, into verification: inout PlanVerification) {
        var reached: Set<SiteID> = [route.source]
        var inner: Set<SiteID> = []
        for hop in route.hops {
            verification.expect(
                reached.contains(hop.from), path, "the hop \(hop.from) to \(hop.to) leaves a site before it is reached")
            verification.expect(
                reached.insert(hop.to).inserted, path, "the hop \(hop.from) to \(hop.to) reaches a site again")
            inner.insert(hop.from)
        }
        let receivers = Set(route.receivers)
        verification.expect(
            receivers.count == route.receivers.count && route.receivers == route.receivers.sorted(), path,
            "receivers are not distinct and ascending")
        verification.expect(!receivers.contains(route.source), path, "the source receives itself")
        for site in receivers.subtracting(reached).sorted() {
            verification.fail(path, "does not reach its receiver \(site)")
        }
        for site in reached.subtracting(inner).subtracting(receivers).subtracting([route.source]).sorted() {
            verification.fail(path, "ends at \(site), which is no receiver")
        }
        verification.expect(route.rate >= 0 && route.rate.isFinite, path, "has the rate \(route.rate)")
    }
}
