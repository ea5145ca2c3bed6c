import MediaTransport
import MeshAPI
import MeshClient
import MeshEdge
import TestSupport
import Testing

@Suite("Participants and relays on emulated ways")
struct MeshParticipantTests {
    @Test("Everybody hears everybody, across sites, once")
    func mesh() throws {
        var mesh = try EmulatedMesh(sites: 3, seed: 820)
        for stream in 1...6 as ClosedRange<UInt32> {
            try mesh.join(stream, at: UInt16(stream % 3 + 1), spare: UInt16((stream + 1) % 3 + 1))
        }
        mesh.run(milliseconds: 1_000)
        for stream in 1...6 as ClosedRange<UInt32> {
            #expect(mesh.heard[stream]?.count == 5)
            for other in 1...6 as ClosedRange<UInt32> where other != stream {
                #expect(mesh.missing(of: other, at: stream).isEmpty)
                #expect((mesh.heard[stream]?[other]?.count ?? 0) > 40)
            }
            #expect(!mesh.hasDuplicates(stream))
            #expect(mesh.participants[stream]?.site == UInt16(stream % 3 + 1))
            #expect(mesh.participants[stream]?.spare == UInt16((stream + 1) % 3 + 1))
        }
        #expect(mesh.relays[1]?.participantCount == 2)
        #expect(mesh.relays[1]?.reserves == 2)
        // Round trips are 20 to 22 ms, in steps of 1 and 5 ms of this clock.
        let trips = mesh.participants[1]?.roundTrips ?? [:]
        #expect(trips.count == 2)
        #expect(trips.values.allSatisfy { (19.0...28.0).contains($0) })
    }

    @Test("A participant that is moved under traffic loses nothing and gets nothing twice, again and again")
    func moves() throws {
        var mesh = try EmulatedMesh(sites: 4, seed: 821)
        for stream in 1...5 as ClosedRange<UInt32> { try mesh.join(stream, at: 1) }
        mesh.run(milliseconds: 500)
        for round in 0..<12 {
            let stream = UInt32(round % 5 + 1)
            // Some ways differ a lot, so that copies overtake each other.
            mesh.delay = UInt64(5 + 7 * (round % 4)) * 1_000_000
            let (to, spare) = (UInt16(mesh.random.integer(1...4)), UInt16(mesh.random.integer(1...4)))
            try mesh.move(stream, to: to, spare: spare)
            mesh.run(milliseconds: 700)
        }
        for listener in 1...5 as ClosedRange<UInt32> {
            for stream in 1...5 as ClosedRange<UInt32> where stream != listener {
                #expect(mesh.missing(of: stream, at: listener).isEmpty)
            }
            #expect(!mesh.hasDuplicates(listener))
            #expect(mesh.participants[listener]?.site == mesh.sitesOf[listener]?.site)
        }
        #expect(mesh.participants.values.reduce(0) { $0 + $1.counters.moves } >= 6)
        #expect(mesh.participants.values.reduce(0) { $0 + $1.counters.duplicates } > 50)
        // Nobody is left behind at a server that was left.
        #expect(mesh.relays.values.reduce(0) { $0 + $1.participantCount } == 5)
    }

    @Test(
        "A dead server: media flow again within a quarter of a second for all of its participants, without a controller"
    )
    func fallback() throws {
        var mesh = try EmulatedMesh(sites: 3, seed: 822)
        for stream in 1...9 as ClosedRange<UInt32> {
            try mesh.join(stream, at: UInt16(stream % 3 + 1), spare: UInt16((stream + 1) % 3 + 1))
        }
        mesh.run(milliseconds: 1_000)
        mesh.dead = [1]
        let killed = mesh.now
        mesh.run(milliseconds: 2_000)
        let moved = mesh.events.filter { $0.at > killed }
        #expect(moved.count == 3)
        for (_, event, _) in moved {
            guard case .fellBack(from: 1, to: 2, _) = event else {
                Issue.record("\(event)")
                continue
            }
        }
        var longest = 0.0
        for listener in 1...9 as ClosedRange<UInt32> {
            for stream in 1...9 as ClosedRange<UInt32> where stream != listener {
                longest = max(longest, mesh.longestGap(of: stream, at: listener, since: killed))
            }
            #expect(!mesh.hasDuplicates(listener))
        }
        #expect(longest < 250)
        #expect(longest > 100)
        // The server comes back: nobody runs to and fro until the controller says so.
        mesh.dead = []
        mesh.run(milliseconds: 1_000)
        #expect(mesh.events.filter { $0.at > killed }.count == 3)
        try mesh.move(3, to: 1, spare: 2)
        mesh.run(milliseconds: 600)
        #expect(mesh.participants[3]?.site == 1)
    }

