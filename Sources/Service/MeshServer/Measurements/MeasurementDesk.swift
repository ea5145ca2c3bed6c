import MeshAPI
import MeshControl
import MeshTypes
import NetworkAnalyzer
import Synchronization

/// Takes measurements in and sums up for the controller what they changed.
///
/// Single measurements are not kept in the log; the digest is. A path is in a digest when its estimate has moved by
/// more than its noise since the last digest that had it.
final class MeasurementDesk: Sendable {
    private struct State {
        var paths: PathTable
        var detector = DegradationDetector(traits: [])
        var numbers: [String: Int32] = [:]
        var names: [String] = []
        /// Sites among the nodes.
        var sites: Set<Int32> = []
        /// Paths that were measured since the last digest.
        var touched: Set<UInt64> = []
        /// What the controller was told of each path, ms.
        var told: [UInt64: Double] = [:]
        /// What the controller was told that links carry, Mbit/s.
        var toldBandwidth: [UInt64: Double] = [:]
        var overloaded: [SiteID: Double] = [:]
        /// Nodes that left.
        var gone: Set<Int32> = []
    }

    private let state: Mutex<State>
    private let metrics: ServiceMetrics
    /// Nodes that are told apart at once; beyond, all is learned anew.
    static let nodeLimit = 200_000
    /// An estimate is told again when it moved by this part of itself and by this many ms.
    static let (leastPart, leastStep) = (0.05, 1.0)
    /// Before the names of people among the nodes.
    private static let people = "/"
    /// A bandwidth is told again when it changed by this part of itself.
    static let leastBandwidthPart = 0.1

    init(metrics: ServiceMetrics) {
        self.metrics = metrics
        state = Mutex(State(paths: PathTable(nodeCount: Self.nodeLimit, capacity: 2_000_000)))
    }

    /// Takes one measurement in.
    ///
    /// - Parameters:
    ///   - time: when it was taken; seconds since 1970.
    ///   - isSite: whether the one who measured is a site.
    /// - Returns: why it was refused, if it was.
    func take(_ line: MeasurementLine, time: Double, now: Double, isSite: Bool) -> String? {
        state.withLock { state in
            if state.names.count >= Self.nodeLimit - 2 {
                state = State(paths: PathTable(nodeCount: Self.nodeLimit, capacity: 2_000_000))
            }
            // What somebody is, is said by who reports and not by the name: a participant may be called as a server is.
            let from = Self.number(isSite ? line.from : Self.people + line.from, &state)
            let to = Self.number(line.to, &state)
            if isSite { state.sites.insert(from) }
            state.sites.insert(to)
            let before = state.paths.estimate(from: from, to: to, now: now)
            let refusal = state.paths.ingest(
                PathMeasurement(
                    from: from, to: to, roundTrip: line.rtt, loss: line.loss, bandwidth: line.bandwidth, time: time),
                now: now)
            if let refusal {
                metrics.tookMeasurement(isRefused: true)
                return "\(refusal)"
            }
            metrics.tookMeasurement(isRefused: false)
            if let before, let rtt = line.rtt, before.roundTrip > 0 {
                metrics.measured(error: abs(rtt - before.roundTrip) / before.roundTrip)
            }
            state.touched.insert(UInt64(UInt32(bitPattern: from)) << 32 | UInt64(UInt32(bitPattern: to)))
            return nil
        }
    }

    private static func number(_ name: String, _ state: inout State) -> Int32 {
        if let known = state.numbers[name] { return known }
        let number = Int32(state.names.count)
        state.numbers[name] = number
        state.names.append(name)
        return number
    }

    /// Takes over what the controller was told of sites' capacities before the service started.
    func restore(_ reduced: [SiteID: Double]) { state.withLock { $0.overloaded = reduced } }

    /// Forgets participants or servers who left: what is kept is in proportion to who is there.
    ///
    /// - Complexity: O(names); and once in a while O(paths).
    func forget(_ people: some Sequence<ParticipantID>) {
        forget(people.map { Self.people + $0.description })
    }

    /// The same of sites, by their identifiers.
    func forget(_ names: some Sequence<String>) {
        state.withLock { state in
            for name in names {
                guard let number = state.numbers.removeValue(forKey: name) else { continue }
                state.gone.insert(number)
                state.names[Int(number)] = ""
                state.sites.remove(number)
            }
            if state.gone.count > max(64, state.numbers.count / 16) { Self.close(&state) }
        }
    }

