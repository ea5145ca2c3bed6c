import MeshTypes
import Scenarios
import Testing

/// What a change does to a snapshot, and what it refuses.
@Suite("changes")
struct ChangeTests {
    private static func changed(_ base: Snapshot, _ changes: Change...) throws -> Snapshot {
        var editor = SnapshotEditor(base, seed: 3)
        for change in changes { try editor.apply(Step(axis: "a", label: "b", change: change, line: 4)) }
        return editor.snapshot
    }

    @Test("growth adds to lesser growth, keeps everybody's latencies, and thins out below one")
    func growth() throws {
        let base = try Worlds.world(participants: 200)
        var last: Set<ParticipantID> = []
        for factor in [0.25, 0.5, 1, 1.2, 1.5, 2.5] {
            let grown = try Self.changed(base, .growth(factor, .init()))
            let ids = Set(grown.participants.map(\.id))
            #expect(ids.count == grown.participants.count)
            #expect(ids.isSuperset(of: last))
            #expect(ids.count == Int((factor * 200).rounded()))
            #expect(grown.accessLatency.rowCount == ids.count)
            let rows = Dictionary(uniqueKeysWithValues: base.participants.enumerated().map { ($1.id, $0) })
            for (row, person) in grown.participants.enumerated() {
                let origin = ParticipantID(String(person.id.description.prefix { $0 != "+" }))
                let number = try #require(rows[origin])
                for site in base.sites.indices {
                    #expect(grown.accessLatency[row, site] == base.accessLatency[number, site])
                }
            }
            last = ids
        }
        #expect(try Self.changed(base, .growth(1, .init())) == base)
    }

    @Test("growth of a region leaves the others alone")
    func regional() throws {
        let base = try Worlds.world(participants: 150)
        let region = try #require(base.sites[0].region)
        let grown = try Self.changed(base, .growth(3, .init(region: region)))
        let added = grown.participants.filter { $0.id.description.contains("+") }
        #expect(!added.isEmpty)
        for person in added {
            let nearest = base.sites.min {
                $0.coordinate.distance(to: person.coordinate) < $1.coordinate.distance(to: person.coordinate)
            }
            #expect(nearest?.region == region)
        }
    }

    @Test("a failed site has neither servers nor links; a cut link goes both ways")
    func failure() throws {
        let base = try Worlds.world()
        let site = base.sites[2].id
        let failed = try Self.changed(base, .fail(RiskGroup(name: "x", sites: [site])))
        #expect(failed.sites[2].freeServers == 0)
        guard case .dense(let table) = failed.network else { throw Surprise() }
        for other in base.sites.indices where other != 2 {
            #expect(table[2, other] == nil && table[other, 2] == nil)
        }
        let cut = try Self.changed(base, .links(.cut, [SitePair(from: base.sites[0].id, to: base.sites[1].id)]))
        guard case .dense(let links) = cut.network else { throw Surprise() }
        #expect(links[0, 1] == nil && links[1, 0] == nil && links[0, 2] != nil)
    }

    @Test("sites come and go with their rows and columns")
    func sites() throws {
        let base = try Worlds.world()
        let site = Site(
            id: "new", name: "New", coordinate: base.sites[0].coordinate, freeServers: 3, totalServers: 3,
            loadPerServer: 50,
            price: 10)
        let grown = try Self.changed(base, .add([NewSite(site: site)]))
        #expect(grown.accessLatency.columnCount == base.sites.count + 1)
        #expect(grown.accessLatency[0, base.sites.count] != nil)
        #expect(try Self.changed(grown, .remove(["new"])) == base)
        let twin = try Self.changed(base, .add([NewSite(site: site, like: base.sites[1].id)]))
        for person in base.participants.indices {
            #expect(twin.accessLatency[person, base.sites.count] == base.accessLatency[person, 1])
        }
    }

    @Test("impossible changes name their line")
    func impossible() throws {
        let base = try Worlds.world()
        let all = base.sites.map(\.id)
        let taken = NewSite(site: base.sites[0])
        for change: Change in [
            .remove(all), .servers(.more(-1_000), all), .price(.times(1e12), all), .add([taken]), .growth(1e9, .init()),
            .links(.latency(.more(1e9)), [SitePair(from: all[0], to: all[1])]),
        ] {
            let error = try #require(throws: StudyError.self) { try Self.changed(base, change) }
            #expect(error.line == 4)
            #expect(error.message.contains("'a'"))
        }
    }

    private struct Surprise: Error {}
}
