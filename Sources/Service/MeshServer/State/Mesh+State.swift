import MeshAPI
import MeshControl
import MeshTypes

extension MeshView {
    /// Those whom the log has by a bare identifier, from a build that knew no other.
    var bareMembers: Set<ParticipantID> {
        Set((Array(assignment.keys) + unserved.map(\.participant)).filter { !$0.isQualified })
    }
}

extension Mesh {
    /// A session's mesh as the controller has it, as clients see it: with the ways of its media and where each falls back to.
    init(_ view: MeshView, of controller: MeshController) {
        let routes = controller.routes(of: view.session)
        func local<Value>(_ map: [ParticipantID: Value]) -> [ParticipantID: Value] {
            Dictionary(map.map { ($0.key.local, $0.value) }, uniquingKeysWith: { first, _ in first })
        }
        self.init(
            version: view.version, sites: view.sites, servers: view.servers, assignment: local(view.assignment),
            links: routes?.links ?? [], routes: routes?.routes ?? [],
            spares: local(controller.spares(of: view.session)),
            waiting: view.unserved.map {
                Placement(
                    id: $0.participant.local, site: nil, reason: $0.reason.rawValue,
                    detail: controller.waitingWords($0.reason, in: view.session), price: $0.price)
            },
            gap: view.gap, objective: view.cost.total, bound: view.gap == nil ? nil : view.bound)
    }

    /// Whether another mesh is the same but for what is known of it: figures, and why somebody waits.
    func isSame(as other: Mesh) -> Bool {
        sites == other.sites && servers == other.servers && assignment == other.assignment && links == other.links
            && spares == other.spares && routes == other.routes
    }
}
