import MediaTransport
import MeshAPI
import MeshClient
import MeshEdge
import TestSupport
import Testing

@Suite("Moves that cross each other")
struct SteeringTests {
    @Test("There and back within the overlap: it stays where it is wanted, and falls back from there")
    func thereAndBack() throws {
        var mesh = try EmulatedMesh(sites: 3, seed: 850)
        for stream in 1...3 as ClosedRange<UInt32> { try mesh.join(stream, at: 1, spare: 2) }
        mesh.run(milliseconds: 500)
        try mesh.move(1, to: 3, spare: 2)
        mesh.run(milliseconds: 150)
        #expect(mesh.participants[1]?.site == 3)
        try mesh.move(1, to: 1, spare: 2)
        mesh.run(milliseconds: 1_500)
        #expect(mesh.participants[1]?.site == 1)
        #expect(mesh.relays[3]?.participantCount == 0)
        for stream in 2...3 as ClosedRange<UInt32> { #expect(mesh.missing(of: 1, at: stream).isEmpty) }
        mesh.dead = [1]
        let killed = mesh.now
        mesh.run(milliseconds: 1_000)
        #expect(mesh.participants[1]?.site == 2)
        #expect(mesh.longestGap(of: 2, at: 1, since: killed) < 300)
    }

    @Test(
        "A server that the mesh names and that does not answer costs nothing; when the own one dies too, another is found"
    )
    func deadGoal() throws {
        var mesh = try EmulatedMesh(sites: 5, seed: 851)
        for stream in 1...3 as ClosedRange<UInt32> { try mesh.join(stream, at: 1, spare: 2) }
        mesh.run(milliseconds: 500)
        mesh.dead = [4]
        try mesh.move(1, to: 4, spare: 2)
        mesh.run(milliseconds: 3_000)
        #expect(mesh.participants[1]?.site == 1)
        for stream in 2...3 as ClosedRange<UInt32> { #expect(mesh.missing(of: 1, at: stream).isEmpty) }
        // Own server, spare and goal are all dead: the others are tried in turn.
        mesh.dead = [1, 2, 4]
        let killed = mesh.now
        mesh.run(milliseconds: 4_000)
        for stream in 1...3 as ClosedRange<UInt32> {
            let site = mesh.participants[stream]?.site
            #expect(site == 3 || site == 5)
        }
        #expect(mesh.longestGap(of: 2, at: 1, since: killed) < 2_500)
        // All come back: the mesh's word counts again.
        mesh.dead = []
        try mesh.move(1, to: 4, spare: 2)
        mesh.run(milliseconds: 1_500)
        #expect(mesh.participants[1]?.site == 4)
    }

    @Test("A session that leaves a server says so: nobody waits for the silence")
    func goodbye() throws {
        var mesh = try EmulatedMesh(sites: 2, seed: 852)
        for stream in 1...2 as ClosedRange<UInt32> { try mesh.join(stream, at: 1, spare: 2) }
        mesh.run(milliseconds: 500)
        try mesh.relays[1]?.adopt(RelayTable(version: 1_000, site: 1), at: mesh.now)
        #expect(mesh.relays[1]?.participantCount == 0)
        let gone = mesh.now
        mesh.run(milliseconds: 600)
        for stream in 1...2 as ClosedRange<UInt32> { #expect(mesh.participants[stream]?.site == 2) }
        #expect(mesh.longestGap(of: 2, at: 1, since: gone) < 150)
    }

    @Test("Keys of another epoch come into use without a gap, and those of the last one go out of it")
    func epochs() throws {
        var mesh = try EmulatedMesh(sites: 3, seed: 853)
        for stream in 1...4 as ClosedRange<UInt32> { try mesh.join(stream, at: UInt16(stream % 3 + 1), spare: 2) }
        mesh.run(milliseconds: 500)
        for epoch in 1...3 as ClosedRange<UInt8> {
            mesh.epochs = [epoch, epoch - 1]
            try mesh.publishTables()
            // They learn of it one after the other.
            for stream in 1...4 as ClosedRange<UInt32> {
                mesh.run(milliseconds: 300)
                try mesh.move(stream, to: UInt16(stream % 3 + 1), spare: 2, withKeys: true)
            }
            mesh.run(milliseconds: 2_500)
            mesh.epochs = [epoch]
            try mesh.publishTables()
            mesh.run(milliseconds: 500)
        }
        for listener in 1...4 as ClosedRange<UInt32> {
            for stream in 1...4 as ClosedRange<UInt32> where stream != listener {
                #expect(mesh.missing(of: stream, at: listener).isEmpty)
                #expect(mesh.longestGap(of: stream, at: listener, since: mesh.now - 1_000_000_000) < 60)
            }
            #expect(!mesh.hasDuplicates(listener))
        }
        #expect(mesh.events.allSatisfy { if case .attached = $0.event { true } else { false } })
        #expect(mesh.relays.values.allSatisfy { $0.counters.refused(.forged) == 0 })
    }
}
