import AsyncHTTPClient
import Foundation
import HTTPTypes
import HummingbirdTesting
import MeshServer
import NIOCore
import NIOHTTP1
import TestSupport
import Testing

/// Every field of every route at its extremes, driven by `openapi.yaml`: no process ends, nothing is answered with 500
/// or above, every answer is what it says it is, and the log of all that carries out again.
///
/// `RMC_FUZZ_CASES` says how many cases (5,000 otherwise), `RMC_FUZZ_SEED` which.
@Suite struct ContractFuzzTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let cases = environment["RMC_FUZZ_CASES"].flatMap { Int($0) } ?? 5000
    private static let seed = environment["RMC_FUZZ_SEED"].flatMap { UInt64($0) } ?? 17

    private struct Case {
        var method = HTTPRequest.Method.get
        var path = ""
        var headers = HTTPFields()
        var body: String?
        var isStream = false

        var description: String {
            "\(method) \(path.prefix(200)) \(headers.filter { $0.name != .authorization }) \(body?.prefix(600) ?? "")"
        }
    }

    /// What is there to be named; by the names of the fields that name it.
    private static let sessions = ["s1", "s2"]
    private static let servers = ["fra", "nyc", "sin"]
    private static func names(_ path: String) -> [String: [String]] {
        let people = ["s1-p0", "s1-p1", "s1-p2", "new-1", "new-2"]
        return [
            "id": path.hasPrefix("/v1/servers") ? servers : sessions + people, "pid": people, "participant": people,
            "session": sessions, "server": servers, "from": servers + people, "to": servers,
            "profile": ["standard"], "type": ["match", "conference", "world"],
        ]
    }

    private func encoded(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }

    private func make(_ contract: Contract, _ random: inout SplitMix64) -> Case {
        guard let operation = contract.operations.randomElement(using: &random) else { return Case() }
        var made = Case(method: HTTPRequest.Method(rawValue: operation.method) ?? .get, path: operation.path)
        made.isStream = operation.path.hasSuffix("/events")
        let names = Self.names(operation.path)
        var query: [String] = []
        for parameter in operation.parameters {
            var value = contract.right(parameter.schema, &random, names: names, key: parameter.name)
            if Int.random(in: 0..<4, using: &random) == 0 { value = Contract.extreme(&random) }
            let text = if case .text(let text) = value { text } else { value.json }
            switch parameter.place {
            case "path":
                made.path = made.path.replacing("{\(parameter.name)}", with: text.isEmpty ? "%00" : encoded(text))
            case "query" where Bool.random(using: &random): query.append("\(parameter.name)=\(encoded(text))")
            case "header" where Int.random(in: 0..<3, using: &random) == 0:
                let isPlain = text.utf8.allSatisfy { (0x20...0x7E).contains($0) } && text.utf8.count < 5000
                if isPlain, let name = HTTPField.Name(parameter.name) { made.headers[name] = text }
            default: break
            }
        }
        if !query.isEmpty { made.path += "?" + query.joined(separator: "&") }
        if let schema = operation.body {
            let line = operation.isLines ? contract.schema("Measurement") : schema
            made.body = (0..<(operation.isLines ? 3 : 1)).map { _ in
                var value = contract.right(line, &random, names: names)
                for _ in 0..<Int.random(in: 0...2, using: &random) {
                    let extreme = Contract.extreme(&random)
                    value = value.replacing(Int.random(in: 0..<value.count, using: &random), with: { _ in extreme })
                }
                return value.json
            }.joined(separator: "\n")
        }
        return made
    }

    /// Brings back what cases took away, so that the next find something to speak of.
    private func restore(_ test: TestService) async throws {
        let all = try await test.send(.get, "/v1/sessions?limit=1000").json()["items"] as? [[String: Any]] ?? []
        for id in all.compactMap({ $0["id"] as? String }) {
            #expect(try await test.send(.delete, "/v1/sessions/\(id)").status == 204)
        }
        for (id, latitude, longitude) in [("fra", 50.1, 8.7), ("nyc", 40.7, -74.0), ("sin", 1.35, 103.8)] {
            let body = "{\"latitude\": \(latitude), \"longitude\": \(longitude), \"capacity\": 100, \"price\": 10}"
            #expect([200, 201].contains(try await test.send(.put, "/v1/servers/\(id)", body).status))
            #expect(try await test.send(.post, "/v1/servers/\(id)/heartbeat").status == 200)
        }
        for id in Self.sessions { #expect(try await test.createSession(id).status == 201) }
    }

    /// Sends a case, each on a connection that is good; the answer's body is read unless it is a stream's.
    private func send(_ test: TestService, _ made: Case) async throws -> (status: Int, isJSON: Bool, body: [UInt8]) {
        let port = try #require(test.client.port)
        var request = HTTPClientRequest(url: "http://localhost:\(port)\(made.path)")
        request.method = .init(rawValue: made.method.rawValue)
        request.headers.add(name: "Authorization", value: "Bearer \(TestService.operatorKey)")
        for field in made.headers { request.headers.add(name: field.name.rawName, value: field.value) }
        if let body = made.body { request.body = .bytes(ByteBuffer(string: body)) }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
        let isJSON = response.headers.first(name: "content-type")?.contains("json") == true
        if made.isStream, response.status == .ok { return (200, false, []) }
        let body = try await response.body.collect(upTo: 1 << 26)
        return (Int(response.status.code), isJSON, Array(body.readableBytesView))
    }

    private static func isJSON(_ body: [UInt8]) -> Bool {
        (try? JSONSerialization.jsonObject(with: Data(body), options: .fragmentsAllowed)) != nil
    }

    @Test func noExtremeOfAnyFieldOfAnyRouteDoesHarm() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "rmc-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let statuses = Box<[Int: Int]>([:])
        let settings = ["stranger-rate": "1000000", "operator-rate": "1000000", "replay-budget": "3600"]
        try await TestService.run(.socket, settings: settings, folder: folder) { test async throws in
            let contract = try Contract()
            #expect(contract.operations.count == RouteTable.names.count)
            var random = SplitMix64(seed: Self.seed)
            for number in 0..<Self.cases {
                if number % 200 == 0 { try await restore(test) }
                if number % 40 == 39 { #expect(await test.service.tick() != nil) }
                let made = make(contract, &random)
                let answer: (status: Int, isJSON: Bool, body: [UInt8])
                do {
                    answer = try await send(test, made)
                } catch {
                    Issue.record("case \(number): \(error) for \(made.description)")
                    continue
                }
                statuses.value[answer.status, default: 0] += 1
                let text = String(decoding: answer.body.prefix(300), as: UTF8.self)
                #expect(answer.status < 500, "case \(number): \(answer.status) for \(made.description): \(text)")
                if answer.isJSON {
                    #expect(Self.isJSON(answer.body), "case \(number): no JSON for \(made.description): \(text)")
                }
            }
            for _ in 0..<3 { #expect(await test.service.tick() != nil) }
            #expect(try await test.send(.get, "/readyz").status == 200)
        }
        // Right ones are among them, and wrong ones.
        for status in [200, 201, 202, 204, 404, 422] { #expect(statuses.value[status] != nil, "\(statuses.value)") }
        let replay = try LogReplay(folder: folder.path)
        #expect(replay.isSame, "\(String(describing: replay.difference)) \(replay.damage ?? "")")
        try await TestService.run(folder: folder) { test async throws in
            #expect(try await test.send(.get, "/readyz").status == 200)
            _ = await test.service.tick()
        }
    }

    @Test(arguments: [
        "9223372036854775807", "9223372036854775806", "-9223372036854775808", "-1", "0", "18446744073709551615", "x",
    ])
    func noLastEventEndsTheService(_ id: String) async throws {
        try await TestService.run(.socket) { test async throws in
            try await test.registerServers()
            _ = try await test.createSession("s1")
            // With a change that can be heard later.
            let late = #"{"id": "late", "latitude": 50, "longitude": 8}"#
            #expect(try await test.send(.post, "/v1/sessions/s1/participants", late).status == 201)
            for path in ["events", "events?participant=late"] {
                var made = Case(path: "/v1/sessions/s1/mesh/\(path)", isStream: true)
                made.headers[try #require(HTTPField.Name("Last-Event-ID"))] = id
                #expect(try await send(test, made).status == 200)
            }
            #expect(try await test.send(.get, "/readyz").status == 200)
        }
    }

    @Test(arguments: ["9223372036854775807", "4611686018427387904", "-1", "1000001", "9007199254740993"])
    func noHeartbeatEndsTheService(_ participants: String) async throws {
        try await TestService.run { test async throws in
            try await test.registerServers()
            let body = """
                {"relay": {"tableVersion": 1, "participants": \(participants), "reserves": 0, "isDraining": false,
                 "links": [], "counters": {}, "attachments": []}}
                """
            let answer = try await test.send(.post, "/v1/servers/fra/heartbeat", body)
            #expect(answer.status == 422)
            #expect(answer.text.contains("\"/relay/participants\""), "\(answer.text)")
            #expect(await test.service.tick() != nil)
        }
    }

    @Test(arguments: [Int.max, Int.max - 1, Int.max / 2 + 1, 0, -1, Int.min])
    func whatARelayCarriedIsNotDoubledBeyondWhatThereIs(_ carried: Int) {
        for claimed in [1, 2, 1000, Int.max] {
            let trusted = ClaimCheck.trustedCapacity(claimed: claimed, mostCarried: carried)
            #expect((1...claimed).contains(trusted))
        }
    }
}
