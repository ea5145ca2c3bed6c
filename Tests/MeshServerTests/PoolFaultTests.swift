import Foundation
import HTTPTypes
import MeshAPI
import MeshControl
import MeshServer
import MeshTypes
import Testing

/// Faults of the pool and of sessions that were found from outside.
@Suite struct PoolFaultTests {
    private static func time(_ milliseconds: Int64) -> ControlTime { ControlTime(milliseconds: milliseconds) }

    private static func server(_ capacity: Int, latitude: Double = 0) -> ServerRequest {
        ServerRequest(latitude: latitude, longitude: 0, capacity: capacity, price: 10)
    }

    @Test("of an acknowledged report of many, whoever left meanwhile takes nothing from the others")
    func reportsCountOneByOne() throws {
        var state = ServiceState(configuration: ControlConfiguration(), slots: 1_000_000, at: Self.time(0))
        _ = state.apply(.register("near", Self.server(10)), at: Self.time(1))
        _ = state.apply(.register("far", Self.server(10, latitude: 60)), at: Self.time(2))
        let people = ["a", "b", "c"].map { ParticipantReport(id: ParticipantID($0), latitude: 0, longitude: 0) }
        _ = state.apply(
            .control(.sessionCreated(SessionOpening(id: "m", type: "match", participants: people))), at: Self.time(3))
        _ = state.apply(.control(.left(["b"])), at: Self.time(4))
        let moved = people.map { ParticipantReport(id: $0.id, latitude: 60, longitude: 0) }
        guard case .count(2) = state.apply(.control(.moved(moved)), at: Self.time(5)).answer else {
            Issue.record("a report of three of whom one left concerns two")
            return
        }
        #expect(state.controller.coordinate(of: "a")?.latitude == 60)
        #expect(state.controller.coordinate(of: "c")?.latitude == 60)
    }

    @Test("many small sessions share servers: nobody waits where there is room for all")
    func smallSessionsDoNotStarve() async throws {
        try await TestService.run(settings: ["queue-limit": "100000"]) { test async throws in
            for index in 0..<12 {
                let body =
                    "{\"latitude\": \(10 * (index % 6)), \"longitude\": \(25 * index - 150), \"capacity\": 100, \"price\": 10}"
                #expect(try await test.send(.put, "/v1/servers/s\(index)", body).status == 201)
            }
            for session in 0..<250 {
                let people = (0..<4).map { person in
                    "{\"id\": \"p\(session)-\(person)\", \"latitude\": \((session * 7 + person * 13) % 60), \"longitude\": \((session * 31 + person * 17) % 300 - 150)}"
                }
                let answer = try await test.send(
                    .post, "/v1/sessions",
                    "{\"id\": \"m\(session)\", \"type\": \"conference\", \"participants\": [\(people.joined(separator: ","))]}"
                )
                #expect(answer.status == 201)
            }
            for _ in 0..<3 { _ = await test.service.tick() }
            let text = try await test.send(.get, "/metrics").text
            #expect(text.contains("rmc_participants 1000\n"))
            #expect(text.contains("rmc_participants_served 1000\n"))
            #expect(text.contains("rmc_participants_waiting 0\n"))
        }
    }

