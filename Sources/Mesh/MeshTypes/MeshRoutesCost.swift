/// What routing is charged: definitions that router and checker share.
///
/// A tree of rate `r` (kbit/s) and latency weight `w` that reaches the receivers `T` over the hops `E` costs
///
///     r * ( sum over t in T of w * latency of the tree's path to t  +  sum over e in E of carriage * latency[e] )
///
/// and a link with load `x` (the rates of the trees that use it, each once) and capacity `u` costs `G_u(x)`: convex,
/// piecewise linear in its utilisation, 0 below the first step. Everything is an integer: rates in kbit/s,
/// latencies in microseconds, weights and carriage in thousandths, so that prices are in nanoseconds per unit of load
/// and costs in kbit/s * ns. Receivers that no way leads to are charged nothing.
///
/// **The bound.** For any prices `y[e] >= 0` (0 on links without a limit),
///
///     bound(y) = sum over trees of r * max(A, B)  -  sum over links of conjugate[e](y[e])
///     A = (1 / |T|) * sum over t of shortest path to t under |T| * w * latency + carriage * latency + y
///     B = sum over t of D(t)  +  max over t of ( shortest path to t under (w + carriage) * latency + y  -  D(t) )
///     D(t) = shortest path to t under w * latency
///     conjugate[e](y) = max over x of ( y x - G_u(x) ) = sum over steps of max(0, y - slope) * width
///
/// A holds because a hop serves at most |T| receivers, so that sharing divides its price by |T| at most; B because the
/// tree pays every hop on its way to any one receiver in full. The Lagrangian of the loads does the rest, as in
/// multicommodity flow (guide `Multicommodity.md`).
public struct CongestionCurve: Sendable, Hashable, Codable {
    /// One step of the curve.
    public struct Step: Sendable, Hashable, Codable {
        /// The utilisation from which the step applies, thousandths of the capacity.
        public var start: Int
        /// What each kbit/s beyond costs, nanoseconds; more than at the step before.
        public var slope: Int64

        /// Creates a step.
        public init(start: Int, slope: Int64) {
            self.start = start
            self.slope = slope
        }
    }

    /// The steps, ascending in start and slope, slopes of 0 or more and below 2^40; the last one starts at 1000 and
    /// charges overload.
    public var steps: [Step]

    /// A curve of these steps, or `nil` when they are not as ``steps`` says.
    public init?(steps: [Step]) {
        guard let last = steps.last, last.start == 1000, last.slope < 1 << 40 else { return nil }
        var before = Step(start: -1, slope: -1)
        for step in steps {
            guard step.start > before.start, step.slope > before.slope else { return nil }
            before = step
        }
        self.steps = steps
    }

    private init(trusted steps: [Step]) { self.steps = steps }

    /// The delay of an M/M/1 queue: the marginal cost of load at utilisation `u` grows as `1 / (1 - u)^2` (Kleinrock
    /// 1964; Fortz and Thorup 2000 cut it into pieces), from 0 at one half. A unit is 0.2 ms: about 20 ms at 90 %
    /// and 500 ms at 98 %. A kbit/s beyond the capacity costs ten seconds: overload is avoided at almost any price.
    public static let kleinrock = CongestionCurve(
        trusted: [
            (500, 250), (600, 700), (680, 1_800), (740, 3_000), (790, 5_000), (830, 8_000), (860, 12_000),
            (890, 18_000), (915, 29_000), (935, 44_000), (950, 65_000), (965, 110_000), (980, 250_000),
            (990, 500_000), (1000, 10_000_000),
        ].map { Step(start: $0, slope: $1 * 1000) })
}
