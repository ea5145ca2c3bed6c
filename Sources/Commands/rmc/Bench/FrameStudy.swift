internal import MeshEngine
internal import MeshInstances
internal import MeshTypes
internal import Optimization

/// One session over latencies that somebody measured: a mesh against the strategies that go without one, and against people who
/// send to each other directly.
struct FrameStudy {
    /// A draw of participants and sites from the nodes of a frame. Latencies are means over ordered pairs, milliseconds.
    struct Row {
        var latency: [Strategy: Double] = [:]
        /// The mean of the pairs that the frame knows, without servers; `nil` where it knows none.
        var direct: Double?
        var gap: Double?
        var seconds = 0.0
        var unserved = 0

        /// How much less the mesh's latency is than a strategy's.
        func change(from strategy: Strategy) -> Double {
            (latency[.best] ?? 0) / max(latency[strategy] ?? 0, 1e-9) - 1
        }
    }

    let frame: LatencyFrame
    let participants: Int
    let sites: Int
    let siteLimit: Int

    /// Servers at a site and what one carries: no site is ever short, as the study is of latencies.
    private static let servers = 2

    /// Draws nodes for sites and, from the others, for participants; several share a node where there are more people than nodes.
    ///
    /// - Complexity: the plan of one session for each strategy.
    func draw(seed: UInt64, interrupter: Interrupter) throws -> Row {
        var random = SeededRandom(seed: seed)
        var nodes = Array(0..<frame.nodeCount)
        for place in nodes.indices.dropLast() { nodes.swapAt(place, random.integer(in: place...(nodes.count - 1))) }
        let people = (0..<participants).map { nodes[sites + $0 % (nodes.count - sites)] }
        let snapshot = snapshot(sites: Array(nodes.prefix(sites)), people: people)
        var row = Row()
        row.direct = direct(people)
        for strategy in Strategy.allCases where !interrupter.isInterrupted {
            let request = PlanRequest(strategy: strategy, interrupter: interrupter)
            let (plan, seconds) = try Stopwatch.measure { try MeshEngine().plan(snapshot, request) }
            row.latency[strategy] = plan.sessions.first?.latency.mean
            guard strategy == .best else { continue }
            (row.gap, row.seconds) = (plan.gap, seconds)
            row.unserved = plan.totals.participants - plan.totals.served
        }
        return row
    }

    private func latency(from: Int, to: Int) -> Latency? {
        let value = frame.values[from * frame.nodeCount + to]
        return value > 0 ? Latency(milliseconds: Double(value)) : nil
    }

    private func snapshot(sites siteNodes: [Int], people: [Int]) -> Snapshot {
        let nowhere = GeoCoordinate(latitude: 0, longitude: 0)
        var network = LatencyTable(rowCount: sites, columnCount: sites)
        for (row, from) in siteNodes.enumerated() {
            for (column, to) in siteNodes.enumerated() {
                network[row, column] = row == column ? .zero : latency(from: from, to: to)
            }
        }
        var access = LatencyTable(rowCount: people.count, columnCount: sites)
        for (row, from) in people.enumerated() {
            for (column, to) in siteNodes.enumerated() { access[row, column] = latency(from: from, to: to) }
        }
        return Snapshot(
            sites: (0..<sites).map {
                Site(
                    id: SiteID("site-\($0)"), name: "site \($0)", coordinate: nowhere, freeServers: Self.servers,
                    totalServers: Self.servers, loadPerServer: people.count, price: 1)
            },
            sessions: [Session(id: "session", type: "match", policy: SessionPolicy(siteLimit: siteLimit))],
            participants: people.indices.map {
                Participant(id: ParticipantID("p\($0)"), session: "session", coordinate: nowhere)
            },
            network: .dense(network), accessLatency: access)
    }

    private func direct(_ people: [Int]) -> Double? {
        var (sum, count) = (0.0, 0)
        for (number, from) in people.enumerated() {
            for (other, to) in people.enumerated() where number != other && from != to {
                guard let latency = latency(from: from, to: to) else { continue }
                sum += latency.milliseconds
                count += 1
            }
        }
        return count > 0 ? sum / Double(count) : nil
    }
}
