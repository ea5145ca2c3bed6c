import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import MeshServer
import NIOCore
import Testing

/// Servers that are made to run when sessions rent them: as processes here, and by a fleet manager behind a hook.
@Suite struct ProvisionerTests {
    /// Waits until something holds, ten seconds at most.
    private func eventually(_ holds: () async throws -> Bool) async throws -> Bool {
        for _ in 0..<200 {
            if try await holds() { return true }
            try await Task.sleep(for: .milliseconds(50))
        }
        return false
    }

    private func statuses(_ test: TestService) async throws -> [String: String] {
        let items = try await test.send(.get, "/v1/pool").json()["items"] as? [[String: Any]] ?? []
        return Dictionary(
            items.compactMap { item in
                (item["id"] as? String).map { ($0, item["status"] as? String ?? "") }
            }, uniquingKeysWith: { first, _ in first })
    }

    @Test func processesRunWhileTheirSitesAreRented() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "rmc-edges-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        // An edge agent that says what it was given and runs until it is ended.
        let agent = folder.appending(path: "agent.sh")
        let script = """
            trap 'echo ended > \(folder.path)/$1.ended; exit 0' TERM
            echo "$2 $3 $RMC_OPERATOR_KEY" > \(folder.path)/$1.args
            echo "$RMC_TOKEN" > \(folder.path)/$1.token
            while :; do sleep 0.05; done
            """
        try Data(script.utf8).write(to: agent)
        @Sendable func text(_ name: String) -> String? {
            try? String(contentsOf: folder.appending(path: name), encoding: .utf8)
        }
        let settings = [
            "provisioner": "processes", "edge-command": "/bin/sh \(agent.path) {server} {capacity} {controller}",
        ]
        try await TestService.run(settings: settings) { test async throws in
            try await test.registerServers()
            #expect(text("fra.args") == nil)
            _ = try await test.createSession("s1", people: 1)
            let isThere = try await eventually { text("fra.token")?.hasSuffix("\n") == true }
            #expect(isThere)
            #expect(text("nyc.args") == nil)
            // Its token is for that server alone, and the operator key is not handed on.
            #expect(text("fra.args")?.hasPrefix("100 http://127.0.0.1:") == true)
            #expect(text("fra.args")?.contains(TestService.operatorKey) == false)
            let token = text("fra.token")?.trimmingCharacters(in: .whitespacesAndNewlines)
            #expect(try await test.send(.post, "/v1/servers/fra/heartbeat", "{}", token: token).status == 200)
            #expect(try await test.send(.post, "/v1/servers/sin/heartbeat", "{}", token: token).status == 403)
            #expect(try await test.send(.get, "/v1/snapshot", token: token).status == 403)
            // Given back: ended.
            #expect(try await test.send(.delete, "/v1/sessions/s1").status == 204)
            let isEnded = try await eventually { text("fra.ended") != nil }
            #expect(isEnded)
        }
    }

    @Test func aProcessThatCannotStayFailsItsServer() async throws {
        let settings = ["provisioner": "processes", "edge-command": "/bin/false {server}"]
        try await TestService.run(settings: settings) { test async throws in
            try await test.registerServers()
            _ = try await test.createSession("s1", people: 1)
            let failed = try await eventually { try await statuses(test)["fra"] == "failed" }
            #expect(failed)
        }
    }

    @Test func aHookIsAskedForServersAndGivesThemBack() async throws {
        let asked = Box<[String]>([])
        let router = Router()
        router.post("/allocate") { request, _ -> Response in
            let body = String(buffer: try await request.body.collect(upTo: 65536))
            asked.value.append(body)
            // This fleet has nothing in Frankfurt.
            let state = body.contains("\"fra\"") ? "UnAllocated" : "Allocated"
            return Response(
                status: .ok, headers: [.contentType: "application/json"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: "{\"status\": {\"state\": \"\(state)\"}}")))
        }
        let fleet = Application(router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)))
        try await fleet.test(.live) { client in
            let port = try #require(client.port)
            let settings = ["provisioner": "hook", "hook": "http://127.0.0.1:\(port)/allocate"]
            try await TestService.run(settings: settings) { test async throws in
                try await test.registerServers()
                _ = try await test.createSession("s1", people: 3)
                let failed = try await eventually { try await statuses(test)["fra"] == "failed" }
                #expect(failed, "a server that the fleet does not have fails")
                #expect(asked.value.allSatisfy { $0.contains("GameServerAllocation") })
                #expect(asked.value.filter { $0.contains("\"fra\"") && $0.contains("\"release\":false") }.count == 3)
                // Its people are served elsewhere.
                let isMoved = try await eventually {
                    let mesh = try await test.send(.get, "/v1/sessions/s1/mesh").json()
                    let assignment = mesh["assignment"] as? [String: String] ?? [:]
                    return assignment.count == 3 && !assignment.values.contains("fra")
                }
                #expect(isMoved)
                let others = try await eventually {
                    asked.value.contains { !$0.contains("\"fra\"") && $0.contains("\"release\":false") }
                }
                #expect(others)
                #expect(try await test.send(.delete, "/v1/sessions/s1").status == 204)
                let released = try await eventually {
                    asked.value.contains { !$0.contains("\"fra\"") && $0.contains("\"release\":true") }
                }
                #expect(released)
            }
        }
    }
}
