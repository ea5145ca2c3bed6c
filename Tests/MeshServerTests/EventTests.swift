import AsyncHTTPClient
import Foundation
import HTTPTypes
import HummingbirdTesting
import MeshServer
import NIOCore
import NIOHTTP1
import Testing

/// Server-sent events over a socket: the whole mesh first, then changes; resumed by the last event's id.
@Suite struct EventTests {
    /// Reads events from a stream until there are enough.
    private func read(
        _ test: TestService, lastEvent: String? = nil, count: Int,
        while work: @escaping @Sendable () async throws -> Void
    ) async throws -> [[String: String]] {
        let port = try #require(test.client.port)
        var request = HTTPClientRequest(url: "http://localhost:\(port)/v1/sessions/s1/mesh/events")
        request.headers.add(name: "Authorization", value: "Bearer \(TestService.operatorKey)")
        if let lastEvent { request.headers.add(name: "Last-Event-ID", value: lastEvent) }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(10))
        #expect(response.status == .ok)
        #expect(response.headers.first(name: "content-type") == "text/event-stream")
        let worker = Task { try await work() }
        var text = ""
        for try await chunk in response.body {
            text += String(buffer: chunk)
            if text.components(separatedBy: "\n\n").count > count { break }
        }
        try await worker.value
        return text.components(separatedBy: "\n\n").prefix(count).map { event in
            Dictionary(
                event.split(separator: "\n").compactMap { line in
                    line.firstIndex(of: ":").map {
                        (String(line[..<$0]), String(line[line.index($0, offsetBy: 2)...]))
                    }
                }, uniquingKeysWith: { first, _ in first })
        }
    }

    @Test func changesArriveAndCanBeResumed() async throws {
        try await TestService.run(.socket) { test async throws in
            try await test.registerServers()
            _ = try await test.createSession()
            let events = try await read(test, count: 3) { () async throws in
                for index in 0..<2 {
                    let answer = try await test.send(
                        .post, "/v1/sessions/s1/participants",
                        "{\"id\": \"late-\(index)\", \"latitude\": 50, \"longitude\": 8}")
                    #expect(answer.status == 201)
                }
            }
            #expect(events.map { $0["event"] } == ["mesh", "change", "change"])
            let ids = events.compactMap { $0["id"].flatMap(Int.init) }
            #expect(ids == ids.sorted() && Set(ids).count == 3)
            #expect(events[1]["data"]?.contains("late-0") == true)

            // Resumed after the first: the changes that were missed come again, the mesh does not.
            let again = try await read(test, lastEvent: "\(ids[0])", count: 2) {}
            #expect(again == Array(events.dropFirst()))
            // An id that nobody knows: the whole mesh.
            let anew = try await read(test, lastEvent: "999999", count: 1) {}
            #expect(anew.first?["event"] == "mesh")
        }
    }

    @Test func dissolvingEndsTheStream() async throws {
        try await TestService.run(.socket) { test async throws in
            try await test.registerServers()
            _ = try await test.createSession()
            let events = try await read(test, count: 2) { () async throws in
                #expect(try await test.send(.delete, "/v1/sessions/s1").status == 204)
            }
            #expect(events.last?["event"] == "dissolved")
        }
    }

    @Test func othersMayNotListen() async throws {
        try await TestService.run(.socket) { test async throws in
            try await test.registerServers()
            _ = try await test.createSession()
            let stranger = try await test.token(#""role": "participant", "session": "s2""#)
            #expect(try await test.send(.get, "/v1/sessions/s1/mesh/events", token: stranger).status == 403)
            #expect(try await test.send(.get, "/v1/sessions/s1/mesh/events", token: nil).status == 401)
            #expect(try await test.send(.get, "/v1/sessions/none/mesh/events").status == 404)
        }
    }
}
