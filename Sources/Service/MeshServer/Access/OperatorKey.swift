import Crypto
import Foundation
import MeshAPI

/// The key that opens everything: from the environment, or made once and kept in the data folder.
///
/// It is never logged. Tokens are signed with a key that is derived from it, so that changing it ends them all.
package struct OperatorKey: Sendable {
    /// The variable that may hold it.
    package static let variable = "RMC_OPERATOR_KEY"
    /// The file in the data folder that holds it otherwise.
    package static let fileName = "operator.key"
    /// A key is at least this long.
    static let leastLength = 16

    let digest: SHA256Digest
    let signingKey: SymmetricKey
    /// What all keys of media are derived from: sessions' and links' secrets need not be kept anywhere.
    let mediaKey: SymmetricKey

    /// A key with that text.
    package init(_ text: String) throws {
        guard text.utf8.count >= Self.leastLength, text.utf8.count <= 512,
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else {
            throw StoreError(
                "the operator key has \(text.utf8.count) bytes; expected \(Self.leastLength) to 512 printable ones")
        }
        digest = SHA256.hash(data: Data(text.utf8))
        let material = SymmetricKey(data: Data(text.utf8))
        signingKey = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: material, info: Data("rmc token signing 1".utf8), outputByteCount: 32)
        mediaKey = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: material, info: Data("rmc media secrets 1".utf8), outputByteCount: 32)
    }

    /// The secret of a session's servers, or of a link: 32 bytes that follow from the key and from what they are for.
    func secret(_ purpose: String) -> SecretBytes {
        let derived = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: mediaKey, info: Data(purpose.utf8), outputByteCount: 32)
        return SecretBytes(unsafe derived.withUnsafeBytes { bytes in unsafe Array(bytes) })
    }

    /// Whether a text is the key; takes the same time whatever it is.
    func matches(_ text: String) -> Bool {
        let other = SHA256.hash(data: Data(text.utf8))
        return zip(digest, other).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }

    /// The key of a service: from the environment, else from the folder, where it is made if it is not there.
    ///
    /// - Throws: ``StoreError`` when the file is readable by others, or cannot be read or made.
    package static func load(folder: String, environment: [String: String]) throws -> OperatorKey {
        if let text = environment[variable], !text.isEmpty { return try OperatorKey(text) }
        let path = "\(folder)/\(fileName)"
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else {
            guard errno == ENOENT else { throw StoreError("\(path) cannot be opened (error \(errno))") }
            return try make(path)
        }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & 0o077 == 0 else {
            throw StoreError("\(path) is open to others; expected mode 0600")
        }
        let text = String(decoding: try handle.readToEnd() ?? Data(), as: UTF8.self)
        return try OperatorKey(text.trimmingCharacters(in: .whitespacesAndNewlines))
    }

    private static func make(_ path: String) throws -> OperatorKey {
        let text = unsafe SymmetricKey(size: .bits256).withUnsafeBytes { bytes in
            unsafe bytes.map { byte in
                let digits = String(byte, radix: 16)
                return digits.count == 1 ? "0" + digits : digits
            }.joined()
        }
        // Beside and then renamed: a crash leaves no half a key.
        let temporary = "\(path).\(getpid())"
        let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw StoreError("\(path) cannot be made (error \(errno))") }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        try handle.write(contentsOf: Data((text + "\n").utf8))
        try handle.synchronize()
        guard unsafe rename(temporary, path) == 0 else { throw StoreError("\(path) cannot be made (error \(errno))") }
        return try OperatorKey(text)
    }
}
