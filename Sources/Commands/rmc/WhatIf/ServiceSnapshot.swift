internal import ControlTransport
internal import Foundation
internal import MeshAPI
internal import MeshInstances
internal import Optimization

/// The snapshot of a live service: `GET /v1/snapshot`, with a bearer token from `RMC_TOKEN` where the service wants one. Of several services, with commas between
/// them, the first that is there.
enum ServiceSnapshot {
    /// How long the service may take, seconds.
    private static let patience = 30.0

    static func fetch(_ address: String, authority: String? = nil) throws -> InputFile {
        let parts = address.split(separator: ",").map { URLComponents(string: $0.trimmingCharacters(in: .whitespaces)) }
        guard let last = parts.last ?? nil, last.host?.isEmpty == false else {
            throw CommandFailure(.badInput, "\(address): is no URL; expected such as http://127.0.0.1:8080/v1/snapshot")
        }
        let query = last.percentEncodedQuery.map { "?" + $0 } ?? ""
        let path = last.percentEncodedPath + query
        // The last of the list brings the path; that of a service behind a prefix is part of it.
        let bases = parts.dropLast().compactMap { $0?.string } + [Self.base(of: last)]
        let token = ProcessInfo.processInfo.environment["RMC_TOKEN"].flatMap { $0.isEmpty ? nil : $0 }
        let contents = try Waiting.finish(.init()) {
            do {
                var client = try ControllerClient(bases.joined(separator: ","), token: token, authority: authority)
                client.timeout = patience
                return try await client.bytes("GET", path)
            } catch let problem as Problem {
                let hint =
                    problem.status == 401 || problem.status == 403
                    ? "; set RMC_TOKEN to a token that may read it" : ""
                throw CommandFailure(
                    .badInput,
                    "\(address): answered with status \(problem.status); expected 200 and a snapshot\(hint)")
            } catch let error as ControllerError {
                throw CommandFailure(
                    .badInput, "\(address): cannot be fetched (\(error.description)); expected a service")
            }
        }
        return try InputFile(name: address, contents: contents)
    }

    private static func base(of parts: URLComponents) -> String {
        var parts = parts
        (parts.path, parts.query, parts.fragment) = ("", nil, nil)
        return parts.string ?? ""
    }
}
