public import NIOCore

extension ProbeDatagram {
    /// Reads one datagram; the buffer is what came off the socket, whole.
    ///
    /// - Throws: ``ProbeRefusal``, whatever the bytes are; never traps. O(1): padding is not read.
    public init(decoding buffer: ByteBuffer) throws(ProbeRefusal) {
        var rest = buffer
        let length = rest.readableBytes
        guard length >= Self.headerLength else { throw .truncated }
        guard try rest.integer(UInt32.self) == Self.magic else { throw .foreign }
        guard try rest.integer(UInt8.self) == Self.version else { throw .version }
        guard let kind = Kind(rawValue: try rest.integer(UInt8.self)) else { throw .kind }
        guard try Int(rest.integer(UInt16.self)) == length else { throw .length }
        let run = try rest.integer(UInt64.self)
        switch kind {
        case .hello, .probe, .train, .query, .reflection:
            guard length >= Self.leastRequestLength else { throw .unpadded }
            guard length <= Self.greatestLength else { throw .length }
        case .challenge, .echo, .report: break
        }
        self.init(run: run, message: try Self.message(of: kind, length: length, from: &rest))
        switch kind {
        // Replies have no padding.
        case .challenge, .echo, .report: guard rest.readableBytes == 0 else { throw .length }
        case .hello, .probe, .train, .query, .reflection: break
        }
    }

    private static func message(
        of kind: Kind, length: Int, from rest: inout ByteBuffer
    ) throws(ProbeRefusal) -> ProbeMessage {
        switch kind {
        case .hello: return .hello(length: length)
        case .challenge: return .challenge(try rest.cookie())
        case .probe:
            let cookie = try rest.cookie()
            let sequence = try rest.integer(UInt32.self)
            return .probe(
                cookie, ProbePacket(sequence: sequence, sentAt: try rest.integer(UInt64.self)), length: length)
        case .echo:
            let sequence = try rest.integer(UInt32.self)
            let probe = ProbePacket(sequence: sequence, sentAt: try rest.integer(UInt64.self))
            let count = try rest.integer(UInt32.self)
            let receivedAt = try rest.integer(UInt64.self)
            return .echo(
                ProbeEcho(
                    probe: probe, receivedCount: count, receivedAt: receivedAt, repliedAt: try rest.integer(UInt64.self)
                ))
        case .train:
            let cookie = try rest.cookie()
            return .train(cookie, try rest.trainPacket(), length: length)
        case .reflection: return .reflection(try rest.trainPacket(), length: length)
        case .query:
            let cookie = try rest.cookie()
            return .query(cookie, train: try rest.integer(UInt16.self), length: length)
        case .report:
            let train = try rest.integer(UInt16.self)
            let received = try rest.integer(UInt16.self)
            let pairs = try rest.integer(UInt16.self)
            let nanoseconds = try rest.integer(UInt64.self)
            let spacing = TrainSpacing(pairs: pairs, nanoseconds: nanoseconds, bytes: try rest.integer(UInt32.self))
            return .report(TrainReport(train: train, received: received, spacing: spacing))
        }
    }
}

extension ByteBuffer {
    fileprivate mutating func integer<Value: FixedWidthInteger>(_ type: Value.Type) throws(ProbeRefusal) -> Value {
        guard let value = readInteger(as: type) else { throw .truncated }
        return value
    }

    fileprivate mutating func cookie() throws(ProbeRefusal) -> ProbeCookie {
        let high = try integer(UInt64.self)
        return ProbeCookie(high: high, low: try integer(UInt64.self))
    }

    fileprivate mutating func trainPacket() throws(ProbeRefusal) -> TrainPacket {
        let train = try integer(UInt16.self)
        let index = try integer(UInt16.self)
        let count = try integer(UInt16.self)
        let flags = try integer(UInt16.self)
        guard index < count, flags <= 1 else { throw .contents }
        return TrainPacket(train: train, index: index, count: count, isReflected: flags == 1)
    }
}
