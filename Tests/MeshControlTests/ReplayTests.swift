import Foundation
import MeshControl
import MeshSimulation
import MeshTypes
import Testing

/// What a log of events tells again.
@Suite struct ReplayTests {
    @Test("a replayed log gives the same bytes and directives, deadlines or not", arguments: [UInt64](600..<630))
    func aReplayGivesTheSameBytes(seed: UInt64) throws {
        var world = SimulationTests.world(seed)
        try world.open()
        for tick in 0..<30 {
            // Deadlines that are over at once, and some that cut the search.
            let deadline = [nil, 0, 200, 1000][tick % 4].map { ContinuousClock.now.advanced(by: .microseconds($0)) }
            try world.pass(deadline: deadline)
        }
        var replayed = MeshController(
            configuration: world.configuration, solvers: world.solvers, at: ControlTime(milliseconds: 0))
        var directives: [Directive] = []
        for entry in world.log { directives += try replayed.handle(entry.event, at: entry.time) }
        #expect(directives == world.directives)
        #expect(try replayed.encodedState() == world.controller.encodedState())
    }

    @Test("a stored state goes on as the controller that wrote it", arguments: [UInt64](630..<720))
    func aStoredStateGoesOn(seed: UInt64) throws {
        var world = SimulationTests.world(seed)
        try world.open()
        for _ in 0..<10 { try world.pass() }
        let bytes = try world.controller.encodedState()
        var restored = try MeshController(encodedState: bytes, solvers: world.solvers)
        #expect(try restored.encodedState() == bytes)
        let (told, done) = (world.log.count, world.directives.count)
        for _ in 0..<10 { try world.pass() }
        var directives: [Directive] = []
        for entry in world.log[told...] { directives += try restored.handle(entry.event, at: entry.time) }
        #expect(directives == Array(world.directives[done...]))
        #expect(try restored.encodedState() == world.controller.encodedState())
    }

    @Test("a state from when cells were squares in degrees is read, and goes on")
    func aStateOfSquaresIsRead() throws {
        var world = SimulationTests.world(651)
        try world.open()
        for _ in 0..<3 { try world.pass() }
        let bytes = try world.controller.encodedState()
        var tree = try #require(JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
        var nodes = try #require(tree["nodes"] as? [String: Any])
        var made = try #require(nodes["made"] as? [[String: Any]])
        for index in made.indices {
            var key = try #require(made[index]["key"] as? [String: Any])
            key["cell"] = ["level": 9, "row": 300 + index % 100, "column": 500 + index]
            made[index]["key"] = key
        }
        nodes["made"] = made
        tree["nodes"] = nodes
        let old = try JSONSerialization.data(withJSONObject: tree)
        var restored = try MeshController(encodedState: Array(old), solvers: world.solvers)
        #expect(restored.participantCount == world.controller.participantCount)
        let time = world.time.advanced(byMilliseconds: 1000)
        for event in world.world.next() { _ = try restored.handle(event, at: time) }
        let report = restored.tick(at: time).report
        #expect(report.served > 0)
        let again = try MeshController(encodedState: restored.encodedState(), solvers: world.solvers)
        #expect(try again.encodedState() == restored.encodedState())
    }

    @Test("the number of threads changes nothing")
    func threadsChangeNothing() throws {
        let parameters = SimulationTests.parameters(participants: 600, sessions: 30, sites: 30)
        var worlds = [1, 2, 3].map { threads in
            ControlledWorld(parameters, seed: 9, configuration: ControlConfiguration(threads: threads))
        }
        for index in worlds.indices {
            try worlds[index].open()
            for _ in 0..<10 { try worlds[index].pass() }
        }
        #expect(worlds[0].directives == worlds[1].directives)
        #expect(worlds[0].directives == worlds[2].directives)
    }
}