    /// Numbers those who are there anew.
    private static func close(_ state: inout State) {
        var numbering: [Int32] = []
        var names: [String] = []
        for (number, name) in state.names.enumerated() {
            let isGone = state.gone.contains(Int32(number))
            numbering.append(isGone ? -1 : Int32(names.count))
            if !isGone { names.append(name) }
        }
        func renumbered(_ path: UInt64) -> UInt64? {
            let from = numbering[Int(path >> 32)], to = numbering[Int(path & 0xFFFF_FFFF)]
            return from < 0 || to < 0 ? nil : UInt64(from) << 32 | UInt64(to)
        }
        func kept(_ values: [UInt64: Double]) -> [UInt64: Double] {
            Dictionary(
                uniqueKeysWithValues: values.compactMap { path, value in renumbered(path).map { ($0, value) } })
        }
        state.paths.renumber(numbering)
        state.detector.renumber(numbering)
        state.names = names
        state.numbers = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, Int32($0)) })
        state.sites = Set(state.sites.map { numbering[Int($0)] }.filter { $0 >= 0 })
        state.touched = Set(state.touched.compactMap(renumbered))
        (state.told, state.toldBandwidth) = (kept(state.told), kept(state.toldBandwidth))
        state.gone = []
    }

    /// What changed since the last digest; `nil` when nothing did.
    ///
    /// - Parameter trust: The part of its capacity that a site is trusted with, where that is not all.
    func digest(now: ControlTime, trust: [SiteID: Double] = [:]) -> MeasurementDigest? {
        let seconds = Double(now.milliseconds) / 1000
        return state.withLock { state in
            guard !state.touched.isEmpty || !trust.isEmpty || !state.overloaded.isEmpty else { return nil }
            var digest = MeasurementDigest()
            for path in state.touched.sorted() {
                let from = Int32(truncatingIfNeeded: path >> 32), to = Int32(truncatingIfNeeded: path)
                guard !state.gone.contains(from), !state.gone.contains(to) else { continue }
                guard let estimate = state.paths.estimate(from: from, to: to, now: seconds) else { continue }
                let latency = (estimate.roundTrip * 1000).rounded() / 1000
                // What edges report of a link's bandwidth; what a path to a participant carries binds nothing.
                let bandwidth = state.sites.contains(from) ? estimate.bandwidth.map { min($0, 1e6) } : nil
                let news = bandwidth.flatMap { value in
                    state.toldBandwidth[path].map { abs(value - $0) > Self.leastBandwidthPart * $0 } ?? true
                        ? value : nil
                }
                if news == nil, let told = state.told[path],
                    abs(latency - told) < max(Self.leastStep, Self.leastPart * told)
                {
                    continue
                }
                state.told[path] = latency
                let site = SiteID(state.names[Int(to)])
                if state.sites.contains(from) {
                    digest.links.append(
                        .init(from: SiteID(state.names[Int(from)]), to: site, latency: latency, bandwidth: news))
                    if let news { state.toldBandwidth[path] = news }
                } else {
                    let person = ParticipantID(String(state.names[Int(from)].dropFirst(Self.people.count)))
                    digest.access.append(.init(participant: person, site: site, latency: latency))
                }
            }
            state.touched.removeAll(keepingCapacity: true)
            _ = state.detector.look(at: state.paths, now: seconds)
            digest.overloads = Self.overloads(&state, trust)
            let isEmpty = digest.access.isEmpty && digest.links.isEmpty && digest.overloads.isEmpty
            return isEmpty ? nil : digest
        }
    }

    /// Sites that answer slower on most of their paths count for less until they recover.
    private static func overloads(_ state: inout State, _ trust: [SiteID: Double]) -> [MeasurementDigest.Overload] {
        var now: [SiteID: Double] = [:]
        for alarm in state.detector.active {
            guard case .node(let node) = alarm.entity, state.sites.contains(Int32(node)),
                !state.gone.contains(Int32(node))
            else { continue }
            now[SiteID(state.names[node])] = max(0.25, (100 / (1 + alarm.increase)).rounded() / 100)
        }
        for (site, part) in trust { now[site] = min(now[site] ?? 1, part) }
        var changes = now.filter { state.overloaded[$0.key] != $0.value }
        for site in state.overloaded.keys where now[site] == nil { changes[site] = 1 }
        state.overloaded = now
        return changes.sorted { $0.key < $1.key }.map { .init(site: $0.key, capacity: $0.value) }
    }

    /// Participants and servers of whom something is kept.
    var nodeCount: Int { state.withLock { $0.numbers.count } }

    /// Measurements taken in and refused, and paths known.
    var figures: (accepted: Int, refused: Int, paths: Int) {
        state.withLock { ($0.paths.accepted, $0.paths.refusals.reduce(0, +), $0.paths.count) }
    }
}
