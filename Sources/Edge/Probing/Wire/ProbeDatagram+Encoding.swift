public import NIOCore

extension ProbeDatagram {
    /// The number that states a message's kind on the wire.
    enum Kind: UInt8 {
        case hello = 1
        case challenge = 2
        case probe = 3
        case echo = 4
        case train = 5
        case reflection = 6
        case query = 7
        case report = 8
    }

    /// The bytes of this datagram. A stated length is brought into what the protocol allows. O(length).
    public func encoded() -> ByteBuffer {
        var buffer = ByteBuffer()
        switch message {
        case .hello(let length):
            begin(.hello, length: Self.requestLength(length), in: &buffer)
        case .challenge(let cookie):
            begin(.challenge, length: 32, in: &buffer)
            buffer.write(cookie)
        case .probe(let cookie, let probe, let length):
            begin(.probe, length: Self.requestLength(length), in: &buffer)
            buffer.write(cookie)
            buffer.writeInteger(probe.sequence)
            buffer.writeInteger(probe.sentAt)
        case .echo(let echo):
            begin(.echo, length: 48, in: &buffer)
            buffer.writeInteger(echo.probe.sequence)
            buffer.writeInteger(echo.probe.sentAt)
            buffer.writeInteger(echo.receivedCount)
            buffer.writeInteger(echo.receivedAt)
            buffer.writeInteger(echo.repliedAt)
        case .train(let cookie, let packet, let length):
            begin(.train, length: Self.requestLength(length), in: &buffer)
            buffer.write(cookie)
            buffer.write(packet)
        case .reflection(let packet, let length):
            begin(.reflection, length: Self.requestLength(length), in: &buffer)
            buffer.write(packet)
        case .query(let cookie, let train, let length):
            begin(.query, length: Self.requestLength(length), in: &buffer)
            buffer.write(cookie)
            buffer.writeInteger(train)
        case .report(let report):
            begin(.report, length: 34, in: &buffer)
            buffer.writeInteger(report.train)
            buffer.writeInteger(report.received)
            buffer.writeInteger(report.spacing.pairs)
            buffer.writeInteger(report.spacing.nanoseconds)
            buffer.writeInteger(report.spacing.bytes)
        }
        let stated = buffer.getInteger(at: 6, as: UInt16.self).map(Int.init) ?? 0
        buffer.writeRepeatingByte(0, count: max(0, stated - buffer.readableBytes))
        return buffer
    }

    private static func requestLength(_ length: Int) -> Int { min(max(length, leastRequestLength), greatestLength) }

    private func begin(_ kind: Kind, length: Int, in buffer: inout ByteBuffer) {
        buffer.reserveCapacity(length)
        buffer.writeInteger(Self.magic)
        buffer.writeInteger(Self.version)
        buffer.writeInteger(kind.rawValue)
        buffer.writeInteger(UInt16(length))
        buffer.writeInteger(run)
    }
}

extension ByteBuffer {
    fileprivate mutating func write(_ cookie: ProbeCookie) {
        writeInteger(cookie.high)
        writeInteger(cookie.low)
    }

    fileprivate mutating func write(_ packet: TrainPacket) {
        writeInteger(packet.train)
        writeInteger(packet.index)
        writeInteger(packet.count)
        writeInteger(UInt16(packet.isReflected ? 1 : 0))
    }
}
