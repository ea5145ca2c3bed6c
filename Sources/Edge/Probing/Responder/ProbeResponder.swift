public import NIOCore

/// The answering side of the probe protocol, as a value: datagrams in, replies out. No socket, no clock.
///
/// It cannot be used against others: no reply is longer than its request; an address that has not shown that it receives what is sent to it
/// gets 32 bytes for at least 64; each source and the whole are limited in rate; whatever is not understood, not recognised or too
/// much is dropped without a word and counted. Memory is bounded by ``Configuration``, whoever sends whatever.
public struct ProbeResponder: Sendable {
    /// Limits of a responder.
    public struct Configuration: Sendable, Hashable {
        /// Bytes a second that one source (an IPv4 address, an IPv6 network of 64 bits) may send, headers included.
        public var bytesPerSecondPerSource: Double = 512_000
        /// Bytes that a source may send at once after a pause: a few trains.
        public var burstBytesPerSource = 512_000
        /// Bytes a second that all sources together may send.
        public var bytesPerSecond: Double = 64_000_000
        /// Bytes that all sources together may send at once.
        public var burstBytes = 16_000_000
        /// How many runs are kept; the one that began first makes room.
        public var runCapacity = 8_192

        /// The limits that suit a server of a few hundred participants.
        public init() {}
    }

    /// What has come and gone.
    public struct Counters: Sendable, Hashable {
        /// Datagrams that came.
        public var received = 0
        /// Bytes that came, without headers.
        public var receivedBytes = 0
        /// Datagrams that were sent.
        public var replied = 0
        /// Bytes that were sent, without headers.
        public var repliedBytes = 0
        /// Dropped: their source was over its rate.
        public var overSourceRate = 0
        /// Dropped: all sources together were over theirs.
        public var overTotalRate = 0
        /// Dropped: the cookie is not one of ours for that source and run, or has expired.
        public var unrecognised = 0
        /// Dropped: a probe or a packet of a train that came before.
        public var repeated = 0
        /// Dropped: replies, which nobody has asked for.
        public var unexpected = 0
        /// Dropped: not of the protocol, by reason.
        public var refused: [ProbeRefusal: Int] = [:]

        /// Nothing yet.
        public init() {}
    }

    /// Datagrams since the start.
    public private(set) var counters = Counters()
    /// Runs that are kept now.
    public var runCount: Int { runs.count }

    private struct RunKey: Hashable {
        var source: ProbeSource
        var run: UInt64
    }

    private let jar: CookieJar
    private let capacity: Int
    private var perSource: SourceRateLimiter
    private var total: SourceRateLimiter
    private var runs: [RunKey: RespondedRun] = [:]
    /// The keys in the order in which they came, round and round.
    private var order: [RunKey] = []
    private var oldest = 0

    /// A responder.
    ///
    /// - Parameter secret: 32 random bytes or more; whoever knows them can forge cookies.
    public init(configuration: Configuration = Configuration(), secret: [UInt8]) {
        precondition(secret.count >= 32, "a responder needs a secret of 32 bytes or more, not \(secret.count)")
        jar = CookieJar(secret: secret)
        capacity = max(1, configuration.runCapacity)
        let keys = stride(from: 0, to: 32, by: 8).map { start in
            secret[start..<start + 8].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        }
        perSource = SourceRateLimiter(
            bytesPerSecond: configuration.bytesPerSecondPerSource, burstBytes: configuration.burstBytesPerSource,
            keys: (keys[0], keys[1]))
        total = SourceRateLimiter(
            bytesPerSecond: configuration.bytesPerSecond, burstBytes: configuration.burstBytes, bits: 0,
            keys: (keys[2], keys[3]))
    }

    /// Takes one datagram; what it returns is to be sent back to where the datagram came from, if anything.
    ///
    /// O(1), and one keyed hash where a source shows a cookie for the first time.
    ///
    /// - Parameter now: Nanoseconds of a clock that never goes back.
    public mutating func receive(_ datagram: ByteBuffer, from source: ProbeSource, at now: UInt64) -> ByteBuffer? {
        counters.received += 1
        counters.receivedBytes += datagram.readableBytes
        guard perSource.admits(datagram.readableBytes + Self.headers, from: source.prefix, at: now) else {
            counters.overSourceRate += 1
            return nil
        }
        guard total.admits(datagram.readableBytes + Self.headers, from: 0, at: now) else {
            counters.overTotalRate += 1
            return nil
        }
        let request: ProbeDatagram
        do throws(ProbeRefusal) {
            request = try ProbeDatagram(decoding: datagram)
        } catch {
            counters.refused[error, default: 0] += 1
            return nil
        }
        guard let message = reply(to: request, from: source, at: now) else { return nil }
        let reply = ProbeDatagram(run: request.run, message: message).encoded()
        counters.replied += 1
        counters.repliedBytes += reply.readableBytes
        return reply
    }

    /// Bytes of an IPv4 and a UDP header.
    private static let headers = 28

    private mutating func reply(
        to request: ProbeDatagram, from source: ProbeSource, at now: UInt64
    ) -> ProbeMessage? {
        let key = RunKey(source: source, run: request.run)
        switch request.message {
        case .hello: return .challenge(jar.cookie(for: source, run: request.run, at: now))
        case .probe(let cookie, let probe, _):
            guard recognise(cookie, of: key, at: now) else { return nil }
            guard runs[key]?.take(probe) == true, let count = runs[key]?.receivedCount else { return dropRepeated() }
            return .echo(ProbeEcho(probe: probe, receivedCount: count, receivedAt: now, repliedAt: now))
        case .train(let cookie, let packet, let length):
            guard recognise(cookie, of: key, at: now) else { return nil }
            guard packet.count <= RespondedRun.longestTrain else {
                counters.refused[.contents, default: 0] += 1
                return nil
            }
            guard runs[key]?.take(packet, length: length, at: now) == true else { return dropRepeated() }
            return packet.isReflected ? .reflection(packet, length: length) : nil
        case .query(let cookie, let train, _):
            guard recognise(cookie, of: key, at: now), let report = runs[key]?.report else { return nil }
            return .report(
                report.train == train ? report : TrainReport(train: train, received: 0, spacing: TrainSpacing()))
        case .challenge, .echo, .reflection, .report:
            counters.unexpected += 1
            return nil
        }
    }

    private mutating func dropRepeated() -> ProbeMessage? {
        counters.repeated += 1
        return nil
    }

    /// Whether the run is a known one, or its cookie one of ours; then it is kept.
    private mutating func recognise(_ cookie: ProbeCookie, of key: RunKey, at now: UInt64) -> Bool {
        if let known = runs[key], known.cookie.matches(cookie), now - known.recognisedAt < CookieJar.period {
            return true
        }
        guard jar.recognises(cookie, from: key.source, run: key.run, at: now) else {
            counters.unrecognised += 1
            return false
        }
        if runs[key] != nil {
            runs[key]?.cookie = cookie
            runs[key]?.recognisedAt = now
            return true
        }
        if order.count < capacity {
            order.append(key)
        } else {
            runs[order[oldest]] = nil
            order[oldest] = key
            oldest = (oldest + 1) % capacity
        }
        runs[key] = RespondedRun(cookie: cookie, recognisedAt: now)
        return true
    }
}
