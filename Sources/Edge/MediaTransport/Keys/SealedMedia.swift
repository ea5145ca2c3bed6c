internal import Crypto

/// Seals payloads into media datagrams, and opens them: XChaCha20-Poly1305, of swift-crypto, at the participants' ends.
public enum SealedMedia {
    /// The whole datagram: header, sealed payload, tag; `nil` if the payload is longer than ``MediaWire/greatestPayload``.
    ///
    /// - Parameter header: Its stream, salt, class, origin and sequence must never have been used with this key.
    public static func seal(_ payload: [UInt8], header: MediaHeader, key: DatagramKey) -> [UInt8]? {
        guard payload.count <= MediaWire.greatestPayload else { return nil }
        var datagram = [UInt8](repeating: 0, count: MediaWire.headerLength)
        do {
            var span = datagram.mutableSpan
            header.encode(into: &span)
        }
        guard let nonce = nonce(of: datagram),
            let box = try? ChaChaPoly.seal(
                payload, using: SymmetricKey(data: SaltedKey(key, of: datagram.span).bytes), nonce: nonce,
                authenticating: datagram)
        else { return nil }
        datagram += box.ciphertext
        datagram += box.tag
        return datagram
    }

    /// The payload; `nil` for a datagram that is not genuine.
    public static func open(_ datagram: [UInt8], key: DatagramKey) -> [UInt8]? {
        // From byte 20 on a datagram is nonce, sealed payload and tag, as swift-crypto wants them in one piece.
        guard datagram.count >= MediaWire.overhead,
            let box = try? ChaChaPoly.SealedBox(combined: [0, 0, 0, 0] + datagram[20...]),
            let payload = try? ChaChaPoly.open(
                box, using: SymmetricKey(data: SaltedKey(key, of: datagram.span).bytes),
                authenticating: datagram[..<MediaWire.headerLength])
        else { return nil }
        return Array(payload)
    }

    /// Four zeros, then class, origin and sequence: what XChaCha20 takes of its nonce once the key is salted.
    private static func nonce(of datagram: [UInt8]) -> ChaChaPoly.Nonce? {
        try? ChaChaPoly.Nonce(data: [0, 0, 0, 0] + datagram[20..<28])
    }
}
