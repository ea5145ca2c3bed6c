/// What the checker found wrong with a plan; empty when it holds.
public struct PlanVerification: Sendable, Hashable {
    /// One thing that is wrong, and where in the plan.
    public struct Failure: Sendable, Hashable, Codable, CustomStringConvertible {
        /// The JSON path of the field, such as `sessions[0].cost.rent`.
        public var path: String
        /// What the field says and what was expected.
        public var message: String

        /// Creates a failure.
        public init(path: String, message: String) {
            self.path = path
            self.message = message
        }

        /// Path and message in one line.
        public var description: String { "\(path): \(message)" }
    }

    /// What is wrong, in the plan's order.
    public private(set) var failures: [Failure] = []

    /// Whether nothing is wrong.
    public var isVerified: Bool { failures.isEmpty }

    /// Creates a verification that found nothing wrong yet.
    public init() {}

    /// Notes a failure.
    public mutating func fail(_ path: String, _ message: String) {
        failures.append(Failure(path: path, message: message))
    }

    /// Notes a failure unless the condition holds; says whether it does.
    @discardableResult
    mutating func expect(_ condition: Bool, _ path: String, _ message: @autoclosure () -> String) -> Bool {
        if !condition { fail(path, message()) }
        return condition
    }

    /// Notes a failure unless two figures are the same up to rounding (one part in 10^9).
    mutating func expect(_ stated: Double, equals recomputed: Double, _ path: String) {
        let same = abs(stated - recomputed) <= 1e-9 * max(1, abs(recomputed))
        expect(same, path, "is \(stated); recomputed \(recomputed)")
    }
}
