import Foundation
import HTTPTypes
import MediaTransport
import MeshAPI
import MeshServer
import MeshTypes
import Testing

/// What relays and participants get from the service.
@Suite("Relays and attachments")
struct RelayTests {
    private static let places = [("fra", 50.1, 8.7), ("ams", 52.4, 4.9), ("nyc", 40.7, -74.0)]

    /// Leases that a machine under load does not let run out between two requests.
    private static let patient = ["lease": "3600", "registration-lease": "3600"]

    private func register(_ test: TestService, from first: Int = 1) async throws {
        for (index, (id, latitude, longitude)) in Self.places.enumerated() {
            let answer = try await test.send(
                .put, "/v1/servers/\(id)",
                """
                {"latitude": \(latitude), "longitude": \(longitude), "capacity": 100, "price": 10,
                 "address": "192.0.2.\(index + first):4480"}
                """)
            #expect(answer.status == 201)
            #expect(try answer.json()["number"] as? Int == index + first)
        }
    }

    private func beat(
        _ test: TestService, _ id: String, table: UInt64 = 0, links: [RelayReport.LinkReport] = []
    ) async throws -> HeartbeatResponse {
        let report = RelayReport(tableVersion: table, participants: 0, reserves: 0, isDraining: false, links: links)
        let body = String(decoding: try JSONEncoder().encode(HeartbeatRequest(relay: report)), as: UTF8.self)
        let answer = try await test.send(.post, "/v1/servers/\(id)/heartbeat", body)
        #expect(answer.status == 200, "\(answer.text)")
        return try JSONDecoder().decode(HeartbeatResponse.self, from: Data(answer.body))
    }

    private func attach(_ test: TestService, _ id: String, token: String? = nil) async throws -> MeshAPI.Attachment {
        let path = "/v1/sessions/s1/participants/\(id)/attachment"
        let answer =
            if let token { try await test.send(.post, path, token: token) } else { try await test.send(.post, path) }
        #expect(answer.status == 200, "\(answer.text)")
        return try JSONDecoder().decode(MeshAPI.Attachment.self, from: Data(answer.body))
    }

