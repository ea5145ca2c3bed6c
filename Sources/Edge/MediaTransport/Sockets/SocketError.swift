internal import Glibc

/// Why a socket could not do what was asked.
public struct SocketError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The system's number for it.
    public let errorNumber: Int32
    /// One line.
    public let description: String

    init(errorNumber: Int32, doing what: String) {
        self.errorNumber = errorNumber
        var text = [CChar](repeating: 0, count: 128)
        let outcome = unsafe text.withUnsafeMutableBufferPointer { buffer -> Int32 in
            guard let base = buffer.baseAddress else { return EINVAL }
            return unsafe strerror_r(errorNumber, base, buffer.count)
        }
        let bytes = outcome == 0 ? text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) } : []
        description = "\(what): \(bytes.isEmpty ? "error \(errorNumber)" : String(decoding: bytes, as: UTF8.self))"
    }
}
