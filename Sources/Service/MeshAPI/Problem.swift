/// An error as clients see it: an RFC 9457 problem document (`application/problem+json`).
public struct Problem: Error, Sendable, Hashable, Codable, CustomStringConvertible {
    /// One thing that is wrong with a request's body.
    public struct Field: Sendable, Hashable, Codable {
        /// Where, as a JSON pointer (RFC 6901) into the body.
        public var pointer: String
        /// What is wrong, and what was expected.
        public var detail: String

        /// Creates an entry.
        public init(pointer: String, detail: String) {
            self.pointer = pointer
            self.detail = detail
        }
    }

    /// The kind of problem: `urn:rmc:problem:` and a word.
    public var type: String
    /// The kind in words, the same for every problem of the kind.
    public var title: String
    /// The HTTP status.
    public var status: Int
    /// What went wrong this time, in one line.
    public var detail: String
    /// What is wrong with which field, for status 422.
    public var errors: [Field]?
    /// Seconds after which to try again, for 429 and 503; also sent as `Retry-After`.
    public var retryAfter: Int?

    /// Creates a problem.
    public init(
        _ kind: Kind, _ detail: String, errors: [Field]? = nil, retryAfter: Int? = nil
    ) {
        type = "urn:rmc:problem:\(kind.rawValue)"
        title = kind.title
        status = kind.status
        self.detail = detail
        self.errors = errors
        self.retryAfter = retryAfter
    }

    /// What went wrong, in one line.
    public var description: String { detail }

    /// The kinds of problem.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// The body is not what its content type says.
        case malformed
        /// No token, or one that is not valid.
        case unauthenticated
        /// The token does not reach so far.
        case forbidden
        /// There is no such thing.
        case unknown
        /// The path exists, the method does not.
        case method = "method-not-allowed"
        /// It contradicts what is there.
        case conflict
        /// The body is larger than allowed.
        case tooLarge = "too-large"
        /// The body is understood, and wrong.
        case invalid
        /// More requests than allowed.
        case tooMany = "too-many-requests"
        /// A defect of the service.
        case defect = "internal-error"
        /// The service starts, stops, or cannot keep what it would acknowledge.
        case unavailable

        /// The HTTP status.
        public var status: Int {
            switch self {
            case .malformed: 400
            case .unauthenticated: 401
            case .forbidden: 403
            case .unknown: 404
            case .method: 405
            case .conflict: 409
            case .tooLarge: 413
            case .invalid: 422
            case .tooMany: 429
            case .defect: 500
            case .unavailable: 503
            }
        }

        /// The kind in words.
        public var title: String {
            switch self {
            case .malformed: "The request is malformed"
            case .unauthenticated: "A valid token is needed"
            case .forbidden: "The token does not reach so far"
            case .unknown: "There is no such thing"
            case .method: "The method is not allowed here"
            case .conflict: "The request contradicts what is there"
            case .tooLarge: "The body is too large"
            case .invalid: "The body is understood but wrong"
            case .tooMany: "Too many requests"
            case .defect: "The service has a defect"
            case .unavailable: "The service cannot do this now"
            }
        }
    }
}
