public import MeshTypes

/// All measured paths: takes measurements in, refuses bad ones, and says what is believed of each path.
///
/// Paths are directed and sparse: a hash table with open addressing finds a path's state, which lies in one flat array.
/// A path takes about a hundred bytes. The table is bounded, so that forged names cannot fill the memory.
public struct PathTable: Sendable {
    /// What measurements are held to.
    public var rules = MeasurementRules()
    /// The most paths that are kept.
    public let capacity: Int
    /// How many measurements were taken in.
    public private(set) var accepted = 0
    /// How many were refused, by `MeasurementRefusal.rawValue`.
    public private(set) var refusals = [Int](repeating: 0, count: MeasurementRefusal.allCases.count)
    /// Unit vectors of the places of nodes; `nil` where a place is unknown.
    private var places: [SIMD3<Double>?] = []
    /// Nodes have numbers below this.
    public private(set) var nodeCount: Int

    private var keys: [UInt64] = []
    private var slots: [Int32]
    private(set) var filters: [PathFilter] = []
    private var mask: Int

    /// An empty table for nodes 0 to below `nodeCount`.
    ///
    /// - Parameters:
    ///   - coordinates: where nodes are, to refuse what is faster than light; empty when unknown.
    ///   - capacity: the most paths.
    public init(nodeCount: Int, coordinates: [GeoCoordinate?] = [], capacity: Int = 4_000_000) {
        self.nodeCount = max(0, nodeCount)
        self.capacity = max(1, min(capacity, 1 << 30))
        slots = Array(repeating: -1, count: 1024)
        mask = 1023
        places = coordinates.map { $0.map(Self.direction) }
    }

    /// How many paths are known.
    public var count: Int { filters.count }

    /// How many measurements were refused for a reason.
    public func refused(_ reason: MeasurementRefusal) -> Int { refusals[reason.rawValue] }

    /// Takes one measurement in, or refuses and counts it.
    ///
    /// - Parameters:
    ///   - now: seconds of the same clock as the measurement's time.
    ///   - reporter: the node that the message is known to come from, when it is known.
    /// - Returns: why it was refused; `nil` when it was not.
    /// - Complexity: O(1) on average.
    @discardableResult
    public mutating func ingest(_ measurement: PathMeasurement, now: Double, reporter: Int32? = nil)
        -> MeasurementRefusal?
    {
        let refusal = take(measurement, now: now, reporter: reporter)
        if let refusal { refusals[refusal.rawValue] += 1 } else { accepted += 1 }
        return refusal
    }

    @inline(__always)
    private mutating func take(_ measurement: PathMeasurement, now: Double, reporter: Int32?) -> MeasurementRefusal? {
        if let refusal = rules.refusal(measurement, now: now) { return refusal }
        let (from, to) = (measurement.from, measurement.to)
        guard from >= 0, to >= 0, Int(from) < nodeCount, Int(to) < nodeCount else { return .unknownNode }
        if let reporter, reporter != from { return .forged }
        guard from != to else { return .forged }
        if let roundTrip = measurement.roundTrip, isFasterThanLight(from, to, roundTrip) { return .forged }
        let key = UInt64(UInt32(bitPattern: from)) << 32 | UInt64(UInt32(bitPattern: to))
        var position = Self.hash(key) & mask
        while slots[position] >= 0 {
            let slot = Int(slots[position])
            if keys[slot] == key {
                guard measurement.time > filters[slot].time else { return .replayed }
                filters[slot].observe(measurement)
                return nil
            }
            position = (position + 1) & mask
        }
        guard filters.count < capacity else { return .full }
        slots[position] = Int32(filters.count)
        keys.append(key)
        var filter = PathFilter(time: measurement.time)
        filter.observe(measurement)
        filters.append(filter)
        if filters.count * 2 > slots.count { grow() }
        return nil
    }

