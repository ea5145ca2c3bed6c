/// The name of one thing of a kind, so that a site's name cannot be mistaken for a session's.
///
/// Names are compared and sorted byte by byte, the same on every machine.
public struct Identifier<Entity>: Sendable, Hashable, Comparable, Codable, CustomStringConvertible {
    /// The name as it stands in files.
    public let description: String

    /// An identifier of that name.
    public init(_ name: String) { description = name }

    /// Reads the bare name.
    public init(from decoder: any Decoder) throws {
        description = try decoder.singleValueContainer().decode(String.self)
    }

    /// Writes the bare name.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }

    /// Byte order of the names.
    public static func < (left: Self, right: Self) -> Bool {
        left.description.utf8.lexicographicallyPrecedes(right.description.utf8)
    }
}

extension Identifier: ExpressibleByStringLiteral {
    /// An identifier written as a literal.
    public init(stringLiteral name: String) { description = name }
}

extension Identifier: CodingKeyRepresentable {
    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    /// The name as a key, so that dictionaries by identifier become JSON objects.
    public var codingKey: any CodingKey { Key(stringValue: description) }

    /// The identifier that a key names.
    public init?(codingKey: some CodingKey) { description = codingKey.stringValue }
}

/// Names a ``Site``.
public typealias SiteID = Identifier<Site>
/// Names a ``Session``.
public typealias SessionID = Identifier<Session>
/// Names a ``Participant``; unique in a snapshot.
public typealias ParticipantID = Identifier<Participant>
