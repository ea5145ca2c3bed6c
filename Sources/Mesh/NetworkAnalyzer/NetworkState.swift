public import MeshTypes

/// All that is known of a network, as a value: measurements go in, latencies, alarms and probes come out.
///
/// It ties the parts together for a caller that has up to ``LatencyCompletion/largestNodeCount`` nodes: sites, and
/// participants or representatives of them. Time comes in with every call.
public struct NetworkState: Sendable {
    /// The measured paths.
    public private(set) var paths: PathTable
    /// All latencies as of the last refresh; `nil` before the first.
    public private(set) var latencies: CompletedLatencies?
    /// What degrades.
    public private(set) var detector: DegradationDetector
    private let completion: LatencyCompletion

    /// A network of which nothing is known yet.
    ///
    /// - Parameters:
    ///   - nodeCount: how many nodes there are, up to ``LatencyCompletion/largestNodeCount``.
    ///   - coordinates: where they are; empty when unknown.
    ///   - traits: providers and regions; empty when unknown.
    ///   - seed: of everything random.
    public init(
        nodeCount: Int, coordinates: [GeoCoordinate?] = [], traits: [NodeTraits] = [], seed: UInt64 = 1
    ) {
        paths = PathTable(nodeCount: nodeCount, coordinates: coordinates)
        detector = DegradationDetector(traits: traits)
        completion = LatencyCompletion(nodeCount: nodeCount, coordinates: coordinates, seed: seed)
    }

    /// Takes one measurement in; see ``PathTable/ingest(_:now:reporter:)``.
    @discardableResult
    public mutating func ingest(
        _ measurement: PathMeasurement, now: Double, reporter: Int32? = nil
    ) -> MeasurementRefusal? {
        paths.ingest(measurement, now: now, reporter: reporter)
    }

    /// Completes the matrix anew, from the measured paths and from what was known before.
    ///
    /// - Complexity: that of ``LatencyCompletion/complete(_:previous:start:)``.
    public mutating func refresh(now: Double) {
        latencies = completion.complete(paths.samples(now: now), start: latencies)
    }

    /// Looks for degradations; the new ones.
    public mutating func look(now: Double) -> [Degradation] { detector.look(at: paths, now: now) }

    /// The estimate of one ordered pair: the path's own filter when it is fresh and steady, else the completed matrix;
    /// `nil` when neither knows it.
    public func estimate(from: Int, to: Int, now: Double) -> LatencyEstimate? {
        let model = latencies?[from, to]
        guard let path = paths.estimate(from: Int32(from), to: Int32(to), now: now) else { return model }
        guard let model else { return Self.interval(path) }
        // Both are logarithms with errors; the path counts by its confidence, as it did in completion.
        let log = path.confidence * logarithm(path.roundTrip) + (1 - path.confidence) * logarithm(model.milliseconds)
        let own = logarithm(1 + 1.645 * path.standardError / path.roundTrip)
        let width = path.confidence * own + (1 - path.confidence) * 0.5 * logarithm(model.upper / model.lower)
        return LatencyEstimate(
            milliseconds: exponential(log), lower: exponential(log - width), upper: exponential(log + width),
            isMeasured: true)
    }

    private static func interval(_ path: PathEstimate) -> LatencyEstimate {
        let factor = 1 + 1.645 * path.standardError / path.roundTrip
        return LatencyEstimate(
            milliseconds: path.roundTrip, lower: path.roundTrip / factor, upper: path.roundTrip * factor,
            isMeasured: true)
    }

    /// The pairs of two sets of nodes as candidates for probes, by the width of their intervals.
    ///
    /// - Parameter sensitivity: how much depends on a pair; see ``DecisionSensitivity``.
    /// - Complexity: O(sources * targets).
    public func candidates(
        from sources: [Int], to targets: [Int], now: Double, sensitivity: (_ from: Int, _ to: Int) -> Double
    ) -> [ProbeCandidate] {
        var result: [ProbeCandidate] = []
        result.reserveCapacity(sources.count * targets.count)
        for from in sources {
            for to in targets where from != to {
                let estimate = estimate(from: from, to: to, now: now)
                let width = estimate.map { 0.5 * logarithm($0.upper / $0.lower) } ?? Double(ErrorModel.ignorance)
                let age = paths.estimate(from: Int32(from), to: Int32(to), now: now)?.age ?? .infinity
                result.append(
                    ProbeCandidate(
                        from: from, to: to, uncertainty: width, sensitivity: sensitivity(from, to), age: age))
            }
        }
        return result
    }
}
