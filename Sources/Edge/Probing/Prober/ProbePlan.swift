/// What a prober does in one run.
public struct ProbePlan: Sendable, Hashable {
    /// How many probes; 1 to 10,000.
    public var probeCount = 20
    /// Nanoseconds from one probe to the next; 1 ms or more.
    public var interval: UInt64 = 50_000_000
    /// Bytes of a probe, 64 to 1,400, without headers.
    public var probeLength = 64
    /// How long an echo is waited for, nanoseconds. What comes later counts as lost.
    public var timeout: UInt64 = 1_000_000_000
    /// How many times a hello or a query is sent before the prober gives up.
    public var attempts = 4
    /// How long a hello or a query waits before it is sent again, nanoseconds; doubles each time.
    public var retryAfter: UInt64 = 250_000_000
    /// How many trains measure the bandwidth; 0 for none, at most 100.
    public var trainCount = 0
    /// Packets of a train; 2 to 64.
    public var trainLength = 16
    /// Bytes of each packet of a train, 64 to 1,400, without headers.
    public var trainPacketLength = 1_200
    /// Whether trains are sent back too, which measures the narrower of the two ways besides the way there.
    public var reflectsTrains = false

    /// Twenty probes in a second, no trains.
    public init() {}

    /// What is wrong with the plan, in one line; `nil` if nothing is.
    public var problem: String? {
        let ranges: [(String, Int, ClosedRange<Int>)] = [
            ("probe count", probeCount, 1...10_000),
            ("probe length", probeLength, ProbeDatagram.leastRequestLength...ProbeDatagram.greatestLength),
            ("attempts", attempts, 1...20),
            ("train count", trainCount, 0...100),
            ("train length", trainLength, 2...RespondedRun.longestTrain),
            (
                "length of a train's packets", trainPacketLength,
                ProbeDatagram.leastRequestLength...ProbeDatagram.greatestLength
            ),
        ]
        for (name, value, range) in ranges where !range.contains(value) {
            return "the \(name) is \(value); expected \(range.lowerBound) to \(range.upperBound)"
        }
        let times = [
            ("interval between probes", interval), ("time to wait for an echo", timeout), ("time to retry", retryAfter),
        ]
        for (name, value) in times where !(1_000_000...60_000_000_000).contains(value) {
            return "the \(name) is \(Double(value) / 1e6) ms; expected 1 ms to 60 s"
        }
        return nil
    }
}
