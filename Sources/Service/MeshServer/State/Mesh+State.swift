import MeshAPI
import MeshControl
import MeshTypes

extension Mesh {
    /// A mesh as the controller keeps it, as clients see it, with the ways of its media.
    init(_ view: MeshView, _ ways: MeshWays?) {
        self.init(
            version: view.version, sites: view.sites, servers: view.servers, assignment: view.assignment,
            links: (ways?.links ?? []).map { MeshLink(from: $0.from, to: $0.to) }, routes: ways?.routes ?? [],
            spares: ways?.spares ?? [:],
            waiting: view.unserved.map {
                Placement(id: $0.participant, site: nil, reason: $0.reason.rawValue, price: $0.price)
            },
            gap: view.gap, objective: view.cost.total, bound: view.gap == nil ? nil : view.bound)
    }
}
