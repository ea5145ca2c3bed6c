/// What proves the answer to a ``MulticommodityProblem``; ``CertificateChecker`` recomputes the proof with searches of
/// its own.
public enum MulticommodityCertificate: Sendable, Hashable {
    /// One price a link, 0 or more, for a unit of its room. They prove the lower bound
    ///
    ///     sum over k of volume[k] * min(dropPenalty[k], length of a shortest path under cost + price)
    ///     - sum over e of the most that load * price[e] - congestion[e](load) reaches for loads within capacity[e],
    ///
    /// the Lagrangian of the capacities: no routing costs less, and at optimal prices one costs just that.
    case linkPrices([Double])
    /// One length a link, 0 or more, under which the volumes that must be routed need more room than there is:
    /// `sum of volume[k] * shortest path > sum of length[e] * capacity[e]`, or have no path at all (then their shortest
    /// path is infinite). The Japanese theorem: such lengths exist just when no routing does.
    case metric([Double])
    /// Nothing proves the answer.
    case none

    /// The word for documents: `dual`, `metric` or `none`.
    public var kind: String {
        switch self {
        case .linkPrices: "dual"
        case .metric: "metric"
        case .none: "none"
        }
    }
}
