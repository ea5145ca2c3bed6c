/// What a solver can be asked for. The conformance suite reads the flags and tests what they promise.
public struct SolverCapabilities: OptionSet, Sendable, Hashable {
    /// The flags as bits.
    public let rawValue: UInt32

    /// Creates a set of capabilities from bits.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Optimal answers carry a certificate that the checker verifies.
    public static let optimalityCertificate = SolverCapabilities(rawValue: 1 << 0)
    /// Infeasible answers carry a certificate.
    public static let infeasibilityCertificate = SolverCapabilities(rawValue: 1 << 1)
    /// Unbounded answers carry a certificate.
    public static let unboundednessCertificate = SolverCapabilities(rawValue: 1 << 2)
    /// Answers are proved optimal when nothing stops the solve (a heuristic lacks this).
    public static let exact = SolverCapabilities(rawValue: 1 << 3)
    /// Facility capacities are handled.
    public static let capacities = SolverCapabilities(rawValue: 1 << 4)
    /// Single-source facility problems are handled.
    public static let singleSource = SolverCapabilities(rawValue: 1 << 5)
    /// Limits on the number of open facilities are handled.
    public static let openCount = SolverCapabilities(rawValue: 1 << 6)
    /// A running solve stops soon after it is interrupted.
    public static let interruption = SolverCapabilities(rawValue: 1 << 7)
    /// Required and forbidden facilities are handled.
    public static let siteRules = SolverCapabilities(rawValue: 1 << 8)
    /// Several servers at a facility are handled.
    public static let servers = SolverCapabilities(rawValue: 1 << 9)
    /// Congestion costs are handled.
    public static let congestion = SolverCapabilities(rawValue: 1 << 10)
}
