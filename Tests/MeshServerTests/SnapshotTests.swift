import Foundation
import HTTPTypes
import MeshEngine
import MeshInstances
import MeshServer
import MeshTypes
import MeshVerification
import Testing

/// The live state as files of the planner.
@Suite struct SnapshotTests {
    @Test func theSnapshotFeedsThePlannerAndThePlanVerifies() async throws {
        try await TestService.run { test async throws in
            try await test.registerServers()
            _ = try await test.createSession("s1", people: 12)
            _ = try await test.createSession("s2", people: 5)
            _ = await test.service.tick()
            let text = try await test.send(.get, "/v1/snapshot")
            let snapshot = try SnapshotReader.read(InputFile(name: "snapshot", contents: text.body))
            #expect(snapshot.participants.count == 17 && snapshot.sites.count == 3)
            let plan = try PlanReader.read(
                InputFile(name: "plan", contents: try await test.send(.get, "/v1/plan").body))
            let verification = MeshEngine().verify(snapshot, plan, requiresChecksum: true)
            #expect(verification.isVerified, "\(verification.failures.prefix(3))")
            // And it plans: from the live state, with the moves that it would take.
            let fork = try MeshEngine().plan(snapshot)
            #expect(fork.sessions.count == 2)
            let forked = MeshEngine().verify(snapshot, fork)
            #expect(forked.isVerified)
        }
    }

    @Test func densityHidesTheFew() async throws {
        try await TestService.run { test async throws in
            try await test.registerServers()
            _ = try await test.createSession("s1", people: 10)
            let cells = try await test.send(.get, "/v1/density?atLeast=4").json()["cells"] as? [[String: Any]]
            #expect(cells?.count == 1)
            #expect(cells?.first?["participants"] as? Int == 4)
        }
    }

    @Test func measurementsReachThePlan() async throws {
        try await TestService.run { test async throws in
            try await test.registerServers()
            _ = try await test.createSession("s1", people: 3)
            let lines = ["fra", "nyc", "sin"].map { #"{"from": "s1-p0", "to": "\#($0)", "rtt": 77.5}"# }
            let receipt = try await test.send(.post, "/v1/measurements", lines.joined(separator: "\n"))
            #expect(try receipt.json()["accepted"] as? Int == 3)
            let unknown = try await test.send(.post, "/v1/measurements", #"{"from": "who", "to": "fra", "rtt": 5}"#)
            #expect((try unknown.json()["refused"] as? [String: Int])?["unknownNode"] == 1)
            _ = await test.service.tick()
            let text = try await test.send(.get, "/v1/snapshot")
            let snapshot = try SnapshotReader.read(InputFile(name: "snapshot", contents: text.body))
            let row = try #require(snapshot.participants.firstIndex { $0.id == "s1-p0" })
            let latencies = snapshot.sites.indices.map {
                snapshot.accessLatency(participant: row, site: $0).milliseconds
            }
            #expect(latencies.allSatisfy { abs($0 - 77.5) < 1 }, "\(latencies)")
        }
    }
}
