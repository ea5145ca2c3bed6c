import MeshControl
import MeshSimulation
import MeshTypes
import MeshVerification
import Testing

/// Many who come at once, while what is reported of the servers' load is old.
@Suite struct BurstTests {
    @Test("92 joins in 31 s with reports 15 decisions old put no server over its capacity", arguments: 0..<8)
    func aBurstOverloadsNobody(draw: Int) throws {
        let parameters = SimulationTests.parameters(participants: 60, sessions: 4, sites: 9)
        var world = ControlledWorld(parameters, seed: UInt64(900 + draw))
        world.checksSteps = true
        try world.open()
        try world.pass()
        let sites = world.controller.snapshot().sites
        var random = SimulationTests.Draw(UInt64(draw))
        // What the site nearest to the crowd has left for sessions, known 15 ticks late.
        var left: [Double] = []
        var joined = 0
        for tick in 0..<31 {
            let crowd = (tick + 1) * 92 / 31 - joined
            let reports = (0..<crowd).map { number in
                ParticipantReport(
                    id: ParticipantID("late-\(joined + number)"),
                    latitude: sites[0].coordinate.latitude + Double(random.below(100)) / 200,
                    longitude: sites[0].coordinate.longitude)
            }
            joined += crowd
            let session = world.controller.sessionIDs[random.below(4)]
            try world.tell(.joined(session, reports))
            left.append(Double(10 - random.below(6)) / 10)
            let known = left[max(0, left.count - 16)]
            try world.tell(.measured(MeasurementDigest(overloads: [.init(site: sites[0].id, capacity: known)])))
            try world.pass()
            world.expectConsistent("tick \(tick)")
            let verdict = try world.verdict()
            #expect(verdict.isVerified, "tick \(tick): \(verdict.failures.prefix(2))")
            #expect(world.flaws.isEmpty, "tick \(tick): \(world.flaws.prefix(2))")
            guard verdict.isVerified, world.flaws.isEmpty else { return }
        }
        #expect(joined == 92)
    }
}
