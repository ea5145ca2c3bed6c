import Foundation
import HTTPTypes
import MeshServer
import Testing

/// What sessions, participants and the pool do, end to end.
@Suite struct SessionTests {
    private func mesh(_ test: TestService, _ id: String = "s1") async throws -> [String: Any] {
        try await test.send(.get, "/v1/sessions/\(id)/mesh").json()
    }

    @Test func aSessionIsCreatedServedAndDissolved() async throws {
        try await TestService.run { test async throws in
            try await test.registerServers()
            let created = try await test.createSession(people: 6)
            #expect(created.status == 201)
            #expect(created.headers[.location] == "/v1/sessions/s1")
            let mesh = try #require(try created.json()["mesh"] as? [String: Any])
            #expect((mesh["assignment"] as? [String: String])?.count == 6)
            #expect((mesh["version"] as? Int ?? 0) >= 1)
            #expect(mesh["gap"] != nil)
            let pool = try await test.send(.get, "/v1/pool").json()["items"] as? [[String: Any]]
            #expect(pool?.reduce(0) { $0 + ($1["served"] as? Int ?? 0) } == 6)
            #expect(try await test.send(.delete, "/v1/sessions/s1").status == 204)
            #expect(try await test.send(.get, "/v1/sessions/s1").status == 404)
            let after = try await test.send(.get, "/v1/pool").json()["items"] as? [[String: Any]]
            #expect(after?.allSatisfy { $0["rented"] as? Int == 0 && $0["served"] as? Int == 0 } == true)
            // Its people may come again.
            #expect(try await test.createSession(people: 6).status == 201)
        }
    }

    @Test func whoCannotBeServedWaitsAndIsToldWhy() async throws {
        try await TestService.run { test async throws in
            let answer = try await test.createSession(people: 2)
            #expect(answer.status == 201)
            let mesh = try #require(try answer.json()["mesh"] as? [String: Any])
            let waiting = try #require(mesh["waiting"] as? [[String: Any]])
            #expect(waiting.count == 2 && waiting.allSatisfy { $0["reason"] is String })
            // A server comes: the next tick serves them.
            try await test.registerServers()
            _ = await test.service.tick()
            #expect((try await self.mesh(test)["assignment"] as? [String: String])?.count == 2)
        }
    }

    @Test func aServerThatFailsIsLeftAndOneThatDrainsIsEmptied() async throws {
        try await TestService.run { test async throws in
            try await test.registerServers()
            _ = try await test.createSession(people: 9)
            let before = try #require(try await mesh(test)["assignment"] as? [String: String])
            let victim = try #require(before.values.first)
            #expect(try await test.send(.post, "/v1/servers/\(victim)/fail").status == 200)
            let after = try #require(try await mesh(test)["assignment"] as? [String: String])
            #expect(after.count == 9 && !after.values.contains(victim))
            let rest = try #require(after.values.first)
            #expect(try await test.send(.post, "/v1/servers/\(rest)/drain").status == 200)
            for _ in 0..<5 { _ = await test.service.tick() }
            let drained = try #require(try await mesh(test)["assignment"] as? [String: String])
            #expect(!drained.values.contains(rest))
            // The failed one is heard of again.
            let beat = try await test.send(.post, "/v1/servers/\(victim)/heartbeat")
            #expect(try beat.json()["status"] as? String == "up")
        }
    }

    @Test func pagesGoThroughAllInOrder() async throws {
        try await TestService.run { test async throws in
            try await test.registerServers()
            for index in 0..<7 { #expect(try await test.createSession("s\(index)", people: 1).status == 201) }
            var seen: [String] = []
            var after = ""
            repeat {
                let page = try await test.send(.get, "/v1/sessions?limit=3\(after)").json()
                seen += (page["items"] as? [[String: Any]] ?? []).compactMap { $0["id"] as? String }
                after = (page["next"] as? String).map { "&after=\($0)" } ?? ""
            } while !after.isEmpty
            #expect(seen == (0..<7).map { "s\($0)" })
            #expect(try await test.send(.get, "/v1/sessions?limit=0").status == 422)
        }
    }

    @Test func participantsSeeAndSpeakForThemselvesOnly() async throws {
        try await TestService.run { test async throws in
            try await test.registerServers()
            _ = try await test.createSession("s1")
            let own = try await test.token(#""role": "participant", "session": "s1", "participant": "s1-p0""#)
            let body = #"{"latitude": 50, "longitude": 8}"#
            #expect(try await test.send(.patch, "/v1/sessions/s1/participants/s1-p0", body, token: own).status == 200)
            #expect(try await test.send(.patch, "/v1/sessions/s1/participants/s1-p1", body, token: own).status == 403)
            #expect(try await test.send(.get, "/v1/sessions/s1/explain", token: own).status == 200)
            #expect(
                try await test.send(.get, "/v1/sessions/s1/explain?participant=s1-p1", token: own).status == 403)
            #expect(try await test.send(.delete, "/v1/sessions/s1/participants/s1-p1", token: own).status == 403)
            let line = #"{"from": "s1-p0", "to": "fra", "rtt": 12}"#
            #expect(try await test.send(.post, "/v1/measurements", line, token: own).status == 202)
            let other = #"{"from": "s1-p1", "to": "fra", "rtt": 12}"#
            #expect(try await test.send(.post, "/v1/measurements", other, token: own).status == 403)
        }
    }

    @Test func allFaultsOfABodyAreSaidAtOnce() async throws {
        try await TestService.run { test async throws in
            let answer = try await test.send(
                .post, "/v1/sessions",
                """
                {"type": 7, "colour": "red", "policy": {"latencyCap": -1, "interaction": "shouting"},
                 "participants": [{"id": "a b", "latitude": 95, "longitude": 8}, {"id": "x", "latitude": 5, "longitude": 8},
                  {"id": "x", "latitude": 5, "longitude": 8}]}
                """)
            #expect(answer.status == 422)
            let pointers = (try answer.json()["errors"] as? [[String: String]])?.compactMap { $0["pointer"] } ?? []
            for pointer in [
                "/type", "/colour", "/policy/latencyCap", "/policy/interaction", "/participants/0/id",
                "/participants/0/latitude",
            ] { #expect(pointers.contains(pointer), "\(pointer) in \(pointers)") }
        }
    }

    @Test func limitsHold() async throws {
        let settings = ["body-limit": "2000", "participant-rate": "2", "stranger-rate": "2"]
        try await TestService.run(.socket, settings: settings) { test async throws in
            try await test.registerServers()
            _ = try await test.createSession()
            let big = "{\"type\": \"\(String(repeating: "x", count: 3000))\"}"
            #expect(try await test.send(.post, "/v1/sessions", big).status == 413)
            let token = try await test.token(#""role": "participant", "session": "s1""#)
            var answers: [TestService.Answer] = []
            for _ in 0..<12 { answers.append(try await test.send(.get, "/v1/sessions/s1", token: token)) }
            #expect(answers.first?.status == 200)
            #expect(answers.first { $0.status == 429 }?.headers[.retryAfter] != nil)
            var strangers: Set<Int> = []
            for _ in 0..<12 { strangers.insert(try await test.send(.get, "/v1/sessions/s1", token: "wrong").status) }
            #expect(strangers == [401, 429])
            // Others are not held up.
            #expect(try await test.send(.get, "/v1/sessions/s1").status == 200)
        }
    }
}
