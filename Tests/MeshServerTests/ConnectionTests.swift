import AsyncHTTPClient
import Foundation
import HTTPTypes
import HummingbirdTesting
import MeshServer
import NIOCore
import NIOHTTP1
import Testing

/// Nobody holds connections, or the service, by being slow, many or large.
@Suite struct ConnectionTests {
    private let quick = ["head-timeout": "0.5", "body-timeout": "0.5", "request-timeout": "5"]
    private let head = "Host: localhost\r\nAuthorization: Bearer \(TestService.operatorKey)\r\n"

    @Test(arguments: [
        ("", nil as Character?), ("G", "E"), ("GET /healthz HTTP/1.1\r\nX: ", "y"),
        ("POST /v1/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n", "\n"),
    ])
    func aHeadThatDoesNotEndIsCut(_ start: String, _ drip: Character?) async throws {
        try await TestService.run(.socket, settings: quick) { test async throws in
            let connection = try RawConnection(test)
            defer { connection.end() }
            #expect(await connection.send(start, drip: drip).isEnded)
        }
    }

    @Test(arguments: ["Content-Length: 100000\r\n\r\n{", "Transfer-Encoding: chunked\r\n\r\n186a0\r\n{"])
    func aBodyThatDoesNotEndIsCut(_ framing: String) async throws {
        try await TestService.run(.socket, settings: quick) { test async throws in
            let connection = try RawConnection(test)
            defer { connection.end() }
            #expect(await connection.send("POST /v1/sessions HTTP/1.1\r\n\(head)\(framing)", drip: " ").isEnded)
        }
    }

    @Test func whoeverAsksAgainLaterIsNotCut() async throws {
        try await TestService.run(.socket, settings: quick) { test async throws in
            let connection = try RawConnection(test)
            defer { connection.end() }
            for _ in 0..<3 {
                let heard = await connection.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", until: "ok\n")
                #expect(heard.text.hasPrefix("HTTP/1.1 200") && !heard.isEnded, "\(heard)")
                try await Task.sleep(for: .milliseconds(700))
            }
        }
    }

