import AsyncHTTPClient
import Foundation
import HTTPTypes
import HummingbirdTesting
import MeshServer
import NIOCore
import NIOHTTP1
import Testing

/// Put out is put out: tokens end with what they are for, one by one too, and streams end with their bearer.
@Suite struct TokenTests {
    private func attach(_ test: TestService, _ id: String = "s1-p0") async throws -> String {
        let answer = try await test.send(.post, "/v1/sessions/s1/participants/\(id)/attachment")
        return try #require(try answer.json()["token"] as? String)
    }

    @Test func anAttachmentsTokenEndsWithTheStay() async throws {
        try await TestService.run { test async throws in
            try await test.registerServers()
            _ = try await test.createSession("s1")
            let first = try await attach(test)
            #expect(try await test.send(.get, "/v1/sessions/s1/mesh", token: first).status == 200)
            #expect(try await test.send(.delete, "/v1/sessions/s1/participants/s1-p0").status == 204)
            let refused = try await test.send(.get, "/v1/sessions/s1/mesh", token: first)
            #expect(refused.status == 401 && refused.text.contains("has left"), "\(refused.text)")
            // Somebody of the same name is somebody else.
            let back = #"{"id": "s1-p0", "latitude": 50, "longitude": 8}"#
            #expect(try await test.send(.post, "/v1/sessions/s1/participants", back).status == 201)
            #expect(try await test.send(.get, "/v1/sessions/s1/mesh", token: first).status == 401)
            let second = try await attach(test)
            #expect(try await test.send(.get, "/v1/sessions/s1/mesh", token: second).status == 200)
        }
    }

    @Test func tokensEndWithTheSessionAndAreOfNoUseInALaterOne() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "rmc-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let kept = Box<[String]>([])
        try await TestService.run(folder: folder) { test async throws in
            try await test.registerServers()
            let early = try await test.token(#""role": "participant", "session": "s1""#)
            _ = try await test.createSession("s1")
            let tokens = [
                try await attach(test), try await test.token(#""role": "participant", "session": "s1""#),
                try await test.token(#""role": "participant", "session": "s1", "participant": "s1-p1""#),
            ]
            for token in tokens { #expect(try await test.send(.get, "/v1/sessions/s1", token: token).status == 200) }
            #expect(try await test.send(.delete, "/v1/sessions/s1").status == 204)
            _ = try await test.createSession("s1")
            for token in tokens {
                let answer = try await test.send(.get, "/v1/sessions/s1", token: token)
                #expect(answer.status == 401 && answer.text.contains("has ended"), "\(answer.text)")
            }
            // What was signed before there was a session is for the session that came.
            #expect(try await test.send(.get, "/v1/sessions/s1", token: early).status == 200)
            kept.value = tokens + [try await attach(test)]
        }
        // And so after a restart.
        try await TestService.run(folder: folder) { test async throws in
            let statuses = try await kept.value.asyncMap { token in
                try await test.send(.get, "/v1/sessions/s1", token: token).status
            }
            #expect(statuses == [401, 401, 401, 200])
        }
    }

    @Test func oneTokenIsRevokedAndStaysSo() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "rmc-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let kept = Box<[String]>([])
        try await TestService.run(folder: folder) { test async throws in
            try await test.registerServers()
            var tokens: [String] = []
            for _ in 0..<2 {
                let answer = try await test.send(.post, "/v1/tokens", #"{"role": "edge", "server": "fra"}"#).json()
                tokens.append(try #require(answer["token"] as? String))
                let id = try #require(answer["id"] as? String)
                if tokens.count == 1 { #expect(try await test.send(.delete, "/v1/tokens/\(id)").status == 204) }
            }
            kept.value = tokens
            let statuses = try await tokens.asyncMap { try await test.send(.get, "/v1/pool", token: $0).status }
            #expect(statuses == [401, 200])
        }
        try await TestService.run(folder: folder) { test async throws in
            let statuses = try await kept.value.asyncMap { try await test.send(.get, "/v1/pool", token: $0).status }
            #expect(statuses == [401, 200])
        }
        let replay = try LogReplay(folder: folder.path)
        #expect(replay.isSame, "\(String(describing: replay.difference)) \(replay.damage ?? "")")
    }

    /// Reads a stream to its end while something is done; whether it came to its end within a minute.
    private func ends(
        _ test: TestService, _ path: String, token: String, _ work: @escaping @Sendable () async throws -> Void
    ) async throws -> Bool {
        let port = try #require(test.client.port)
        var request = HTTPClientRequest(url: "http://localhost:\(port)\(path)")
        request.headers.add(name: "Authorization", value: "Bearer \(token)")
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
        #expect(response.status == .ok)
        let worker = Task { try await work() }
        var isFirst = true
        for try await _ in response.body {
            if isFirst { try await worker.value }
            isFirst = false
        }
        return true
    }

    @Test func streamsEndWithTheirBearer() async throws {
        try await TestService.run(.socket) { test async throws in
            try await test.registerServers()
            _ = try await test.createSession("s1", people: 6)
            let events = "/v1/sessions/s1/mesh/events"
            // Its time is over.
            let short = try await test.token(#""role": "participant", "session": "s1", "lifetime": 2"#)
            let isOver = try await ends(test, events, token: short) {}
            #expect(isOver)
            // It is revoked.
            let answer = try await test.send(.post, "/v1/tokens", #"{"role": "participant", "session": "s1"}"#).json()
            let (token, id) = (try #require(answer["token"] as? String), try #require(answer["id"] as? String))
            let isRevoked = try await ends(test, events, token: token) {
                let revoked = try await test.send(.delete, "/v1/tokens/\(id)")
                #expect(revoked.status == 204)
            }
            #expect(isRevoked)
            // Whoever bears it leaves: both kinds of stream.
            for (person, path) in [("s1-p0", events), ("s1-p1", events + "?participant=s1-p1")] {
                let own = try await attach(test, person)
                let isGone = try await ends(test, path, token: own) {
                    let gone = try await test.send(.delete, "/v1/sessions/s1/participants/\(person)")
                    #expect(gone.status == 204)
                }
                #expect(isGone)
            }
        }
    }
}

extension Sequence {
    /// What becomes of each, one after the other.
    func asyncMap<Value>(_ change: (Element) async throws -> Value) async rethrows -> [Value] {
        var values: [Value] = []
        for element in self { values.append(try await change(element)) }
        return values
    }
}
