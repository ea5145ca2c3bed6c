import Foundation
import HTTPTypes
import MeshServer
import Testing

/// What was acknowledged is there after a crash, and goes on as if nothing had been.
@Suite struct DurabilityTests {
    /// A copy of a running service's folder: what a crash at this moment would leave.
    private func crashed(_ test: TestService) throws -> URL {
        let copy = FileManager.default.temporaryDirectory.appending(path: "rmc-crash-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: copy, withIntermediateDirectories: true)
        for suffix in ["", "-wal"] {
            let source = test.service.configuration.text("data") + "/\(EventStore.fileName)\(suffix)"
            if FileManager.default.fileExists(atPath: source) {
                try FileManager.default.copyItem(
                    atPath: source, toPath: copy.appending(path: EventStore.fileName + suffix).path)
            }
        }
        return copy
    }

    private func everything(_ test: TestService) async throws -> [String] {
        var texts: [String] = []
        for path in ["/v1/sessions/s1/mesh", "/v1/sessions/s2/mesh"] {
            texts.append(try await test.send(.get, path).text)
        }
        return texts
    }

    @Test func acknowledgedChangesSurviveACrash() async throws {
        try await TestService.run { test async throws in
            try await test.registerServers()
            _ = try await test.createSession("s1", people: 5)
            _ = try await test.createSession("s2", people: 4)
            _ = await test.service.tick()
            let join = #"{"id": "late", "latitude": 50, "longitude": 8}"#
            let joined = try await test.send(.post, "/v1/sessions/s1/participants", join, key: "join-late")
            #expect(joined.status == 201)
            #expect(try await test.send(.delete, "/v1/sessions/s2/participants/s2-p0").status == 204)
            let before = try await everything(test)
            let folder = try crashed(test)
            defer { try? FileManager.default.removeItem(at: folder) }
            try await TestService.run(folder: folder) { again async throws in
                #expect(try await everything(again) == before)
                // A request that comes again is answered as before, and not carried out again.
                let replayed = try await again.send(.post, "/v1/sessions/s1/participants", join, key: "join-late")
                #expect(replayed.status == 201 && replayed.body == joined.body)
                let other = #"{"id": "other", "latitude": 50, "longitude": 8}"#
                #expect(
                    try await again.send(.post, "/v1/sessions/s1/participants", other, key: "join-late").status == 422)
                // And it goes on: the same tick gives the same mesh in both.
                _ = await again.service.tick()
                _ = await test.service.tick()
                #expect(try await everything(again) == everything(test))
            }
        }
    }

    @Test func aStopAndAStartKeepAll() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "rmc-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let before = Box<[String]>([])
        try await TestService.run(folder: folder) { test async throws in
            try await test.registerServers()
            _ = try await test.createSession("s1", people: 5)
            _ = try await test.createSession("s2", people: 4)
            before.value = try await everything(test)
        }
        try await TestService.run(folder: folder) { test async throws in
            #expect(try await everything(test) == before.value)
        }
    }

    @Test func theLogReplaysByteForByte() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "rmc-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try await TestService.run(settings: ["replay-budget": "0.01"], folder: folder) { test async throws in
            try await test.registerServers()
            for index in 0..<10 {
                _ = try await test.createSession("s\(index)", people: 6)
                _ = try await test.send(
                    .patch, "/v1/sessions/s\(index)/participants/s\(index)-p0", #"{"latitude": 2, "longitude": 100}"#)
                _ = await test.service.tick()
            }
            // Refused requests are in the log too, and refused again.
            #expect(try await test.createSession("s1").status == 409)
        }
        let replay = try LogReplay(folder: folder.path)
        #expect(replay.isSame, "\(String(describing: replay.difference)) \(replay.damage ?? "")")
        #expect(replay.commands > 0 && replay.sameOutcomes + replay.unnoted == replay.commands)
        #expect(replay.snapshots > 0)
        // Another build's checksums that differ are found at the first place.
        var sums: [EventStore.Position: UInt64] = [:]
        _ = try LogReplay(folder: folder.path) { sums[$0] = $1 }
        let third = try #require(sums.keys.sorted().dropFirst(2).first)
        sums[third]? ^= 1
        let other = try LogReplay(folder: folder.path, against: sums)
        #expect(other.difference?.position == third)
    }

    @Test func aDamagedPageIsFoundReadsGoOnAndRepairStarts() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "rmc-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try await TestService.run { test async throws in
            try await test.registerServers()
            for index in 0..<30 { _ = try await test.createSession("s\(index)", people: 6) }
            let copy = try crashed(test)
            try FileManager.default.moveItem(at: copy, to: folder)
        }
        // Spoil the middle of the log in the write-ahead file's main copy: merge it first.
        try EventStore(folder: folder.path).close()
        let path = folder.appending(path: EventStore.fileName)
        var bytes = try Data(contentsOf: path)
        let needle = Data("s20-p3".utf8)
        let place = try #require(bytes.range(of: needle))
        bytes.replaceSubrange(place, with: Data("s20-pX".utf8))
        try bytes.write(to: path)

        try await TestService.run(folder: folder) { test async throws in
            #expect(try await test.send(.get, "/v1/sessions/s5/mesh").status == 200)
            let refused = try await test.createSession("new")
            #expect(refused.status == 503)
            #expect(try refused.json()["detail"] as? String != nil)
            #expect(try await test.send(.get, "/readyz").status == 503)
        }
        #expect(try StoreRepair.repair(folder: folder.path) != nil)
        try await TestService.run(folder: folder) { test async throws in
            #expect(try await test.send(.get, "/v1/sessions/s5/mesh").status == 200)
            #expect(try await test.createSession("new").status == 201)
            #expect(try await test.send(.get, "/readyz").status == 200)
        }
    }

    @Test func aFullDiskRefusesWritesAndRecovers() async throws {
        try await TestService.run { test async throws in
            try await test.registerServers()
            _ = try await test.createSession("s1")
            try test.service.limitStore(pages: 1)
            // Pages that are there already may still be filled.
            var refused = try await test.createSession("fill-0")
            for index in 1..<300 where refused.status == 201 {
                refused = try await test.createSession("fill-\(index)", people: 20)
            }
            #expect(refused.status == 503)
            #expect(refused.headers[.retryAfter] != nil)
            #expect(try await test.send(.get, "/v1/sessions/s1").status == 200)
            #expect(try await test.send(.get, "/readyz").status == 503)
            #expect(try await test.send(.get, "/healthz").status == 200)
            try test.service.limitStore(pages: 1_000_000)
            var status = 503
            for _ in 0..<50 where status == 503 {
                try await Task.sleep(for: .milliseconds(50))
                status = try await test.createSession("s2").status
            }
            #expect(status == 201)
            #expect(try await test.send(.get, "/readyz").status == 200)
        }
    }

    @Test func aFolderServesOneServiceAtATime() async throws {
        try await TestService.run { test async throws in
            let folder = URL(filePath: test.service.configuration.text("data"))
            await #expect(throws: (any Error).self) { try await TestService.run(folder: folder) { _ in } }
        }
    }
}
