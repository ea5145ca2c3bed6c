/// What the responder keeps of one run.
struct RespondedRun: Sendable {
    /// The cookie that was recognised; comparing with it spares the keyed hash.
    var cookie: ProbeCookie
    /// When it was recognised last, nanoseconds.
    var recognisedAt: UInt64
    /// How many different probes came.
    private(set) var receivedCount: UInt32 = 0
    /// The highest sequence so far, and which of the 64 up to it came (RFC 4303, 3.4.3).
    private var highest: UInt32 = 0
    private var window: UInt64 = 0
    private var trainWindow: UInt64 = 0
    private(set) var report = TrainReport(train: 0, received: 0, spacing: TrainSpacing())

    /// The longest train.
    static let longestTrain = 64

    init(cookie: ProbeCookie, recognisedAt: UInt64) {
        self.cookie = cookie
        self.recognisedAt = recognisedAt
    }

    /// Counts a probe; `false` if it came before, or is too old to tell.
    mutating func take(_ probe: ProbePacket) -> Bool {
        if receivedCount == 0 || probe.sequence > highest {
            let step = receivedCount == 0 ? 64 : probe.sequence - highest
            window = (step < 64 ? window << UInt64(step) : 0) | 1
            highest = probe.sequence
        } else {
            let back = highest - probe.sequence
            guard back < 64, window >> UInt64(back) & 1 == 0 else { return false }
            window |= 1 << UInt64(back)
        }
        receivedCount &+= 1
        return true
    }

    /// Counts a packet of a train; `false` if it came before. A packet of another train than the last begins that one.
    mutating func take(_ packet: TrainPacket, length: Int, at now: UInt64) -> Bool {
        if report.received == 0 || packet.train != report.train {
            report = TrainReport(train: packet.train, received: 0, spacing: TrainSpacing())
            trainWindow = 0
        }
        let bit: UInt64 = 1 << UInt64(packet.index)
        guard trainWindow & bit == 0 else { return false }
        trainWindow |= bit
        report.received += 1
        report.spacing.take(index: packet.index, length: length, at: now)
        return true
    }
}
