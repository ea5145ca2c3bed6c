/// How the bound of a ``SessionPlan`` was made, so that a checker recomputes or verifies it.
public enum BoundCertificate: Sendable, Hashable, Codable {
    /// The path bound, over the sites that are allowed: recomputed.
    case path
    /// The path bound with every site allowed for everybody, whatever caps and free servers say; its rent is the path
    /// bound's. Weaker, and it needs no upkeep when servers are taken and given back: recomputed.
    case openPath
    /// Potentials on the sites for pairs of participants, and prices of a facility problem: verified, not trusted.
    case potentials(PairPotentials)
}

/// The data of a bound by potentials.
public struct PairPotentials: Sendable, Hashable, Codable {
    /// Creates the data.
    public init() {}
}