    @Test("Under loss of a fifth nobody changes server for long, and all are served")
    func loss() throws {
        var mesh = try EmulatedMesh(sites: 3, seed: 823)
        mesh.loss = 0.2
        for stream in 1...6 as ClosedRange<UInt32> {
            try mesh.join(stream, at: UInt16(stream % 3 + 1), spare: UInt16((stream + 1) % 3 + 1))
        }
        mesh.run(milliseconds: 5_000)
        for stream in 1...6 as ClosedRange<UInt32> {
            #expect(mesh.participants[stream]?.site != nil)
            #expect(mesh.heard[stream]?.count == 5)
            #expect(!mesh.hasDuplicates(stream))
        }
        #expect(mesh.events.filter { if case .fellBack = $0.event { true } else { false } }.count <= 2)
    }

    @Test("A server that is drained is empty soon, and nothing is lost")
    func drain() throws {
        var mesh = try EmulatedMesh(sites: 3, seed: 824)
        for stream in 1...6 as ClosedRange<UInt32> {
            try mesh.join(stream, at: UInt16(stream % 3 + 1), spare: UInt16((stream + 1) % 3 + 1))
        }
        mesh.run(milliseconds: 800)
        mesh.relays[2]?.drain()
        mesh.run(milliseconds: 1_500)
        #expect(mesh.relays[2]?.participantCount == 0)
        for listener in 1...6 as ClosedRange<UInt32> {
            for stream in 1...6 as ClosedRange<UInt32> where stream != listener {
                #expect(mesh.missing(of: stream, at: listener).isEmpty)
            }
            #expect(!mesh.hasDuplicates(listener))
        }
    }

    @Test("A full server turns the third away, who is served elsewhere")
    func full() throws {
        var mesh = try EmulatedMesh(sites: 2, seed: 825) { $0.participantCapacity = 2 }
        for stream in 1...3 as ClosedRange<UInt32> { try mesh.join(stream, at: 1, spare: 2) }
        mesh.run(milliseconds: 3_000)
        #expect(mesh.relays[1]?.participantCount == 2)
        #expect(mesh.relays[2]?.participantCount == 1)
        #expect(mesh.events.contains { if case .refused(site: 1, status: .full) = $0.event { true } else { false } })
        for listener in 1...3 as ClosedRange<UInt32> { #expect(mesh.heard[listener]?.count == 2) }
    }

    @Test("Sixty random faults: after each, media flow between all within a second")
    func faults() throws {
        var mesh = try EmulatedMesh(sites: 5, seed: 826)
        for stream in 1...8 as ClosedRange<UInt32> {
            try mesh.join(stream, at: UInt16(stream % 5 + 1), spare: UInt16((stream + 2) % 5 + 1))
        }
        mesh.run(milliseconds: 500, every: 50)
        var worst = 0.0
        for round in 0..<60 {
            switch mesh.random.integer(0...4) {
            case 0, 1: mesh.dead = [UInt16(mesh.random.integer(1...5))]
            case 2: mesh.loss = 0.05
            case 3: try mesh.publishTables()
            default:
                let (to, spare) = (UInt16(mesh.random.integer(1...5)), UInt16(mesh.random.integer(1...5)))
                let stream = UInt32(mesh.random.integer(1...8))
                try mesh.move(stream, to: to, spare: spare)
            }
            mesh.run(milliseconds: 1_000, every: 50)
            // Whatever happened before is over: all hear all in the next while, as often as loss allows.
            let since = mesh.now
            mesh.run(milliseconds: 300, every: 50)
            for listener in 1...8 as ClosedRange<UInt32> {
                for stream in 1...8 as ClosedRange<UInt32> where stream != listener {
                    let gap = mesh.longestGap(of: stream, at: listener, since: since)
                    worst = max(worst, gap)
                    #expect(gap < 290, "round \(round): \(stream) at \(listener)")
                }
            }
            (mesh.dead, mesh.loss) = ([], 0)
            mesh.heard = [:]
            mesh.run(milliseconds: 200, every: 50)
        }
        #expect(worst > 40)
    }
}
