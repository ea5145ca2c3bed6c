internal import Foundation
internal import MediaTransport
internal import MeshAPI
internal import MeshEdge

/// A gate that one thread waits at until another opens it.
struct DatagramGate: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)
    func open() { semaphore.signal() }
    func wait() { semaphore.wait() }
}

/// The memory of a process whose relay serves many participants, each of whom has spoken.
enum MemoryBench {
    static func run(participants: Int) throws -> String {
        var configuration = Relay.Configuration(site: 1)
        configuration.participantCapacity = participants
        var relay = Relay(configuration: configuration, secret: Array(0..<32))
        let secrets = (0..<UInt32(max(1, participants / 20))).compactMap {
            SessionSecret(session: $0, epoch: 0, bytes: Array(repeating: 3, count: 32))
        }
        let table = RelayTable(
            version: 1, site: 1,
            sessions: secrets.map {
                .init(number: $0.session, keys: [.init(epoch: 0, secret: SecretBytes($0.bytes))])
            })
        try relay.adopt(table, at: 0)
        for index in 0..<participants {
            let secret = secrets[index % secrets.count]
            let address = PeerAddress(ipv4: 0x0A00_0000 + UInt32(index), port: 4_000)
            relay.admit(secret, stream: UInt32(index), at: address, now: 0)
        }
        for index in 0..<participants {
            let secret = secrets[index % secrets.count]
            for trafficClass in TrafficClass.allCases {
                let header = MediaHeader(
                    kind: .media, session: secret.session, stream: UInt32(index), trafficClass: trafficClass, origin: 1,
                    sequence: 0)
                guard
                    let datagram = SealedMedia.seal(
                        Array(repeating: 0, count: 164), header: header, key: secret.mediaKey)
                else { continue }
                relay.receive(datagram, from: PeerAddress(ipv4: 0x0A00_0000 + UInt32(index), port: 4_000), at: 1)
            }
            _ = relay.flush(at: 1) { _, _, count, _ in count }
        }
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS") } ?? "VmRSS unknown"
        return
            "memory with \(relay.participantCount) participants in \(secrets.count) sessions: \(line), benchmark included"
    }
}
