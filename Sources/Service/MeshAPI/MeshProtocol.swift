/// What agents, clients and the controller must agree on.
public enum MeshProtocol {
    /// The version of the requests and responses in this module, of the forwarding tables in them, and of the media protocol that those are for.
    public static let version = 2
    /// The HTTP header that carries the version, either way.
    public static let header = "Mesh-Protocol"

    /// What is wrong with the version that the other side names, in one line; `nil` if it is served.
    ///
    /// - Parameters:
    ///   - named: The header's value; `nil` counts as the present version, so that people can use curl.
    ///   - who: Who speaks it, for the message.
    public static func refusal(of named: String?, from who: String) -> String? {
        guard let named, named != String(version) else { return nil }
        return
            "\(who) speaks version \(named) of the mesh protocol; expected \(version). Bring both to the same release."
    }
}
