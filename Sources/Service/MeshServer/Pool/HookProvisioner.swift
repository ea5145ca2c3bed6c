import AsyncHTTPClient
import Foundation
import Logging
import MeshAPI
import MeshTypes
import NIOCore
import NIOHTTP1
import Synchronization

/// Asks a fleet manager outside for servers: an allocation is a `POST` of a document in the shape of an Agones
/// `GameServerAllocation`; a release is the same with `"release": true`.
///
///     {"kind": "GameServerAllocation", "release": false,
///      "metadata": {"name": "fra-1", "annotations": {"rmc/controller": "9f…", "rmc/epoch": "7"}},
///      "spec": {"selectors": [{"matchLabels": {"rmc/server": "fra-1", "rmc/region": "europe"}}]}}
///
/// The annotations name the controller's data folder and count its starts: a fleet manager that has seen a greater epoch of a folder is
/// asked by a controller that was followed by another.
///
/// The answer's `status.state` is to be `Allocated`. Anything else, and silence of five seconds, is tried again twice;
/// then the server fails, and its people are served elsewhere.
final class HookProvisioner: Provisioner {
    private struct Allocation: Encodable {
        struct Metadata: Encodable {
            var name: String
            var annotations: [String: String]
        }
        struct Selector: Encodable { var matchLabels: [String: String] }
        struct Spec: Encodable { var selectors: [Selector] }

        var apiVersion = "allocation.agones.dev/v1"
        var kind = "GameServerAllocation"
        var metadata: Metadata
        var spec: Spec
        var release: Bool
    }

    private struct Answer: Decodable {
        struct Status: Decodable { var state: String }
        var status: Status?
    }

    private let url: String
    private let logger: Logger
    private let identity: FolderIdentity
    private weak let service: MeshService?

    init(_ configuration: ServerConfiguration, _ service: MeshService) {
        url = configuration.text("hook")
        logger = service.logger
        identity = service.identity
        self.service = service
    }

    func acquire(_ site: SiteID) { Task { await ask(site, release: false) } }
    func release(_ site: SiteID) { Task { await ask(site, release: true) } }
    func stop() {}

    private func ask(_ site: SiteID, release: Bool) async {
        var labels = ["rmc/server": site.description]
        if let region = service?.views.server(site)?.registration.region { labels["rmc/region"] = region }
        let allocation = Allocation(
            metadata: .init(
                name: site.description,
                annotations: ["rmc/controller": identity.folder, "rmc/epoch": "\(identity.epoch)"]),
            spec: .init(selectors: [.init(matchLabels: labels)]),
            release: release)
        for attempt in 1...3 {
            if await isGranted(allocation) { return }
            try? await Task.sleep(for: .milliseconds(200 * attempt))
        }
        logger.error("the fleet manager did not answer as expected", metadata: ["server": "\(site)"])
        if !release { service?.submit(own: .fail(site)) }
    }

    private func isGranted(_ allocation: Allocation) async -> Bool {
        guard let body = try? JSONText.encode(allocation) else { return false }
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.body = .bytes(ByteBuffer(bytes: body))
        guard let response = try? await HTTPClient.shared.execute(request, timeout: .seconds(5)),
            (200..<300).contains(response.status.code), let bytes = try? await response.body.collect(upTo: 65536)
        else { return false }
        if allocation.release { return true }
        let answer = try? JSONDecoder().decode(Answer.self, from: Data(bytes.readableBytesView))
        return answer?.status?.state == "Allocated"
    }
}
