internal import Crypto

/// The secret of one epoch of a session, which only its servers have, and the keys that are derived from it.
///
/// HKDF with SHA-256 (RFC 5869); the salt names protocol and version, the info what the key is for. A participant is given the media
/// key, which seals and opens the session's streams, and the two keys of its own attachment; none of them gives away the secret.
public struct SessionSecret: Sendable, Hashable {
    /// The session's number.
    public let session: UInt32
    /// Which of the session's secrets it is.
    public let epoch: UInt8
    /// The 32 bytes.
    public let bytes: [UInt8]

    /// Takes 32 bytes; `nil` for any other number of them.
    public init?(session: UInt32, epoch: UInt8, bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        self.session = session
        self.epoch = epoch
        self.bytes = bytes
    }

    /// The key of all media of the session in this epoch.
    public var mediaKey: DatagramKey { KeyDerivation.key(bytes, "media", [session, UInt32(epoch)]) }

    /// The keys of a participant's attachments.
    public func attachmentKeys(stream: UInt32) -> AttachmentKeys {
        AttachmentKeys(
            up: KeyDerivation.key(bytes, "up", [session, UInt32(epoch), stream]),
            down: KeyDerivation.key(bytes, "down", [session, UInt32(epoch), stream]))
    }
}

/// The two keys between a participant and its servers.
public struct AttachmentKeys: Sendable, Hashable {
    /// Of what the participant says to a server.
    public var up: DatagramKey
    /// Of what a server says to the participant.
    public var down: DatagramKey

    /// Creates a pair.
    public init(up: DatagramKey, down: DatagramKey) {
        self.up = up
        self.down = down
    }
}

/// Keys from secrets.
public enum KeyDerivation {
    /// The key for what one server says to another, from the secret that both were given.
    public static func linkKey(secret: [UInt8], from: UInt16, to: UInt16) -> DatagramKey {
        key(secret, "link", [UInt32(from), UInt32(to)])
    }

    static func key(_ secret: [UInt8], _ label: String, _ numbers: [UInt32]) -> DatagramKey {
        var info = Array(label.utf8)
        for number in numbers { info += (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) } }
        let derived = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: secret), salt: Array("RMC media 2".utf8), info: info,
            outputByteCount: 32)
        var words: [UInt8] = []
        for byte in unsafe derived.withUnsafeBytes({ unsafe Array($0) }) { words.append(byte) }
        guard let key = DatagramKey(words) else { preconditionFailure("HKDF gave \(words.count) bytes, not 32") }
        return key
    }
}
