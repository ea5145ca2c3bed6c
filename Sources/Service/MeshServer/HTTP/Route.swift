import Foundation
import HTTPTypes
import MeshAPI

/// A way into the service: method, path, who may take it, what it does.
struct Route: Sendable {
    /// Who may ask.
    enum Access: Sendable, Hashable {
        /// Anybody.
        case open
        /// Anybody on this machine; elsewhere operators.
        case local
        /// Bearers of a token with one of these roles.
        case roles(Set<Role>)
    }

    let method: HTTPRequest.Method
    /// Segments; one in braces is a parameter.
    let path: String
    let access: Access
    /// Whether it is answered before the service is ready.
    let isEarly: Bool
    let handler: @Sendable (Call) async throws -> Reply

    private let segments: [Substring]

    init(
        _ method: HTTPRequest.Method, _ path: String, _ access: Access, isEarly: Bool = false,
        _ handler: @escaping @Sendable (Call) async throws -> Reply
    ) {
        (self.method, self.path, self.access, self.isEarly, self.handler) = (method, path, access, isEarly, handler)
        segments = path.split(separator: "/")
    }

    /// The parameters, if the path is of this route.
    func parameters(of path: [Substring]) -> [String: String]? {
        guard path.count == segments.count else { return nil }
        var parameters: [String: String] = [:]
        for (own, given) in zip(segments, path) {
            if own.first == "{" {
                guard let text = String(given).removingPercentEncoding, !text.isEmpty else { return nil }
                parameters[String(own.dropFirst().dropLast())] = text
            } else if own != given {
                return nil
            }
        }
        return parameters
    }
}

/// All routes; `openapi.yaml` lists the same, which a test compares.
package enum RouteTable {
    static let all: [Route] =
        OperationsRoutes.all + SessionRoutes.all + ParticipantRoutes.all + AttachmentRoutes.all + MeshRoutes.all
        + ServerRoutes.all + ObservationRoutes.all

    /// The method and the path of each route.
    package static var names: [String] { all.map { "\($0.method.rawValue) \($0.path)" } }
}