    @Test("who waits because slots are rented whole is told so")
    func whoWaitsForASlotIsToldSo() async throws {
        try await TestService.run(settings: ["slots": "2"]) { test async throws in
            _ = try await test.send(
                .put, "/v1/servers/s", "{\"latitude\": 0, \"longitude\": 0, \"capacity\": 20, \"price\": 1}")
            for session in 0..<3 {
                _ = try await test.send(
                    .post, "/v1/sessions",
                    "{\"id\": \"m\(session)\", \"type\": \"conference\", \"participants\": [{\"id\": \"p\(session)\", \"latitude\": 0, \"longitude\": 0}]}"
                )
            }
            _ = await test.service.tick()
            let answer = try await test.send(.get, "/v1/sessions/m2/participants/p2").json()
            #expect(answer["reason"] as? String == "capacity")
            #expect((answer["detail"] as? String)?.contains("slots of up to 10 places whole") == true)
            // A join says the same, with the version that tells of it.
            let join = try await test.send(
                .post, "/v1/sessions/m2/participants", "{\"id\": \"q\", \"latitude\": 0, \"longitude\": 0}"
            ).json()
            let placement = try #require((join["participants"] as? [[String: Any]])?.first)
            #expect(placement["reason"] as? String == "capacity" && placement["detail"] != nil)
            let list = try await test.send(.get, "/v1/sessions/m2/participants").text
            #expect(list.contains("\"q\""))
            let mesh = try await test.send(.get, "/v1/sessions/m2/mesh").json()
            #expect(join["version"] as? Int == mesh["version"] as? Int)
        }
    }

    @Test("who waited in a session that ended is in none, and not in a later one of its name")
    func whoWaitedIsNoGhost() async throws {
        try await TestService.run { test async throws in
            _ = try await test.send(.post, "/v1/sessions", "{\"id\": \"m\", \"type\": \"match\"}")
            _ = try await test.send(
                .post, "/v1/sessions/m/participants", "{\"id\": \"p\", \"latitude\": 0, \"longitude\": 0}")
            let list = try await test.send(.get, "/v1/sessions/m/participants").text
            #expect(list.contains("\"p\"") && list.contains("no-servers"))
            let last = try await test.send(.get, "/v1/sessions/m/mesh").json()["version"] as? Int ?? 0
            _ = try await test.send(.delete, "/v1/sessions/m")
            _ = try await test.send(.post, "/v1/sessions", "{\"id\": \"m\", \"type\": \"match\"}")
            #expect(try await test.send(.get, "/v1/sessions/m/participants/p").status == 404)
            #expect(try await test.send(.get, "/metrics").text.contains("rmc_participants 0\n"))
            // Whoever knew the earlier session hears the whole mesh of the new one, whatever the versions.
            let events = try #require(try test.service.events(of: "m", after: UInt64(last)))
            for await event in events.text {
                #expect(event.contains("event: mesh"))
                break
            }
            events.end()
        }
    }

    @Test("what a server says it can give counts from the next tick on, and no longer than it says so")
    func availableCounts() async throws {
        try await TestService.run { test async throws in
            _ = try await test.send(
                .put, "/v1/servers/s", "{\"latitude\": 0, \"longitude\": 0, \"capacity\": 10, \"price\": 1}")
            let people = (0..<8).map { "{\"id\": \"p\($0)\", \"latitude\": 0, \"longitude\": 0}" }
            _ = try await test.send(
                .post, "/v1/sessions",
                "{\"id\": \"m\", \"type\": \"conference\", \"participants\": [\(people.joined(separator: ","))]}")
            #expect(try await test.send(.post, "/v1/servers/s/heartbeat", "{\"available\": 0.5}").status == 200)
            _ = await test.service.tick()
            let less = try await test.send(.get, "/v1/sessions/m/mesh").json()
            #expect((less["assignment"] as? [String: String])?.count == 5)
            #expect(try await test.send(.post, "/v1/servers/s/heartbeat", "{}").status == 200)
            for _ in 0..<2 { _ = await test.service.tick() }
            let all = try await test.send(.get, "/v1/sessions/m/mesh").json()
            #expect((all["assignment"] as? [String: String])?.count == 8)
        }
    }

