import Foundation
import HTTPTypes
import HummingbirdTesting
import Logging
import MeshServer
import TestSupport
import Testing

/// Figures that dashboards and documents name are there; a service that is not ready says so.
@Suite struct ObservabilityTests {
    private func names(in file: String) throws -> Set<String> {
        let text = try String(
            contentsOf: SharedData.repositoryRoot.appending(path: file), encoding: .utf8)
        return Set(text.matches(of: /\b(rmc|process)_[a-z_]+[a-z]/).map { String($0.output.0) })
    }

    @Test(arguments: ["Deployment/grafana.json", "Documentation/Service.md"])
    func everyFigureThatIsNamedExists(_ file: String) async throws {
        let named = try names(in: file)
        #expect(named.count > 20)
        try await TestService.run(settings: ["replay-budget": "0.01"]) { test async throws in
            try await test.registerServers()
            for index in 0..<8 { _ = try await test.createSession("s\(index)", people: 6) }
            let line = #"{"from": "fra", "to": "nyc", "rtt": 85.5}"#
            _ = try await test.send(.post, "/v1/measurements", line)
            _ = await test.service.tick()
            var text = ""
            // The first snapshot is kept beside the controller's thread.
            for _ in 0..<200 {
                _ = try await test.send(
                    .patch, "/v1/sessions/s1/participants/s1-p0", #"{"latitude": 2, "longitude": 100}"#)
                _ = await test.service.tick()
                text = try await test.send(.get, "/metrics").text
                if text.contains("rmc_snapshot_bytes") { break }
            }
            let figures = text.split(separator: "\n").filter { !$0.hasPrefix("#") }
                .map { String($0.prefix { $0 != "{" && $0 != " " }) }
            let known = Set(figures).union(
                figures.map { $0.replacing(/_(bucket|sum|count)$/, with: "") })
            for name in named where !known.contains(name) {
                // Families are named as rmc_servers_*.
                #expect(known.contains { $0.hasPrefix(name + "_") }, "\(file) names \(name), which is no figure")
            }
        }
    }

    @Test func theLastTickTellsWhatBinds() async throws {
        try await TestService.run { test async throws in
            try await test.registerServers()
            #expect(try await test.send(.get, "/v1/tick").json()["tick"] as? Int == 0)
            #expect(try await test.createSession("s1", people: 12).status == 201)
            let lines = [("fra", "nyc"), ("nyc", "fra")].map { from, to in
                "{\"from\": \"\(from)\", \"to\": \"\(to)\", \"rtt\": 85.5, \"bandwidth\": 0.01}"
            }
            #expect(try await test.send(.post, "/v1/measurements", lines.joined(separator: "\n")).status == 202)
            for _ in 0..<2 { _ = await test.service.tick() }
            let report = try await test.send(.get, "/v1/tick").json()
            #expect(report["tick"] as? Int == 2 && report["served"] as? Int == 12)
            let explanation = try #require(report["explanation"] as? [String: Any])
            let links = try #require(explanation["congestedLinks"] as? [[String: Any]])
            #expect(links.map { $0["from"] as? String } == ["fra", "nyc"])
            #expect(links.allSatisfy { $0["capacity"] as? Double == 0.01 && ($0["delay"] as? Double ?? 0) > 0 })
            #expect((explanation["regret"] as? Double ?? -1) >= 0)
        }
    }

    @Test func beforeItIsReadyItAnswersThatItIsNot() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "rmc-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        var configuration = ServerConfiguration()
        for (name, value) in ["data": folder.path, "port": "0"] { configuration.set(name, value) }
        let service = try await MeshService(
            configuration, environment: ["RMC_OPERATOR_KEY": TestService.operatorKey],
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        try await ServiceApplication.make(service).test(.live) { client in
            let test = TestService(service: service, client: client)
            for path in ["/v1/sessions", "/v1/pool", "/v1/snapshot"] {
                let answer = try await test.send(.get, path)
                #expect(answer.status == 503 && answer.headers[.retryAfter] != nil, "\(path)")
            }
            #expect(try await test.createSession().status == 503)
            #expect(try await test.send(.get, "/readyz").status == 503)
            #expect(try await test.send(.get, "/healthz").status == 200)
            try service.start(ticksByItself: false)
            #expect(try await test.send(.get, "/readyz").status == 200)
            #expect(try await test.send(.get, "/v1/sessions").status == 200)
        }
        service.stop()
    }

    @Test func finerCellsDivideCoarserOnesAndNoneHasFew() async throws {
        try await TestService.run { test async throws in
            let people = (0..<400).map { index in
                // A third in one town, the rest strewn about the southern half.
                let (latitude, longitude) =
                    index % 3 == 0
                    ? (48.1 + Double(index % 7) / 100, 11.5 + Double(index % 5) / 100)
                    : (-Double((index * 37) % 85), Double((index * 91) % 360) - 180)
                return "{\"id\": \"p\(index)\", \"latitude\": \(latitude), \"longitude\": \(longitude)}"
            }
            try await test.registerServers(capacity: 1000)
            let body = "{\"id\": \"s1\", \"type\": \"match\", \"participants\": [\(people.joined(separator: ","))]}"
            #expect(try await test.send(.post, "/v1/sessions", body).status == 201)
            var coarser: [[String: Double]] = []
            for level in 0...6 {
                let path = "/v1/density?atLeast=6&level=\(level)"
                let answer = try await test.send(.get, path).json()["cells"] as? [[String: Any]]
                let cells = try #require(answer).map { $0.compactMapValues { ($0 as? NSNumber)?.doubleValue } }
                #expect(cells.allSatisfy { ($0["participants"] ?? 0) >= 6 })
                let counts = [coarser, cells].map { $0.reduce(0) { $0 + ($1["participants"] ?? 0) } }
                #expect(coarser.isEmpty || counts[0] == counts[1], "level \(level) tells of others")
                coarser = cells
            }
            #expect(coarser.contains { ($0["size"] ?? 45) < 1 }, "the town is told apart")
            #expect(Set(coarser.compactMap { $0["size"] }).count > 1, "cells of several sizes")
        }
    }
}
