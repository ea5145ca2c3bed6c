/// What a checker found: nothing wrong, or everything that is.
public struct Verification: Sendable, Hashable {
    /// What is wrong, one line each; empty when all holds.
    public private(set) var failures: [String] = []
    /// The lower bound that the certificate proves, as the checker recomputed it.
    public var provedBound: Double?

    /// Whether all holds.
    public var isVerified: Bool { failures.isEmpty }

    /// Creates a verification that found nothing wrong yet.
    public init() {}

    /// Notes a failure.
    public mutating func fail(_ reason: String) {
        failures.append(reason)
    }

    /// Notes a failure unless the condition holds; says whether it does.
    @discardableResult
    public mutating func expect(_ condition: Bool, _ reason: @autoclosure () -> String) -> Bool {
        if !condition { failures.append(reason()) }
        return condition
    }
}

/// The one checker of the house. It shares no code with any solver: it reads the problem, the claim and the
/// certificate, and recomputes.
public struct CertificateChecker: Sendable {
    /// The relative error allowed in sums of floating-point costs.
    public var tolerance: Double
    /// The relative gap up to which a solution may be called optimal.
    public var optimalityGap: Double

    /// Creates a checker.
    public init(tolerance: Double = 1e-9, optimalityGap: Double = 1e-6) {
        self.tolerance = tolerance
        self.optimalityGap = optimalityGap
    }
}
