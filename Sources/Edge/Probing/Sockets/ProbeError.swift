/// Why probing could not be done at all.
public struct ProbeError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of failure.
    public enum Code: Sendable, Hashable {
        /// The plan cannot be carried out.
        case invalidPlan
        /// The name or address means nothing.
        case unknownHost
        /// The socket could not be opened or bound.
        case socket
        /// The other machine says that nobody listens there.
        case refused
        /// Somebody asked to stop.
        case cancelled
    }

    /// What kind of failure.
    public let code: Code
    /// One line: what was wrong, where.
    public let message: String
    /// The message.
    public var description: String { message }

    /// Creates an error.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}
