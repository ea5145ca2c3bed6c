internal import Foundation

/// Bytes that must not be seen in logs: text of them says how many there are. In JSON they are Base64.
public struct SecretBytes: Sendable, Hashable, Codable, CustomStringConvertible, CustomDebugStringConvertible {
    /// The bytes.
    public var bytes: [UInt8]

    /// Wraps bytes.
    public init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// So many bytes of the system's generator.
    public static func random(count: Int = 32) -> SecretBytes {
        SecretBytes((0..<count).map { _ in UInt8.random(in: .min ... .max) })
    }

    /// Reads Base64.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let data = Data(base64Encoded: try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "expected Base64")
        }
        bytes = Array(data)
    }

    /// Writes Base64.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(Data(bytes).base64EncodedString())
    }

    /// How many bytes there are, nothing more.
    public var description: String { "(\(bytes.count) secret bytes)" }
    /// The same.
    public var debugDescription: String { description }
}
