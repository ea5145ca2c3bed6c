import MeshAPI
import MeshControl
import MeshTypes

extension Mesh {
    /// A mesh as the controller keeps it, as clients see it.
    init(_ state: MeshState) {
        self.init(
            version: state.version, sites: state.sites, servers: state.servers, assignment: state.assignment,
            links: state.links.map { MeshLink(from: $0.from, to: $0.to) }, spares: state.spares,
            waiting: state.unserved.map {
                Placement(id: $0.participant, site: nil, reason: $0.reason.rawValue, price: $0.price)
            },
            gap: state.gap, objective: state.objective, bound: state.bound)
    }
}
