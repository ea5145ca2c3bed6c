/// Which demand a series counts.
public struct DemandKey: Sendable, Hashable, Comparable, Codable {
    /// The session type it counts.
    public var sessionType: String
    /// The region it counts; `nil` for everywhere.
    public var region: String?

    /// Creates a key.
    public init(sessionType: String, region: String? = nil) {
        self.sessionType = sessionType
        self.region = region
    }

    /// By session type, then region; everywhere first.
    public static func < (left: DemandKey, right: DemandKey) -> Bool {
        if left.sessionType != right.sessionType { return left.sessionType < right.sessionType }
        guard let region = right.region else { return false }
        return left.region.map { $0 < region } ?? true
    }
}
