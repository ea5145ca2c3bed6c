internal import MediaTransport

/// A network of nodes as a value: when does a datagram that leaves one now arrive at another, if at all?
///
/// Each way has a delay; jitter and loss are drawn from a seed; a way can be narrow: a first-in-first-out queue of half a second before the delay.
public struct EmulatedNetwork: Sendable {
    /// What a way is like besides its delay.
    public struct Weather: Sendable, Hashable {
        /// Nanoseconds added to the delay.
        public var extraDelay: UInt64 = 0
        /// The fraction lost.
        public var loss = 0.0
        /// Mbit/s; `nil` for any.
        public var bandwidth: Double?

        /// Fair.
        public init() {}
    }

    /// One-way delays in nanoseconds, a row a sender.
    public var delays: [[UInt64]]
    /// Nanoseconds of jitter at most, uniform.
    public var jitter: UInt64
    /// The fraction lost on every way.
    public var loss: Double
    /// Ways that are not fair, by sender and receiver.
    public var weather: [[Int]: Weather] = [:]
    /// Nodes from and to which nothing passes.
    public var cut: Set<Int> = []
    private var random: Randomness
    private var busyUntil: [[Int]: UInt64] = [:]

    /// Creates a network in fair weather.
    public init(delays: [[UInt64]], jitter: UInt64 = 0, loss: Double = 0, seed: UInt64) {
        self.delays = delays
        self.jitter = jitter
        self.loss = loss
        random = Randomness(state: seed)
    }

    /// When a datagram arrives; `nil` if it is lost.
    public mutating func arrival(from: Int, to: Int, bytes: Int, at now: UInt64) -> UInt64? {
        let (lot, share) = (random.fraction(), random.fraction())
        guard !cut.contains(from), !cut.contains(to) else { return nil }
        let way = [from, to]
        let weather = weather.isEmpty ? nil : weather[way]
        guard lot >= max(loss, weather?.loss ?? 0) else { return nil }
        var left = now
        if let bandwidth = weather?.bandwidth {
            let begins = max(now, busyUntil[way] ?? 0)
            guard begins - now <= 500_000_000 else { return nil }
            left = begins + UInt64(Double(bytes + 28) * 8_000 / bandwidth)
            busyUntil[way] = left
        }
        return left + delays[from][to] + (weather?.extraDelay ?? 0) + UInt64(Double(jitter) * share)
    }
}

/// SplitMix64 (Steele, Lea, Flood, 2014).
struct Randomness: Sendable {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func fraction() -> Double { Double(next() >> 11) * 0x1p-53 }

    mutating func integer(below limit: Int) -> Int { Int(next().multipliedFullWidth(by: UInt64(max(1, limit))).high) }
}
