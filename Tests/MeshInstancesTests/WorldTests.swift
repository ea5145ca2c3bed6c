import MeshInstances
import MeshTypes
import TestSupport
import Testing

@Suite("Generated worlds")
struct WorldTests {
    @Test("Worlds have the asked size, hang together, and read back as they were", arguments: 0..<6)
    func consistent(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let (sites, sessions) = (random.integer(1...40), random.integer(1...8))
        let participants = random.integer(0...200)
        let measured = seed.isMultiple(of: 2) ? nil : random.integer(0...sites)
        let parameters = WorldParameters(
            sites: sites, sessions: sessions, participants: participants, measuredSites: measured)
        let world = try parameters.generate(seed: seed)
        #expect(world.sites.count == sites && world.sessions.count == sessions)
        #expect(world.participants.count == participants)
        let known = world.accessLatency.microseconds.filter { $0 != LatencyTable.missing }.count
        #expect(known == participants * (measured ?? sites))
        #expect(world.sites.reduce(0) { $0 + $1.freeCapacity } >= world.participants.count)
        var expected = world
        // Without any measurement the file says nothing of errors and ages.
        if known == 0 { expected.accessLatency = LatencyTable(rowCount: participants, columnCount: sites) }
        let file = try InputFile(name: "world", contents: SnapshotWriter.text(world))
        #expect(try SnapshotReader.read(file) == expected)
    }

    @Test("Round trips follow geography, both ways alike, and are no faster than light in fibre")
    func latencies() throws {
        let world = try WorldParameters(sites: 60, sessions: 2, participants: 50).generate(seed: 9)
        guard case .dense(let table) = world.network else {
            Issue.record("no matrix")
            return
        }
        for row in 0..<60 {
            #expect(table[row, row] == .zero)
            for column in 0..<60 where column != row {
                #expect(table[row, column] == table[column, row])
                let distance = world.sites[row].coordinate.distance(to: world.sites[column].coordinate)
                let light = 2 * distance / GeographicLatency.kilometresPerMillisecond
                let latency = try #require(table[row, column]).milliseconds
                #expect(latency >= 1.4 * light && latency <= 2.6 * light + 1.001)
            }
        }
    }

    @Test("The same seed gives the same bytes on every machine")
    func bytes() throws {
        let world = try WorldParameters(sites: 20, sessions: 3, participants: 60, measuredSites: 5).generate(seed: 42)
        #expect(GeneratorTests.hash(SnapshotWriter.text(world)) == 5_253_732_752_741_728_539)
        #expect(try WorldParameters(sites: 20, sessions: 3, participants: 60).generate(seed: 43) != world)
    }

    @Test("Parameters that make no world are refused")
    func refusals() {
        for parameters in [
            WorldParameters(sites: 0, sessions: 1, participants: 1),
            WorldParameters(sites: 1, sessions: 0, participants: 1),
            WorldParameters(sites: 1, sessions: 1, participants: -1),
            WorldParameters(sites: .max, sessions: 1, participants: 1),
            WorldParameters(sites: 1_000, sessions: 1, participants: 1_000_000),
            WorldParameters(sites: 3, sessions: 1, participants: 1, measuredSites: 4),
            WorldParameters(sites: 3, sessions: 1, participants: 1, slack: .nan),
        ] {
            #expect(throws: ParameterError.self) { try parameters.generate(seed: 1) }
        }
    }
}
