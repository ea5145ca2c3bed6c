import Foundation
import MeshInstances
import MeshTypes
import TestSupport

/// Snapshots over latencies that others measured.
enum MeasuredWorld {
    /// A square matrix of round-trip times in ms, blank-separated; 0 off the diagonal is missing.
    static func frame(_ path: String) throws -> [[Double]] {
        guard let url = SharedData.url(path) else { return [] }
        let text = String(decoding: try InputFile.read(url.path).bytes, as: UTF8.self)
        return text.split(separator: "\n").map { line in
            line.split(whereSeparator: { $0.isWhitespace }).map { Double($0) ?? 0 }
        }
    }

    /// One session of participants at some of the nodes, sites at others; both drawn by a seed.
    static func snapshot(
        _ frame: [[Double]], participants: Int, sites: Int, policy: SessionPolicy, price: Double = 1,
        loadPerServer: Int = 400, servers: Int = 2, seed: UInt64 = 1
    ) -> Snapshot {
        var random = SplitMix64(seed: seed)
        var nodes = Array(frame.indices)
        for place in nodes.indices.dropLast() { nodes.swapAt(place, random.integer(place...(nodes.count - 1))) }
        let siteNodes = nodes.prefix(sites)
        let participantNodes = (0..<participants).map { nodes[sites + $0 % (nodes.count - sites)] }
        let nowhere = GeoCoordinate(latitude: 0, longitude: 0)
        var network = LatencyTable(rowCount: sites, columnCount: sites)
        for (row, from) in siteNodes.enumerated() {
            for (column, to) in siteNodes.enumerated() where row == column || frame[from][to] > 0 {
                network[row, column] = row == column ? .zero : Latency(milliseconds: frame[from][to])
            }
        }
        var access = LatencyTable(rowCount: participants, columnCount: sites)
        for (row, from) in participantNodes.enumerated() {
            for (column, to) in siteNodes.enumerated() where frame[from][to] > 0 {
                access[row, column] = Latency(milliseconds: frame[from][to])
            }
        }
        return Snapshot(
            sites: (0..<sites).map {
                Site(
                    id: SiteID("site-\($0)"), name: "site \($0)", coordinate: nowhere, freeServers: servers,
                    totalServers: servers, loadPerServer: loadPerServer, price: price)
            },
            sessions: [Session(id: "session", type: "match", policy: policy)],
            participants: (0..<participants).map {
                Participant(id: ParticipantID("p\($0)"), session: "session", coordinate: nowhere)
            },
            network: .dense(network), accessLatency: access)
    }
}
