public import MeshTypes

/// What a run of probes found.
public struct ProbeReport: Sendable, Hashable {
    /// Round-trip times of the probes that were answered in time.
    public struct RoundTrips: Sendable, Hashable {
        /// The least: the path with empty queues.
        public var minimum: Latency
        /// Half of them are at most this.
        public var median: Latency
        /// Their mean.
        public var mean: Latency
        /// Nineteen of twenty are at most this.
        public var p95: Latency
        /// The greatest.
        public var maximum: Latency
        /// Mean absolute difference from one probe to the next (RFC 3393 and RFC 5481, packet delay variation).
        public var jitter: Latency
    }

    /// How the extra time above the least splits, which needs no common clock: median time above the least on either way.
    ///
    /// A hint only: what is always there, such as a longer way back, cannot be seen without synchronised clocks.
    public struct Queueing: Sendable, Hashable {
        /// On the way to the responder.
        public var forward: Latency
        /// On the way back.
        public var backward: Latency
    }

    /// Probes sent.
    public var sent: Int
    /// Probes answered in time.
    public var received: Int
    /// Echoes that came twice, too late, or not as asked.
    public var discarded: Int
    /// Round-trip times; `nil` if no probe was answered.
    public var roundTrips: RoundTrips?
    /// Queueing on either way; `nil` if no probe was answered.
    public var queueing: Queueing?
    /// Fraction of the probes lost, either way.
    public var loss: Double
    /// Fraction lost on the way there, by the responder's count; `nil` if no probe was answered.
    public var forwardLoss: Double?
    /// Of those that got there, the fraction whose echo was lost; `nil` if no probe was answered.
    public var backwardLoss: Double?
    /// Bandwidth of the way there, Mbit/s, from the spacing in which trains arrived: a lower bound where it nears what this machine can send. `nil` if it was
    /// not measured.
    public var forwardBandwidth: Double?
    /// Bandwidth of the narrower way, Mbit/s, from the spacing in which reflected trains came back. `nil` if it was not measured.
    public var roundTripBandwidth: Double?
}

/// How a run of probes ended.
public enum ProbeOutcome: Sendable, Hashable {
    /// The responder answered.
    case measured(ProbeReport)
    /// Nobody answered any of so many hellos.
    case noAnswer(attempts: Int)
}
