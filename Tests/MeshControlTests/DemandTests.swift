import MeshControl
import MeshTypes
import Testing

/// What the controller expects of demand.
@Suite struct DemandTests {
    @Test("a daily rhythm is expected to go on, between its quantiles")
    func aRhythmIsExpected() throws {
        let hour: Int64 = 3_600_000
        var controller = MeshController(configuration: ControlConfiguration(), at: ControlTime(milliseconds: 0))
        let site = SiteReport(
            id: "a", name: "A", latitude: 50, longitude: 8, servers: 500, loadPerServer: 20, price: 10)
        _ = try controller.handle(.siteUp(site), at: ControlTime(milliseconds: 0))
        let opening = SessionOpening(id: "s", type: "match")
        _ = try controller.handle(.sessionCreated(opening), at: ControlTime(milliseconds: 0))
        #expect(controller.expectedDemand().isEmpty)
        var there = 0
        let day = [20, 20, 20, 20, 20, 20, 30, 40, 50, 60, 60, 60, 60, 60, 60, 60, 60, 60, 60, 50, 40, 30, 25, 20]
        func wanted(_ step: Int) -> Int { day[step % 24] }
        for step in 0..<(24 * 21) {
            let time = ControlTime(milliseconds: Int64(step) * hour)
            if wanted(step) > there {
                let joining = (there..<wanted(step)).map {
                    ParticipantReport(id: ParticipantID("p\($0)"), latitude: 50, longitude: 8)
                }
                _ = try controller.handle(.joined("s", joining), at: time)
            } else if wanted(step) < there {
                let leaving = (wanted(step)..<there).map { ParticipantID("p\($0)") }
                _ = try controller.handle(.left(leaving), at: time)
            }
            there = wanted(step)
            _ = controller.tick(at: time)
        }
        let expected = try #require(controller.expectedDemand(horizon: 24).first)
        #expect(expected.sessionType == "match" && expected.step == hour)
        #expect(expected.start == ControlTime(milliseconds: 504 * hour))
        for step in 0..<24 {
            #expect(abs(expected.values[step] - Double(wanted(504 + step))) < 5, "\(step): \(expected.values[step])")
            #expect(expected.low[step] <= expected.high[step])
        }
        #expect((expected.target ?? 0) >= 20)
        let seen = try #require(controller.observedDemand().first)
        #expect(seen.values == (0..<504).map { Double(wanted($0)) } && seen.step == 3600)
        #expect(seen.start == "1970-01-01T00:00:00Z")
        #expect(controller.snapshot().history == [seen])
    }
}
