/// An event that was refused; the controller is as it was.
public struct ControlError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of refusal it is.
    public struct Code: RawRepresentable, Sendable, Hashable, Codable {
        /// The name.
        public let rawValue: String

        /// A code of that name.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// No such session.
        public static let unknownSession = Code(rawValue: "unknown-session")
        /// No such participant.
        public static let unknownParticipant = Code(rawValue: "unknown-participant")
        /// No such site.
        public static let unknownSite = Code(rawValue: "unknown-site")
        /// There is a session of that name.
        public static let duplicateSession = Code(rawValue: "duplicate-session")
        /// There is a participant of that name.
        public static let duplicateParticipant = Code(rawValue: "duplicate-participant")
        /// A value that cannot be.
        public static let invalidValue = Code(rawValue: "invalid-value")
        /// A stored state that cannot be read.
        public static let unreadableState = Code(rawValue: "unreadable-state")
    }

    /// The kind of refusal.
    public let code: Code
    /// One clear line: what was wrong and what was expected.
    public let message: String

    /// Creates a refusal.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// Code and message in one line.
    public var description: String { "\(code.rawValue): \(message)" }
}
