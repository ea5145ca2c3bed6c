internal import Glibc
internal import MediaTransport
internal import MeshAPI
internal import MeshEdge

/// One session at one relay: a sender and its receivers, all on loopback.
struct BenchWorld {
    static let loopback = PeerAddress(ipv4: 0x7F00_0001, port: 0)
    let secret: SessionSecret
    let sender: DatagramSocket
    let receivers: [DatagramSocket]
    private var sequence: UInt64 = 0

    init(fanOut: Int) throws {
        guard let secret = SessionSecret(session: 7, epoch: 0, bytes: (0..<32).map { $0 }) else {
            preconditionFailure("32 bytes make a secret")
        }
        self.secret = secret
        sender = try DatagramSocket(Self.loopback)
        receivers = try (0..<fanOut).map { _ in try DatagramSocket(Self.loopback) }
    }

    var table: RelayTable {
        RelayTable(
            version: 1, site: 1,
            sessions: [.init(number: 7, keys: [.init(epoch: 0, secret: SecretBytes(secret.bytes))])])
    }

    func admit(to relay: inout Relay, at now: UInt64) {
        relay.admit(secret, stream: 1, at: sender.address, now: now)
        for (index, receiver) in receivers.enumerated() {
            relay.admit(secret, stream: UInt32(2 + index), at: receiver.address, now: now)
        }
    }

    /// So many datagrams, one behind the other, none ever made before.
    mutating func datagrams(_ count: Int, size: Int, stamp: UInt64 = 0) -> [[UInt8]] {
        let key = secret.mediaKey
        return (0..<count).compactMap { _ in
            let header = MediaHeader(kind: .media, session: 7, stream: 1, origin: 1, sequence: sequence)
            sequence += 1
            return SealedMedia.seal(Array(repeating: 9, count: size - MediaWire.overhead), header: header, key: key)
        }
    }

    /// Nanoseconds of processor time of this thread.
    static var processorTime: UInt64 {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
