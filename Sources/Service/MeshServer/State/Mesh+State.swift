import MeshAPI
import MeshControl
import MeshTypes

extension Mesh {
    /// A mesh as the controller keeps it, as clients see it.
    init(_ view: MeshView) {
        self.init(
            version: view.version, sites: view.sites, servers: view.servers, assignment: view.assignment, links: [],
            spares: [:],
            waiting: view.unserved.map {
                Placement(id: $0.participant, site: nil, reason: $0.reason.rawValue, price: $0.price)
            },
            gap: view.gap, objective: view.cost.total, bound: view.gap == nil ? nil : view.bound)
    }
}