    /// Takes nodes by other numbers; paths from or to those that are gone are forgotten.
    ///
    /// - Parameter numbers: the new number of each node, -1 for one that is gone; nodes beyond keep theirs.
    /// - Complexity: O(paths).
    public mutating func renumber(_ numbers: [Int32]) {
        func renumbered(_ node: Int32) -> Int32 { Int(node) < numbers.count ? numbers[Int(node)] : node }
        let (oldKeys, oldFilters) = (keys, filters)
        (keys, filters) = ([], [])
        for (index, old) in oldKeys.enumerated() {
            let from = renumbered(Int32(truncatingIfNeeded: old >> 32))
            let to = renumbered(Int32(truncatingIfNeeded: old))
            guard from >= 0, to >= 0 else { continue }
            keys.append(UInt64(UInt32(bitPattern: from)) << 32 | UInt64(UInt32(bitPattern: to)))
            filters.append(oldFilters[index])
        }
        var size = 1024
        while size < 2 * filters.count { size *= 2 }
        index(size)
    }

    @inline(__always)
    private func isFasterThanLight(_ from: Int32, _ to: Int32, _ roundTrip: Double) -> Bool {
        guard Int(max(from, to)) < places.count, let first = places[Int(from)], let second = places[Int(to)] else {
            return false
        }
        // The chord is no longer than the arc, so nobody honest is refused for it.
        let offset = first - second
        let chord = (offset * offset).sum().squareRoot() * GeoCoordinate.earthRadius
        return roundTrip < rules.lightTolerance * 2 * chord / GeographicLatency.kilometresPerMillisecond
    }

    private mutating func grow() { index(2 * slots.count) }

    /// Finds the paths anew in a table of a power of two.
    private mutating func index(_ size: Int) {
        mask = size - 1
        slots = Array(repeating: -1, count: mask + 1)
        for (slot, key) in keys.enumerated() {
            var position = Self.hash(key) & mask
            while slots[position] >= 0 { position = (position + 1) & mask }
            slots[position] = Int32(slot)
        }
    }

    /// SplitMix64's mixer: keys of neighbouring nodes must not cluster.
    @inline(__always)
    private static func hash(_ key: UInt64) -> Int {
        var mixed = key
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int(truncatingIfNeeded: (mixed ^ (mixed >> 31)) >> 1)
    }

    private static func direction(_ coordinate: GeoCoordinate) -> SIMD3<Double> {
        let latitude = coordinate.latitude * .pi / 180
        let longitude = coordinate.longitude * .pi / 180
        return SIMD3(
            cosine(latitude) * cosine(longitude), cosine(latitude) * sine(longitude), sine(latitude))
    }

    private func slot(_ from: Int32, _ to: Int32) -> Int? {
        let key = UInt64(UInt32(bitPattern: from)) << 32 | UInt64(UInt32(bitPattern: to))
        var position = Self.hash(key) & mask
        while slots[position] >= 0 {
            if keys[Int(slots[position])] == key { return Int(slots[position]) }
            position = (position + 1) & mask
        }
        return nil
    }

    /// The nodes of a path by its number.
    func path(_ index: Int) -> (from: Int32, to: Int32) {
        let key = keys[index]
        return (Int32(truncatingIfNeeded: key >> 32), Int32(truncatingIfNeeded: key))
    }
}

extension PathTable {
    /// What is believed of a path; `nil` when it was never measured. Paths are directed.
    public func estimate(from: Int32, to: Int32, now: Double) -> PathEstimate? {
        slot(from, to).flatMap { filters[$0].estimate(now: now) }
    }

    /// All paths as samples for completion, weighted by their confidence; those below `leastConfidence` are left out.
    ///
    /// - Complexity: O(paths).
    public func samples(now: Double, leastConfidence: Double = 0.05) -> [LatencySample] {
        filters.indices.compactMap { index in
            guard let estimate = filters[index].estimate(now: now), estimate.confidence >= leastConfidence else {
                return nil
            }
            let (from, to) = path(index)
            return LatencySample(
                from: Int(from), to: Int(to), milliseconds: estimate.roundTrip, weight: estimate.confidence)
        }
    }
}
