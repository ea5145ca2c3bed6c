/// What a stream needs of a path.
public enum StreamKind: String, Sendable, Hashable, CaseIterable {
    /// Speech: small packets, no time to send again.
    case voice
    /// Live pictures: wide, little time to send again.
    case video
    /// Positions and actions of a game: tiny, often, the newest counts.
    case state
    /// What must arrive whole: files, chat, control.
    case reliable
}

/// What a path costs a stream, in milliseconds of delay that people would take instead.
///
/// All classes pay the round trip, and the buffer that hides jitter. Lost packets cost what each class does about them:
///
/// | class | rate, Mbit/s | jitter buffer | loss of a part `p` costs |
/// |---|---|---|---|
/// | voice | 0.064 | 2 jitter, each way | `1000 p / (p + 0.1) * 0.95 / 1.1`: the E-model's impairment at packet loss robustness 10 (ITU-T G.107, 7.4), at 0.11 of its points a millisecond, the slope of its delay impairment beyond 177 ms |
/// | video | 3 | 2 jitter, each way | one round trip for each lost packet of a frame of 10 |
/// | state | 0.1 | 1 jitter, each way | `p / (1 - p)` intervals of 50 ms until the next update arrives |
/// | reliable | 1 | none | `p / (1 - p)` round trips, and what TCP's rate falls short (below) |
///
/// A path narrower than the stream queues: the cost is a second for each time the rate exceeds the bandwidth. For
/// `reliable` the bandwidth is at most what TCP reaches, `1.22 * 1460 bytes / (rtt * sqrt(p))` (Mathis, Semke, Mahdavi,
/// Ott, 1997). What is not known costs nothing.
public struct PathCost: Sendable, Hashable {
    /// The stream.
    public var kind: StreamKind

    /// Costs of a class.
    public init(_ kind: StreamKind) { self.kind = kind }

    /// Mbit/s of one stream.
    public var rate: Double {
        switch kind {
        case .voice: 0.064
        case .video: 3
        case .state: 0.1
        case .reliable: 1
        }
    }

    /// The highest cost, milliseconds: a path that carries nothing.
    public static let ceiling = 60_000.0

    /// The cost of a path in milliseconds, from 0 to ``ceiling``; it never falls when a figure gets worse.
    ///
    /// - Parameters:
    ///   - roundTrip: milliseconds.
    ///   - jitter: milliseconds.
    ///   - loss: a part of the packets, 0 to 1; `nil` when unknown.
    ///   - bandwidth: Mbit/s; `nil` when unknown.
    public func milliseconds(
        roundTrip: Double, jitter: Double = 0, loss: Double? = nil, bandwidth: Double? = nil
    ) -> Double {
        let loss = max(0, min(1, loss ?? 0))
        guard loss < 1 else { return Self.ceiling }
        let odds = loss / (1 - loss)
        var cost = roundTrip
        var available = bandwidth ?? .infinity
        switch kind {
        case .voice:
            cost += 4 * jitter + 1000 * loss / (loss + 0.1) * (0.95 / 1.1)
        case .video:
            cost += 4 * jitter + 10 * odds * roundTrip
        case .state:
            cost += 2 * jitter + 50 * odds
        case .reliable:
            cost += odds * roundTrip
            if loss > 0 {
                let seconds = max(roundTrip, 0.1) / 1000
                available = min(available, 1.22 * 1460 * 8 / (seconds * loss.squareRoot()) / 1e6)
            }
        }
        if available < rate { cost += 1000 * (rate / max(available, 1e-6) - 1) }
        return min(Self.ceiling, max(0, cost))
    }

    /// The cost of a measured path.
    public func milliseconds(_ estimate: PathEstimate) -> Double {
        milliseconds(
            roundTrip: estimate.roundTrip, jitter: estimate.jitter, loss: estimate.loss, bandwidth: estimate.bandwidth)
    }
}
