/// What proves the answer to a ``FlowProblem``. Whoever receives one checks it with ``CertificateChecker``.
public enum FlowCertificate: Sendable, Hashable {
    /// One number a node. With the reduced cost `cost + potential[tail] - potential[head]` of an arc:
    /// positive means the flow is at its lower bound, negative that it is at its upper bound (complementary slackness).
    /// Under ``FlowProblem/SupplyRule/atMost`` potentials are 0 or more, and 0 where supply is left over.
    ///
    /// With a flow that is not optimal they still prove a lower bound.
    case potentials([Int64])
    /// The nodes of one side, ascending, whose supplies and bounds cannot be met: even with every arc that leaves the
    /// side full and every arc that enters it at its lower bound, the side cannot send its surplus out; or the supplies
    /// as a whole do not sum to zero, which the cut of all nodes states.
    case cut([Int])
    /// Arcs that form a directed cycle of negative cost without an upper bound, in order, each entering the node that
    /// the next leaves. The problem is unbounded when it has a feasible flow, which `flows` of the result holds.
    case negativeCycle([Int])
    /// Nothing proves the answer.
    case none

    /// The word of the command line's JSON.
    public var kind: String {
        switch self {
        case .potentials: "potentials"
        case .cut: "cut"
        case .negativeCycle: "negative-cycle"
        case .none: "none"
        }
    }
}
