internal import Foundation
internal import MeshInstances
internal import Optimization

#if canImport(FoundationNetworking)
    internal import FoundationNetworking
#endif

/// The snapshot of a live service: `GET /v1/snapshot`, with a bearer token from `RMC_TOKEN` where the service wants one.
enum ServiceSnapshot {
    /// How long the service may take to begin an answer.
    private static let patience = 30.0

    static func fetch(_ address: String) throws -> InputFile {
        guard let url = URL(string: address) else {
            throw CommandFailure(.badInput, "\(address): is no URL; expected such as http://127.0.0.1:8080/v1/snapshot")
        }
        var request = URLRequest(url: url, timeoutInterval: patience)
        request.setValue("application/json", forHTTPHeaderField: "Accept")
        if let token = ProcessInfo.processInfo.environment["RMC_TOKEN"], !token.isEmpty {
            request.setValue("Bearer \(token)", forHTTPHeaderField: "Authorization")
        }
        let interrupter = request
        let (data, response) = try Waiting.finish(.init()) {
            do {
                return try await URLSession.shared.data(for: interrupter)
            } catch {
                throw CommandFailure(
                    .badInput,
                    "\(address): cannot be fetched (\((error as NSError).localizedDescription)); expected a service")
            }
        }
        let status = (response as? HTTPURLResponse)?.statusCode ?? 0
        guard status == 200 else {
            let hint = status == 401 || status == 403 ? "; set RMC_TOKEN to a token that may read it" : ""
            throw CommandFailure(
                .badInput, "\(address): answered with status \(status); expected 200 and a snapshot\(hint)")
        }
        return try InputFile(name: address, contents: Array(data))
    }
}
