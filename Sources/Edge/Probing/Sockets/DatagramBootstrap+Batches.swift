internal import NIOCore
internal import NIOPosix

extension DatagramBootstrap {
    /// Takes up to 32 datagrams from the socket in one call. The buffer is shared out among them, and has room for the longest in each part.
    func receivingInBatches() -> Self {
        channelOption(.datagramVectorReadMessageCount, value: 32)
            .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 32 * 2_048))
    }
}
