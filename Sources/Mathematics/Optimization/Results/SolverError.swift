/// A call that failed: not an answer about the problem (that is a ``Termination``), but the lack of one.
///
/// A struct with an extensible code, context and cause, after swift-subprocess's `SubprocessError`.
public struct SolverError: Error, Sendable, CustomStringConvertible {
    /// What kind of failure it was; new kinds may be added without breaking a switch.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The kind's name.
        public let description: String

        /// A kind of failure by name.
        public init(_ name: String) { description = name }

        /// The problem does not fit the solver's rules; ``ProblemError`` is the usual cause.
        public static let invalidProblem = Code("invalid-problem")
        /// The solver does not handle this feature of the problem.
        public static let unsupported = Code("unsupported")
        /// The arithmetic failed (a singular basis, a stall that no remedy cured).
        public static let numericalFailure = Code("numerical-failure")
        /// Memory ran out or a memory limit was reached before there was anything to report.
        public static let memoryLimit = Code("memory-limit")
        /// The foreign library was misused or failed an internal check; the failure was contained.
        public static let libraryFailure = Code("library-failure")
        /// The solver broke one of its own rules: a defect, not a property of the input.
        public static let internalInconsistency = Code("internal-inconsistency")
        /// A model or data file could not be read.
        public static let unreadableModel = Code("unreadable-model")
    }

    /// The kind of failure.
    public let code: Code
    /// One clear line: what was wrong, where, what was expected.
    public let message: String
    /// The error underneath, if there is one.
    public let cause: (any Error)?

    /// Creates a failure.
    public init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    /// The code and the message in one line.
    public var description: String { "\(code): \(message)" }
}
