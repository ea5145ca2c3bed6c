import Foundation
import HTTPTypes
import MeshServer
import Testing

/// Every route, for every role, in memory and over a socket.
@Suite struct RouteTests {
    /// Streams do not end by themselves: `EventTests` looks at them.
    private static let streams = ["GET /v1/sessions/{id}/mesh/events"]

    @Test func everyRouteHasACase() {
        #expect(Set(RouteCase.all.map(\.route)).union(Self.streams) == Set(RouteTable.names))
    }

    private func tokens(_ test: TestService) async throws -> [RouteCase.Who: String?] {
        [
            .nobody: nil, .stranger: "not-a-token-of-this-service", .operator: TestService.operatorKey,
            .edge: try await test.token(#""role": "edge", "server": "fra""#),
            .otherEdge: try await test.token(#""role": "edge", "server": "sin""#),
            .participant: try await test.token(#""role": "participant", "session": "s1""#),
            .otherParticipant: try await test.token(#""role": "participant", "session": "s2""#),
        ]
    }

    private func prepare(_ test: TestService) async throws {
        try await test.registerServers()
        #expect(try await test.createSession("s1").status == 201)
        #expect(try await test.createSession("s2").status == 201)
    }

    @Test(arguments: Way.allCases) func rolesReachWhatTheyMay(_ way: Way) async throws {
        try await TestService.run(way) { test async throws in
            try await prepare(test)
            let tokens = try await tokens(test)
            for route in RouteCase.all {
                for who in RouteCase.Who.allCases where !route.allowed.contains(who) {
                    let answer = try await test.send(
                        route.method, route.path, route.body, token: tokens[who] ?? nil)
                    let expected = who == .nobody || who == .stranger ? 401 : 403
                    #expect(answer.status == expected, "\(route) by \(who)")
                    #expect(answer.headers[.contentType] == "application/problem+json", "\(route) by \(who)")
                }
                // Refused requests changed nothing: whoever may, still can.
                for who in RouteCase.Who.allCases where route.allowed.contains(who) && !route.isMutation {
                    let answer = try await test.send(route.method, route.path, token: tokens[who] ?? nil)
                    #expect(answer.status == route.status, "\(route) by \(who): \(answer.text.prefix(200))")
                }
            }
        }
    }

    @Test(arguments: Way.allCases, [RouteCase.Who.operator, .edge, .participant])
    func changesAreMadeConflictAndReplay(_ way: Way, _ who: RouteCase.Who) async throws {
        for route in RouteCase.all where route.isMutation && route.allowed.contains(who) {
            try await TestService.run(way) { test async throws in
                try await prepare(test)
                let token = try await tokens(test)[who] ?? nil
                let first = try await test.send(route.method, route.path, route.body, token: token, key: "k1")
                #expect(first.status == route.status, "\(route) by \(who): \(first.text.prefix(200))")
                let replayed = try await test.send(route.method, route.path, route.body, token: token, key: "k1")
                #expect(replayed.status == first.status, "\(route) replayed: \(replayed.text.prefix(200))")
                #expect(
                    replayed.body == first.body || route.again == 200,
                    "\(route) replayed is another: \(replayed.text.prefix(200))")
                if let again = route.again {
                    let second = try await test.send(route.method, route.path, route.body, token: token)
                    #expect(second.status == again, "\(route) again: \(second.text.prefix(200))")
                }
            }
        }
    }

    @Test(arguments: Way.allCases) func unknownAndMalformedAreRefused(_ way: Way) async throws {
        try await TestService.run(way) { test async throws in
            try await prepare(test)
            for route in RouteCase.all {
                if let missing = route.missing {
                    let answer = try await test.send(route.method, missing, route.body)
                    #expect(answer.status == 404, "\(route): \(answer.text)")
                    #expect(try answer.json()["type"] as? String == "urn:rmc:problem:unknown")
                }
                guard let wrong = route.wrong else { continue }
                let malformed = try await test.send(route.method, route.path, "{\"a\": ")
                #expect(malformed.status == 400, "\(route): \(malformed.text)")
                let answer = try await test.send(route.method, route.path, wrong.body)
                #expect(answer.status == 422, "\(route): \(answer.text)")
                let errors = try answer.json()["errors"] as? [[String: String]]
                #expect(errors?.contains { $0["pointer"] == wrong.pointer } == true, "\(route): \(answer.text)")
            }
            #expect(try await test.send(.get, "/v1/nothing").status == 404)
            let other = try await test.send(.put, "/v1/sessions")
            #expect(other.status == 405)
        }
    }
}