    @Test("a second process under a server's name takes its place, is told so, and the first is refused")
    func aSecondProcessTakesOver() async throws {
        try await TestService.run { test async throws in
            func body(_ instance: String, _ port: Int) -> String {
                "{\"latitude\": 0, \"longitude\": 0, \"capacity\": 10, \"price\": 1, \"instance\": \"\(instance)\", \"address\": \"203.0.113.7:\(port)\"}"
            }
            _ = try await test.send(.put, "/v1/servers/s", body("one", 1))
            #expect(try await test.send(.post, "/v1/servers/s/heartbeat", "{\"instance\": \"one\"}").status == 200)
            let taken = try await test.send(.put, "/v1/servers/s", body("two", 2)).json()
            #expect(taken["replaced"] as? String == "one")
            let refused = try await test.send(.post, "/v1/servers/s/heartbeat", "{\"instance\": \"one\"}")
            #expect(refused.status == 409 && refused.text.contains("two"))
            #expect(try await test.send(.post, "/v1/servers/s/heartbeat").status == 409)
            #expect(try await test.send(.post, "/v1/servers/s/heartbeat", "{\"instance\": \"two\"}").status == 200)
            // The same process again is no second one.
            #expect(try await test.send(.put, "/v1/servers/s", body("two", 2)).json()["replaced"] == nil)
        }
    }

    @Test("heartbeats go on while nothing can be kept, and the first is told when something can")
    func heartbeatsGoOnWithoutADisk() async throws {
        try await TestService.run { test async throws in
            _ = try await test.send(
                .put, "/v1/servers/s", "{\"latitude\": 0, \"longitude\": 0, \"capacity\": 10, \"price\": 1}")
            test.service.monitor.health = .readOnly("the disk is full")
            #expect(try await test.send(.post, "/v1/servers/s/heartbeat").status == 200)
            test.service.monitor.health = .sound
            #expect(try await test.send(.post, "/v1/servers/s/heartbeat").status == 200)
        }
    }

    @Test("a server of which two heartbeats are missing is silent, and heard of by the next")
    func twoMissingHeartbeatsAreSilence() {
        let leases = LeaseTable(lease: .seconds(10), registration: .seconds(600))
        for id in ["a", "b", "c"] as [SiteID] {
            leases.register(id, at: 0)
            for beat in 0..<5 { leases.renew(id, at: Double(beat) * 1000) }
        }
        #expect(leases.turns(at: 5_900).silent.isEmpty)
        for beat in 5..<8 { for id in ["b", "c"] as [SiteID] { leases.renew(id, at: Double(beat) * 1000) } }
        let turns = leases.turns(at: 7_100)
        #expect(turns.silent == ["a"] && turns.heard.isEmpty)
        #expect(leases.turns(at: 7_200).silent.isEmpty)
        leases.renew("a", at: 7_500)
        #expect(leases.turns(at: 7_600).heard == ["a"])
        // Its lease holds all the while.
        #expect(leases.expired(at: 7_600).isEmpty)
    }

    @Test("times that clients state are of the wall clock, though a clock was ahead once")
    func aClockThatWasAheadDoesNoHarm() async throws {
        let wall = Box(1_790_000_000_000.0)
        let ahead = ControlTime(milliseconds: Int64(wall.value) + 400 * 86_400_000)
        let clock = ServiceClock(notBefore: ahead, wall: { wall.value }, monotonic: { wall.value })
        #expect(abs(clock.lead - 400 * 86_400_000) < 1)
        let moment = ControlTime(milliseconds: Int64(wall.value) - 5_000)
        #expect(clock.now.milliseconds - clock.time(ofWall: moment).milliseconds == 5_000)
    }

    @Test("figures of participants in metrics are of one moment")
    func figuresAddUp() async throws {
        try await TestService.run { test async throws in
            try await test.registerServers(capacity: 2)
            _ = try await test.createSession(people: 5)
            for index in 0..<3 {
                _ = try await test.send(
                    .post, "/v1/sessions/s1/participants",
                    "{\"id\": \"late-\(index)\", \"latitude\": 50, \"longitude\": 8}")
                let text = try await test.send(.get, "/metrics").text
                #expect(text.contains("rmc_participants \(6 + index)\n"))
                #expect(text.contains("rmc_participants_served 6\n"))
                #expect(text.contains("rmc_participants_waiting \(index)\n"))
            }
        }
    }
}
