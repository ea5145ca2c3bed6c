import Foundation
import HTTPTypes
import MeshAPI
import MeshInstances
import MeshServer
import MeshTypes
import Testing

/// Participants' identifiers belong to their session, and who somebody is follows from role and token, never from a name.
@Suite struct NameTests {
    private func open(_ test: TestService, _ id: String, _ people: [String]) async throws -> Int {
        let places = [(50.0, 8.0), (41.0, -73.0), (1.3, 103.0)]
        let list = people.enumerated().map { index, name in
            let (latitude, longitude) = places[index % places.count]
            return "{\"id\": \"\(name)\", \"latitude\": \(latitude), \"longitude\": \(longitude)}"
        }
        let body = "{\"id\": \"\(id)\", \"type\": \"match\", \"participants\": [\(list.joined(separator: ","))]}"
        return try await test.send(.post, "/v1/sessions", body).status
    }

    @Test func aNameInOneSessionSaysNothingInAnother() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "rmc-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try await TestService.run(folder: folder) { test async throws in
            try await test.registerServers()
            for id in ["s1", "s2"] { #expect(try await open(test, id, ["p0", "p1", "p2"]) == 201) }
            let late = #"{"id": "p3", "latitude": 50, "longitude": 8}"#
            for id in ["s1", "s2"] {
                let joined = try await test.send(.post, "/v1/sessions/\(id)/participants", late)
                #expect(joined.status == 201)
                #expect(try joined.json()["id"] as? String == "p3")
                // In their own session, once.
                let again = try await test.send(.post, "/v1/sessions/\(id)/participants", late)
                #expect(again.status == 409)
                #expect(again.text.contains("participant p3 is"), "\(again.text)")
            }
            // Each session's answers have its own names, and speak of its own people.
            let mesh = try await test.send(.get, "/v1/sessions/s1/mesh").json()
            let assignment = try #require(mesh["assignment"] as? [String: String])
            #expect(Set(assignment.keys) == ["p0", "p1", "p2", "p3"])
            #expect(try await test.send(.delete, "/v1/sessions/s1/participants/p3").status == 204)
            #expect(try await test.send(.get, "/v1/sessions/s1/participants/p3").status == 404)
            #expect(try await test.send(.get, "/v1/sessions/s2/participants/p3").status == 200)
            let attachment = try await test.send(.post, "/v1/sessions/s2/participants/p3/attachment")
            #expect(try attachment.json()["id"] as? String == "p3")
            let why = try await test.send(.get, "/v1/sessions/s2/explain?participant=p3").json()
            #expect((why["participants"] as? [[String: Any]])?.first?["participant"] as? String == "p3")
        }
        // After a restart too.
        try await TestService.run(folder: folder) { test async throws in
            #expect(try await test.send(.get, "/v1/sessions/s1/participants/p3").status == 404)
            #expect(try await test.send(.get, "/v1/sessions/s2/participants/p3").status == 200)
            #expect(try await test.send(.delete, "/v1/sessions/s2").status == 204)
            #expect(try await test.send(.get, "/v1/sessions/s1/participants/p0").status == 200)
            let report = #"{"latitude": 1, "longitude": 100}"#
            #expect(try await test.send(.patch, "/v1/sessions/s1/participants/p0", report).status == 200)
        }
        let replay = try LogReplay(folder: folder.path)
        #expect(replay.isSame, "\(String(describing: replay.difference)) \(replay.damage ?? "")")
    }

    @Test func snapshotsAndPlansTellPeopleOfOneNameApart() async throws {
        try await TestService.run { test async throws in
            try await test.registerServers()
            #expect(try await open(test, "s1", ["p0", "ada"]) == 201)
            #expect(try await open(test, "s2", ["p0"]) == 201)
            _ = await test.service.tick()
            let text = try await test.send(.get, "/v1/snapshot").body
            let snapshot = try SnapshotReader.read(InputFile(name: "snapshot", contents: text))
            #expect(snapshot.participants.map(\.id.description).sorted() == ["ada", "s1/p0", "s2/p0"])
            let plan = try PlanReader.read(
                InputFile(name: "plan", contents: try await test.send(.get, "/v1/plan").body))
            #expect(Set(plan.sessions.flatMap { $0.assignment.keys.map(\.description) }) == ["ada", "s1/p0", "s2/p0"])
        }
    }

    /// A participant that goes by a server's name reports as the participant that it is: no link of the mesh is another.
    @Test func nobodyReportsForAServerByItsName() async throws {
        try await TestService.run { test async throws in
            try await test.registerServers()
            #expect(try await open(test, "victim", ["a", "b", "c"]) == 201)
            #expect(try await open(test, "s1", ["x"]) == 201)
            _ = await test.service.tick()
            let before = try await test.send(.get, "/v1/snapshot").body
            let token = try await test.token(#""role": "participant", "session": "s1""#)
            let join =
                #"[{"id": "fra", "latitude": 50, "longitude": 8}, {"id": "nyc", "latitude": 50, "longitude": 8}]"#
            #expect(try await test.send(.post, "/v1/sessions/s1/participants", join, token: token).status == 201)
            var lines: [String] = []
            for from in ["fra", "nyc"] {
                for to in ["fra", "nyc", "sin"] { lines.append(#"{"from": "\#(from)", "to": "\#(to)", "rtt": 59999}"#) }
            }
            let answer = try await test.send(.post, "/v1/measurements", lines.joined(separator: "\n"), token: token)
            #expect(answer.status == 202)
            for _ in 0..<3 { _ = await test.service.tick() }
            let after = try await test.send(.get, "/v1/snapshot").body
            let links = try [before, after].map { text -> [[Latency?]] in
                let snapshot = try SnapshotReader.read(InputFile(name: "snapshot", contents: text))
                guard case .dense(let table) = snapshot.network else { return [] }
                return snapshot.sites.indices.map { from in snapshot.sites.indices.map { table[from, $0] } }
            }
            #expect(links[0] == links[1] && links[0].count == 3)
            // Nor does anybody who has a session's token report for a server that is called like nobody in it.
            let other = #"{"from": "sin", "to": "fra", "rtt": 1}"#
            #expect(try await test.send(.post, "/v1/measurements", other, token: token).status == 403)
            // A server's token speaks for a server, not for the participant that is called like it.
            let edge = try await test.token(#""role": "edge", "server": "fra""#)
            let person = #"{"from": "fra", "session": "s1", "to": "nyc", "rtt": 1}"#
            #expect(try await test.send(.post, "/v1/measurements", person, token: edge).status == 403)
        }
    }

    @Test func operatorsReportForParticipantsByTheirSession() async throws {
        try await TestService.run { test async throws in
            try await test.registerServers()
            for id in ["s1", "s2"] { #expect(try await open(test, id, ["p0"]) == 201) }
            func accepted(_ line: String) async throws -> Int? {
                try await test.send(.post, "/v1/measurements", line).json()["accepted"] as? Int
            }
            #expect(try await accepted(#"{"from": "p0", "session": "s1", "to": "fra", "rtt": 5}"#) == 1)
            #expect(try await accepted(#"{"from": "p0", "session": "s3", "to": "fra", "rtt": 5}"#) == 0)
            // Of two, none is meant.
            #expect(try await accepted(#"{"from": "p0", "to": "fra", "rtt": 5}"#) == 0)
        }
    }

    @Test(arguments: ["..", ".", "-rf", "-"])
    func whatProgramsTakeForAnOptionOrAFolderIsNoIdentifier(_ name: String) async throws {
        try await TestService.run { test async throws in
            try await test.registerServers()
            #expect(try await open(test, name, ["p0"]) == 422)
            #expect(try await open(test, "s1", [name]) == 422)
            let server = #"{"latitude": 50, "longitude": 8, "capacity": 60, "price": 3}"#
            let path = "/v1/servers/\(name.replacing(".", with: "%2e"))"
            #expect([404, 422].contains(try await test.send(.put, path, server).status))
        }
    }
}
