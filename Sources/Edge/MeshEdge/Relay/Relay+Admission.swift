public import MediaTransport

extension Relay {
    /// Lets a participant in without a word from it: for benchmarks, and for shells that know by other means who is at an address.
    public mutating func admit(
        _ secret: SessionSecret, stream: UInt32, salt: UInt64 = 0, at address: PeerAddress, now: UInt64
    ) {
        let attachment = Attachment(
            session: secret.session, stream: stream, salt: salt, epoch: secret.epoch,
            keys: secret.attachmentKeys(stream: stream), address: address, mode: .active, classes: 7, lastHeard: now)
        insert(attachment, at: now)
    }
}
