internal import NIOCore

/// A host and a port, as people write them: `name:4470`, `192.0.2.1:4470`, `[2001:db8::1]:4470`.
public struct Endpoint: Sendable, Hashable, CustomStringConvertible, LosslessStringConvertible {
    /// A name or an address, without brackets.
    public var host: String
    /// The port.
    public var port: Int

    /// Creates an endpoint.
    public init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Reads an endpoint; `nil` for text that is none. The port, 0 to 65,535, must be there; an IPv6 address needs its brackets.
    public init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":") else { return nil }
        let digits = text[text.index(after: colon)...]
        guard !digits.isEmpty, digits.count <= 5, digits.allSatisfy({ $0.isASCII && $0.isNumber }),
            let port = Int(digits), port <= 65_535
        else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
            guard host.contains(":") else { return nil }
        } else if host.contains(":") {
            return nil
        }
        guard !host.isEmpty else { return nil }
        self.init(host: String(host), port: port)
    }

    /// The text that ``init(_:)`` reads.
    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

extension Endpoint {
    /// A socket's address as people write it.
    static func text(of address: SocketAddress) -> String {
        guard let host = address.ipAddress, let port = address.port else { return address.description }
        return Endpoint(host: host, port: port).description
    }
}
