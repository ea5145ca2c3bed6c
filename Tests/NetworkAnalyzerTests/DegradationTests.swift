import DenseMatrices
import MeshInstances
import NetworkAnalyzer
import TestSupport
import Testing

/// A trace over measured latencies: participants probe servers in turn, with heavy-tailed jitter, spikes and losses.
private struct Trace {
    let participants: Int
    let servers: Int
    let traits: [NodeTraits]
    private let base: Matrix<Float>
    private var random: SplitMix64
    private(set) var table: PathTable
    private(set) var now = 0.0
    /// What a path's latency is multiplied by.
    var factor: (_ participant: Int, _ server: Int) -> Double = { _, _ in 1 }

    /// Nodes are the participants, then the servers; servers lie in 8 regions of 4 providers, participants in 8 more
    /// regions.
    init(participants: Int, servers: Int, seed: UInt64) throws {
        (self.participants, self.servers) = (participants, servers)
        base = try BundledFrames.planetLab(9)
        random = SplitMix64(seed: seed)
        table = PathTable(nodeCount: participants + servers)
        traits =
            (0..<participants).map { NodeTraits(provider: nil, region: 100 + $0 % 8) }
            + (0..<servers).map { NodeTraits(provider: $0 % 4, region: $0 % 8) }
    }

    /// Every participant measures every server once, a few seconds apart.
    mutating func round(every seconds: Double) {
        for participant in 0..<participants {
            for server in 0..<servers {
                let latency = Double(base[participant, 489 - server]) * factor(participant, server)
                var value = latency * (1 + 0.02 * random.fraction()) + 0.3 * random.fraction()
                // One in fifty samples waits in a queue, one in five hundred is delayed by seconds or lost.
                if random.chance(0.02) { value += latency * random.fraction() * 2 }
                if random.chance(0.002) { value += 3_000 * random.fraction() }
                table.ingest(
                    PathMeasurement(
                        from: Int32(participant), to: Int32(participants + server),
                        roundTrip: random.chance(0.002) ? nil : min(value, 9_999),
                        loss: 0, time: now + random.fraction()), now: now + 1)
            }
        }
        now += seconds
    }
}

@Suite("Degradations")
struct DegradationTests {
    @Test("a simulated day of 10,000 pairs raises no alarm")
    func quietDay() throws {
        var trace = try Trace(participants: 250, servers: 40, seed: 1)
        var detector = DegradationDetector(traits: trace.traits)
        var alarms: [Degradation] = []
        for _ in 0..<288 {
            trace.round(every: 300)
            alarms += detector.look(at: trace.table, now: trace.now)
        }
        #expect(trace.table.count == 10_000)
        #expect(alarms.isEmpty, "\(alarms)")
    }

    /// What is planted: its name, and which paths it slows down.
    struct Planted: Sendable {
        let entity: NetworkEntity
        let isAffected: @Sendable (_ participant: Int, _ server: Int) -> Bool
    }

    @Test(
        "what degrades is named within five samples a pair, and nothing else is",
        arguments: [
            Planted(entity: .node(100 + 7)) { _, server in server == 7 },
            Planted(entity: .node(13)) { participant, _ in participant == 13 },
            Planted(entity: .link(3, 105)) { participant, server in participant % 8 == 5 && server % 8 == 3 },
            Planted(entity: .provider(2)) { _, server in server % 4 == 2 },
            Planted(entity: .region(6)) { _, server in server % 8 == 6 },
            Planted(entity: .region(101)) { participant, _ in participant % 8 == 1 },
        ], [1.3, 2.0])
    func planted(planted: Planted, factor: Double) throws {
        var trace = try Trace(participants: 100, servers: 32, seed: 2)
        var detector = DegradationDetector(traits: trace.traits)
        for _ in 0..<30 {
            trace.round(every: 30)
            #expect(detector.look(at: trace.table, now: trace.now).isEmpty)
        }
        trace.factor = { planted.isAffected($0, $1) ? factor : 1 }
        var found: [Degradation] = []
        var rounds = 0
        while rounds < 5, found.isEmpty {
            trace.round(every: 30)
            found += detector.look(at: trace.table, now: trace.now)
            rounds += 1
        }
        #expect(found.map(\.entity) == [planted.entity], "after \(rounds) samples: \(found)")
        #expect(found.allSatisfy { $0.increase > 0.1 && $0.affected >= 4 })
        for _ in 0..<3 {
            trace.round(every: 30)
            #expect(detector.look(at: trace.table, now: trace.now).isEmpty, "an alarm is raised once")
        }
        #expect(detector.active.map(\.entity) == [planted.entity])
        trace.factor = { _, _ in 1 }
        for _ in 0..<12 {
            trace.round(every: 30)
            _ = detector.look(at: trace.table, now: trace.now)
        }
        #expect(detector.active.isEmpty, "an alarm ends when its paths recover")
    }

    @Test("few slow paths are no degradation of anything")
    func fewPaths() throws {
        var trace = try Trace(participants: 60, servers: 20, seed: 3)
        var detector = DegradationDetector(traits: trace.traits)
        for round in 0..<40 {
            if round == 20 { trace.factor = { ($0 * 31 + $1 * 17) % 50 == 0 ? 3 : 1 } }
            trace.round(every: 30)
            #expect(detector.look(at: trace.table, now: trace.now).isEmpty)
        }
    }
}