    @Test func anAddressHasItsShareOfConnections() async throws {
        try await TestService.run(.socket, settings: ["address-connections": "4"]) { test async throws in
            // One is the client's of the test.
            let connections = try (0..<3).map { _ in try RawConnection(test) }
            defer { for connection in connections.dropFirst() { connection.end() } }
            let ask = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
            for connection in connections { #expect(await connection.send(ask, until: "ok\n").text.contains("200")) }
            let further = try RawConnection(test)
            #expect(await further.send(ask, until: "ok\n").isEnded)
            further.end()
            connections[0].end()
            var isServed = false
            for _ in 0..<100 where !isServed {
                let next = try RawConnection(test)
                isServed = await next.send(ask, until: "ok\n").text.contains("200")
                next.end()
            }
            #expect(isServed)
        }
    }

    @Test func whatIsRefusedIsCutOff() async throws {
        try await TestService.run(.socket) { test async throws in
            for (start, status) in [
                ("POST /v1/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n{", 401),
                ("POST /v1/sessions HTTP/1.1\r\n\(head)Content-Length: 1000000000\r\n\r\n{", 413),
                ("POST /v1/nothing HTTP/1.1\r\n\(head)Content-Length: 1000000\r\n\r\n{", 404),
            ] {
                let connection = try RawConnection(test)
                let heard = await connection.send(start, drip: " ")
                #expect(heard.isEnded && heard.text.hasPrefix("HTTP/1.1 \(status)"), "\(heard)")
                #expect(heard.text.lowercased().contains("connection: close"))
                connection.end()
            }
        }
    }

    @Test func aBodyOverTheLimitIs413HoweverItIsFramed() async throws {
        try await TestService.run(.socket, settings: ["body-limit": "2000"]) { test async throws in
            let chunk = "3e8\r\n" + String(repeating: " ", count: 1000) + "\r\n"
            for framing in [
                "Transfer-Encoding: chunked\r\n\r\n\(chunk)\(chunk)\(chunk)0\r\n\r\n", "Content-Length: 3000\r\n\r\n",
            ] {
                let connection = try RawConnection(test)
                let heard = await connection.send("POST /v1/sessions HTTP/1.1\r\n\(head)\(framing)", until: "}")
                #expect(heard.text.hasPrefix("HTTP/1.1 413"), "\(heard)")
                connection.end()
            }
        }
    }

    @Test func whoeverAsksFirstIsToldToGoOn() async throws {
        try await TestService.run(.socket, settings: ["body-limit": "2000"]) { test async throws in
            let connection = try RawConnection(test)
            defer { connection.end() }
            let ask = "POST /v1/sessions HTTP/1.1\r\n\(head)Expect: 100-continue\r\nContent-Length: 17\r\n\r\n"
            let go = await connection.send(ask, until: "\r\n\r\n")
            #expect(go.text.hasPrefix("HTTP/1.1 100"), "\(go)")
            let heard = await connection.send(#"{"type": "match"}"#, until: "\"type\"")
            #expect(heard.text.hasPrefix("HTTP/1.1 201"), "\(heard)")
            // Not to send what would be refused.
            let large = try RawConnection(test)
            let refused = await large.send(ask.replacing("17", with: "5000"))
            #expect(refused.text.hasPrefix("HTTP/1.1 413"), "\(refused)")
            large.end()
        }
    }

    @Test(arguments: [
        ("GET /healthz HTTP/1.1\r\n\r\n", 400), ("GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        ("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n", 200), ("GET /healthz HTTP/1.0\r\n\r\n", 200),
    ])
    func hostIsThereOnce(_ request: String, _ status: Int) async throws {
        try await TestService.run(.socket) { test async throws in
            let connection = try RawConnection(test)
            defer { connection.end() }
            let heard = await connection.send(request, until: "\r\n\r\n")
            #expect(heard.text.hasPrefix("HTTP/1.1 \(status)"), "\(heard)")
        }
    }

    @Test(arguments: Way.allCases) func methodsAreAnsweredAsHTTPSays(_ way: Way) async throws {
        try await TestService.run(way, settings: ["cors-origins": "https://example.org"]) { test async throws in
            try await test.registerServers()
            _ = try await test.createSession("s1")
            let wrong = try await test.send(.put, "/v1/sessions")
            #expect(wrong.status == 405 && wrong.headers[.allow] == "POST, GET, HEAD, OPTIONS")
            for path in ["/healthz", "/v1/sessions/s1", "/v1/sessions/s1/mesh/events", "/openapi.yaml"] {
                let head = try await test.send(.head, path)
                #expect(head.status == 200 && head.body.isEmpty, "\(path)")
                #expect(head.headers[.contentType] != nil, "\(path)")
            }
            let whole = try await test.send(.get, "/v1/sessions/s1").body.count
            #expect(try await test.send(.head, "/v1/sessions/s1").headers[.contentLength] == "\(whole)")
            #expect(try await test.send(.head, "/v1/sessions/none").status == 404)
            #expect(try await test.send(.head, "/v1/sessions/s1", token: nil).status == 401)
            // What a page asks before it asks.
            let origin = HTTPFields([HTTPField(name: .origin, value: "https://example.org")])
            let allowed = try await test.send(.options, "/v1/sessions", token: nil, headers: origin)
            #expect(allowed.status == 204)
            #expect(allowed.headers[.accessControlAllowOrigin] == "https://example.org")
            #expect(allowed.headers[.accessControlAllowHeaders]?.contains("Authorization") == true)
            let read = try await test.send(.get, "/v1/sessions", headers: origin)
            #expect(read.headers[.accessControlAllowOrigin] == "https://example.org")
            let other = HTTPFields([HTTPField(name: .origin, value: "https://example.com")])
            #expect(try await test.send(.get, "/v1/sessions", headers: other).headers[.accessControlAllowOrigin] == nil)
        }
    }

    @Test func figuresAreNotShownThroughAProxy() async throws {
        try await TestService.run(.socket) { test async throws in
            #expect(try await test.send(.get, "/metrics", token: nil).status == 200)
            for name in ["X-Forwarded-For", "Forwarded", "Via"] {
                let fields = HTTPFields([HTTPField(name: try #require(HTTPField.Name(name)), value: "192.0.2.1")])
                #expect(try await test.send(.get, "/metrics", token: nil, headers: fields).status == 401, "\(name)")
                #expect(try await test.send(.get, "/metrics", headers: fields).status == 200, "\(name)")
            }
            let connection = try RawConnection(test)
            defer { connection.end() }
            let heard = await connection.send(
                "GET /metrics HTTP/1.1\r\nHost: rmc.example.org\r\n\r\n", until: "\r\n\r\n")
            #expect(heard.text.hasPrefix("HTTP/1.1 401"), "\(heard.text.prefix(200))")
        }
    }

    @Test func bytesAreRatedAsRequestsAre() async throws {
        try await TestService.run(settings: ["participant-bytes": "1024"]) { test async throws in
            try await test.registerServers()
            _ = try await test.createSession("s1")
            let token = try await test.token(#""role": "participant", "session": "s1""#)
            let large = "[" + String(repeating: " ", count: 200_000) + "]"
            let path = "/v1/sessions/s1/participants"
            #expect(try await test.send(.post, path, large, token: token).status == 422)
            let refused = try await test.send(.post, path, large, token: token)
            #expect(refused.status == 429 && refused.headers[.retryAfter] != nil, "\(refused.text)")
            // Others are not held up.
            #expect(try await test.send(.post, path, large).status == 422)
        }
    }

    @Test func aBearerHasItsShareOfStreams() async throws {
        try await TestService.run(.socket, settings: ["participant-requests": "2"]) { test async throws in
            try await test.registerServers()
            _ = try await test.createSession("s1")
            let token = try await test.token(#""role": "participant", "session": "s1""#)
            let port = try #require(test.client.port)
            var request = HTTPClientRequest(url: "http://localhost:\(port)/v1/sessions/s1/mesh/events")
            request.headers.add(name: "Authorization", value: "Bearer \(token)")
            var streams: [HTTPClientResponse] = []
            for _ in 0..<2 { streams.append(try await HTTPClient.shared.execute(request, timeout: .seconds(20))) }
            #expect(streams.map(\.status) == [.ok, .ok])
            let third = try await HTTPClient.shared.execute(request, timeout: .seconds(20))
            #expect(third.status == .tooManyRequests)
            #expect(try await test.send(.get, "/v1/sessions/s1", token: token).status == 200)
        }
    }

    /// However many keys nobody knows, and however long they are: what is said of them is little.
    @Test func refusingALargeBodyIsSmallWork() async throws {
        try await TestService.run { test async throws in
            var body = "{\"type\": \"match\""
            for number in 0..<200_000 { body += ",\"k\(number)\": 0" }
            let answer = try await test.send(.post, "/v1/sessions", body + "}")
            #expect(answer.status == 422 && answer.body.count < 20_000)
            let long = String(repeating: "x", count: 1_000_000)
            let echoed = try await test.send(
                .post, "/v1/sessions", "{\"\(long)\": 0, \"id\": \"\(long)\", \"type\": \"\(long)\"}")
            #expect(echoed.status == 422 && echoed.body.count < 2000, "\(echoed.body.count)")
        }
    }
}
