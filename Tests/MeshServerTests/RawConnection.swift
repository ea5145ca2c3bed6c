import Foundation
import HummingbirdTesting
import MeshServer
import Testing

/// A connection that sends bytes as it likes, on a thread that nobody else needs.
struct RawConnection: Sendable {
    /// What came back, and whether the service ended the connection.
    struct Heard: Sendable {
        var text: String
        var isEnded: Bool
    }

    private let descriptor: Int32

    init(_ test: TestService) throws {
        let port = try #require(test.client.port)
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe connect(descriptor, $0, size) }
        }
        try #require(result == 0)
        var time = timeval(tv_sec: 0, tv_usec: 50_000)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
    }

    func end() { close(descriptor) }

    /// Sends some bytes, then one of `drip` every 50 ms, and listens until the service ends the connection, what came has
    /// the words that are awaited, or some minutes are over.
    func send(_ text: String, drip: Character? = nil, until words: String? = nil) async -> Heard {
        let descriptor = descriptor
        return await withCheckedContinuation { continuation in
            DispatchQueue(label: "raw").async {
                Self.write(Array(text.utf8), descriptor)
                var heard = Heard(text: "", isEnded: false)
                var buffer = [UInt8](repeating: 0, count: 65536)
                for _ in 0..<3000 {
                    if let drip { Self.write(Array(String(drip).utf8), descriptor) }
                    let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
                    if count > 0 { heard.text += String(decoding: buffer.prefix(count), as: UTF8.self) }
                    if count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR) {
                        heard.isEnded = true
                        break
                    }
                    if let words, heard.text.contains(words) { break }
                }
                continuation.resume(returning: heard)
            }
        }
    }

    private static func write(_ bytes: [UInt8], _ descriptor: Int32) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes {
                unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