    @Test(
        "Tables lead from every site of a mesh to all others; keys of tables and participants fit; who leaves is let go"
    )
    func tables() async throws {
        try await TestService.run(settings: Self.patient) { test in
            try await register(test)
            #expect(try await test.createSession(people: 6).status == 201)
            _ = await test.service.tick()
            var tables: [UInt16: RelayTable] = [:]
            for (id, _, _) in Self.places {
                let table = try #require(try await beat(test, id).table)
                tables[table.site] = table
                #expect(table.neighbours.count == 2)
                // Asked with the version that it has, a relay gets nothing.
                #expect(try await beat(test, id, table: table.version).table == nil)
                let server = try await test.send(.get, "/v1/servers/\(id)").json()
                let relay = try #require(server["relay"] as? [String: Any])
                #expect(relay["table"] as? UInt64 == table.version)
                #expect(relay["wanted"] as? UInt64 == table.version)
            }
            // A link's secret is known at both ends, and differs from others.
            let secrets = tables.values.map { table in
                Dictionary(uniqueKeysWithValues: table.neighbours.map { ($0.site, $0.secret) })
            }
            #expect(Set(secrets.flatMap(\.values)).count == 3)

            let anna = try await attach(test, "s1-p0")
            let site = try #require(anna.mesh.site)
            #expect(anna.mesh.spare != nil && anna.mesh.spare != site)
            #expect(anna.mesh.servers.count == 3 && anna.mesh.servers.allSatisfy(\.probe))
            let entry = try #require(tables[site]?.sessions.first { $0.number == anna.session })
            let secret = try #require(
                SessionSecret(session: anna.session, epoch: anna.keys.epoch, bytes: entry.keys[0].secret.bytes))
            #expect(secret.mediaKey.bytes == anna.keys.media.bytes)
            #expect(secret.attachmentKeys(stream: anna.stream).up.bytes == anna.keys.up.bytes)

            // Whatever the origin, a walk by the tables reaches all sites that have the session, once each.
            let holders = tables.values.filter { $0.sessions.contains { $0.number == anna.session } }.map(\.site)
            #expect(holders.count >= 2)
            for origin in holders {
                var (reached, line) = ([origin], [origin])
                while let here = line.popLast() {
                    let routes = tables[here]?.sessions.first { $0.number == anna.session }?.routes ?? []
                    for branch in routes.first(where: { $0.origin == origin && $0.trafficClass == nil })?.branches ?? []
                    {
                        reached.append(branch.to)
                        line.append(branch.to)
                    }
                }
                #expect(reached.sorted() == holders.sorted())
            }

            // The token speaks for her alone.
            let path = "/v1/sessions/s1/participants/s1-p1/attachment"
            #expect(try await test.send(.post, path, token: anna.token).status == 403)
            // Whoever attaches again is somebody new to replay windows and under nonces, with the session's key.
            let again = try await attach(test, "s1-p0", token: anna.token)
            #expect(again.keys.media == anna.keys.media)
            #expect(again.stream != anna.stream && again.keys.up != anna.keys.up && again.keys.down != anna.keys.down)
            #expect(try await test.send(.delete, "/v1/sessions/s1/participants/s1-p0").status == 204)
            #expect(try await test.send(.post, "/v1/sessions/s1/participants/s1-p0/attachment").status == 404)
            let back = #"[{"id": "s1-p0", "latitude": 50, "longitude": 8}]"#
            #expect(try await test.send(.post, "/v1/sessions/s1/participants", back).status == 201)
            #expect(![anna.stream, again.stream].contains(try await attach(test, "s1-p0").stream))
        }
    }

    @Test("Numbers and keys outlast the service; versions of tables grow over a restart")
    func restart() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "rmc-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let before = Box<(MeshAPI.Attachment, RelayTable)?>(nil)
        try await TestService.run(settings: Self.patient, folder: folder) { test in
            try await register(test)
            _ = try await test.createSession()
            _ = await test.service.tick()
            before.value = (try await attach(test, "s1-p1"), try #require(try await beat(test, "fra").table))
        }
        try await TestService.run(settings: Self.patient, folder: folder) { test in
            let (attachment, table) = try #require(before.value)
            let again = try await attach(test, "s1-p1")
            #expect(again.session == attachment.session)
            #expect(again.stream != attachment.stream)
            #expect(again.keys.media == attachment.keys.media)
            #expect(again.mesh.version > attachment.mesh.version)
            #expect(
                (again.mesh.controller, again.mesh.epoch) == (attachment.mesh.controller, attachment.mesh.epoch + 1))
            let newer = try #require(try await beat(test, "fra", table: table.version).table)
            #expect(newer.version > table.version)
            #expect((newer.controller, newer.epoch) == (table.controller, table.epoch + 1))
            #expect(newer.site == table.site)
            #expect(newer.neighbours == table.neighbours)
        }
    }

    @Test(
        "The same operator key in another folder gives other keys; attachments of all starts have numbers of their own")
    func folders() async throws {
        let root = FileManager.default.temporaryDirectory.appending(path: "rmc-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: root) }
        let (found, tables) = (Box<[MeshAPI.Attachment]>([]), Box<[RelayTable]>([]))
        for folder in ["a", "b", "b", "b"] {
            try await TestService.run(settings: Self.patient, folder: root.appending(path: folder)) { test in
                if found.value.isEmpty || tables.value.count == 1 {
                    try await register(test)
                    _ = try await test.createSession()
                }
                _ = await test.service.tick()
                for _ in 0..<3 { found.value.append(try await attach(test, "s1-p1")) }
                tables.value.append(try #require(try await beat(test, "fra").table))
            }
        }
        let media = found.value.map(\.keys.media)
        #expect(Set(media[..<3]).count == 1 && Set(media[3...]).count == 1 && media[0] != media[3])
        #expect(Set(found.value[3...].map(\.stream)).count == 9)
        #expect(found.value.allSatisfy { $0.stream != 0 })
        #expect(tables.value[0].neighbours.map(\.secret) != tables.value[1].neighbours.map(\.secret))
        #expect(tables.value[1].neighbours == tables.value[2].neighbours)
        #expect(tables.value.map(\.epoch) == [1, 1, 2, 3])
        #expect(Set(tables.value.map(\.controller)).count == 2)
    }

    @Test("Whoever waits can attach, and is told when there is room; a spare beyond the mesh that fails is replaced")
    func waiting() async throws {
        try await TestService.run(settings: Self.patient) { test in
            let small = #"{"latitude": 50, "longitude": 8, "capacity": 1, "price": 1, "address": "192.0.2.1:4480"}"#
            #expect(try await test.send(.put, "/v1/servers/small", small).status == 201)
            _ = try await test.createSession(people: 1)
            _ = await test.service.tick()
            #expect(try await attach(test, "s1-p0").mesh.site == 1)
            let late = #"[{"id": "late", "latitude": 50, "longitude": 8}]"#
            #expect(try await test.send(.post, "/v1/sessions/s1/participants", late).status == 201)
            #expect(try await attach(test, "late").mesh.site == nil)

            try await register(test, from: 2)
            for _ in 0..<3 { _ = await test.service.tick() }
            #expect(try await attach(test, "late").mesh.site != nil)

            #expect(try await test.send(.delete, "/v1/sessions/s1/participants/late").status == 204)
            for _ in 0..<3 { _ = await test.service.tick() }
            let before = try await attach(test, "s1-p0").mesh
            let spare = try #require(before.spare)
            let name = try #require(before.servers.first { $0.site == spare }?.id)
            #expect(try await test.send(.post, "/v1/servers/\(name)/fail").status == 200)
            let after = try await attach(test, "s1-p0").mesh
            #expect(after.site == before.site)
            #expect(after.spare != nil && after.spare != spare)
        }
    }

    @Test("A server that lies about its place gets nobody once two others have measured it")
    func liar() async throws {
        try await TestService.run(settings: Self.patient) { test in
            try await register(test)
            // It says that it is in Sydney, where the participant is, and is in Europe too.
            let sydney =
                #"{"latitude": -33.9, "longitude": 151.2, "capacity": 100, "price": 10, "address": "192.0.2.9:4480"}"#
            #expect(try await test.send(.put, "/v1/servers/liar", sydney).status == 201)
            let opening =
                #"{"id": "s1", "type": "match", "participants": [{"id": "ben", "latitude": -33.8, "longitude": 151}]}"#
            #expect(try await test.send(.post, "/v1/sessions", opening).status == 201)
            _ = await test.service.tick()
            _ = try await beat(test, "liar")
            #expect(try await attach(test, "ben").mesh.site == 4)
            for id in ["fra", "ams"] {
                _ = try await beat(
                    test, id, links: [.init(site: 4, roundTrip: 12, loss: 0, sent: 0, received: 0, isSilent: false)])
            }
            for _ in 0..<3 { _ = await test.service.tick() }
            #expect(try await attach(test, "ben").mesh.site != 4)
        }
    }

    @Test("Capacity is trusted as it is shown")
    func claims() {
        #expect(ClaimCheck.trustedCapacity(claimed: 1_000_000, mostCarried: 100) == 200_000)
        #expect(ClaimCheck.trustedCapacity(claimed: 500, mostCarried: 200) == 400)
        #expect(ClaimCheck.trustedCapacity(claimed: 500, mostCarried: 400) == 500)
    }

    @Test(
        "What is no relay's report is refused with the place of the fault",
        arguments: [
            ("{\"relay\": 1}", "/relay"), ("{\"relay\": {}}", "/relay/tableVersion"),
            ("{\"relay\": {\"tableVersion\": \"x\"}}", "/relay/tableVersion"),
            (
                """
                {"relay": {"tableVersion": 1, "participants": 0, "reserves": 0, "isDraining": false, "counters": {},
                "attachments": [], "links": [{"site": 70000, "loss": 0, "sent": 0, "received": 0, "isSilent": false}]}}
                """, "/relay/links/0/site"
            ),
        ])
    func garbage(body: String, pointer: String) async throws {
        try await TestService.run(settings: Self.patient) { test in
            try await register(test)
            let answer = try await test.send(.post, "/v1/servers/fra/heartbeat", body)
            #expect(answer.status == 422)
            #expect(answer.text.contains("\"\(pointer)\""), "\(answer.text)")
        }
    }
}
