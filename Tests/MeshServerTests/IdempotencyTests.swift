import Foundation
import HTTPTypes
import MeshControl
import MeshServer
import Testing

/// The same key gets the same answer: whatever happened since, whoever else sends keys, and over a restart.
@Suite struct IdempotencyTests {
    private func scratch() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appending(path: "rmc-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }

    @Test func whatWasAnsweredIsAnsweredAgainWhenItsSessionIsGone() async throws {
        try await TestService.run { test async throws in
            try await test.registerServers()
            _ = try await test.createSession("s1")
            let join = #"{"id": "late", "latitude": 50, "longitude": 8}"#
            let report = #"[{"id": "late", "latitude": 51, "longitude": 8}]"#
            let (people, late) = ("/v1/sessions/s1/participants", "/v1/sessions/s1/participants/late")
            let joined = try await test.send(.post, people, join, key: "k1")
            let moved = try await test.send(.patch, people, report, key: "k2")
            let left = try await test.send(.delete, late, key: "k3")
            let ended = try await test.send(.delete, "/v1/sessions/s1", key: "k4")
            #expect([joined, moved, left, ended].map(\.status) == [201, 200, 204, 204])
            for (method, path, body, key, first) in [
                (HTTPRequest.Method.post, people, join as String?, "k1", joined), (.patch, people, report, "k2", moved),
                (.delete, late, nil, "k3", left), (.delete, "/v1/sessions/s1", nil, "k4", ended),
            ] {
                let again = try await test.send(method, path, body, key: key)
                #expect(again.status == first.status && again.body == first.body, "\(key): \(again.text)")
                // With another key, or another request, it is what it is.
                #expect(try await test.send(method, path, body, key: key + "-other").status == 404)
                #expect(try await test.send(method, path, "{\"a\": 1}", key: key).status != first.status)
            }
        }
    }

    @Test func keysOfTokensAndMeasurementsOutlastTheService() async throws {
        let folder = try scratch()
        defer { try? FileManager.default.removeItem(at: folder) }
        let first = Box<[[UInt8]]>([])
        let line = #"{"from": "fra", "to": "nyc", "rtt": 85.5}"#
        for isSecond in [false, true] {
            try await TestService.run(folder: folder) { test async throws in
                if !isSecond { try await test.registerServers() }
                let token = try await test.send(.post, "/v1/tokens", #"{"role": "edge"}"#, key: "t")
                let receipt = try await test.send(.post, "/v1/measurements", line, key: "m")
                #expect(token.status == 201 && receipt.status == 202)
                if isSecond {
                    #expect(first.value == [token.body, receipt.body])
                } else {
                    first.value = [token.body, receipt.body]
                }
                let another = try await test.send(.post, "/v1/tokens", #"{"role": "operator"}"#, key: "t")
                #expect(another.status == 422)
            }
        }
    }

    /// The store itself: no token is in it, and a bearer who goes beyond their share loses only their own.
    @Test func sharesAreEachBearersOwn() async throws {
        let folder = try scratch()
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = try EventStore(folder: folder.path)
        let time = ControlTime(milliseconds: 1_000_000)
        func key(_ subject: String, _ number: Int) -> IdempotencyKey {
            IdempotencyKey(subject: subject, key: "k\(number)", fingerprint: 7)
        }
        let (operators, people) = ("operator", "participant:s1/*")
        try store.commit((0..<10).map { .init(key: key(operators, $0), time: time, body: [1]) })
        let share = AnswerShare(of: people)
        #expect(share.count < AnswerShare(of: operators).count)
        for start in stride(from: 0, to: share.count + 3000, by: 4000) {
            let answers = (start..<start + 4000).map {
                EventStore.NewAnswer(key: key(people, $0), time: time, body: [2])
            }
            try store.commit(answers)
        }
        for number in 0..<10 { #expect(try await store.answer(under: key(operators, number), since: time) != nil) }
        #expect(try await store.answer(under: key(people, 0), since: time) == nil)
        // The last of the share are there: what is thrown out at once is no more than a tenth.
        let last = (share.count + 3000 + 3999) / 4000 * 4000
        for number in stride(from: last - share.count * 9 / 10, to: last, by: 97) {
            #expect(try await store.answer(under: key(people, number), since: time) != nil, "\(number)")
        }
        // By bytes too.
        let large = [UInt8](repeating: 3, count: share.bytes / 8)
        for number in 0..<12 {
            try store.commit([.init(key: key("participant:s2/*", number), time: time, body: large)])
        }
        #expect(try await store.answer(under: key("participant:s2/*", 11), since: time) != nil)
        #expect(try await store.answer(under: key("participant:s2/*", 0), since: time) == nil)
        // What is old is forgotten, of all alike.
        try store.forgetAnswers(before: time.advanced(byMilliseconds: 1))
        #expect(try await store.answer(under: key(operators, 1), since: time) == nil)
        #expect(try await store.answer(under: key(people, last - 1), since: time) == nil)
        store.close()
    }

    @Test func whoIsPutOutHearsWhatTheyWereAnswered() async throws {
        try await TestService.run { test async throws in
            try await test.registerServers()
            _ = try await test.createSession("s1")
            let attachment = try await test.send(.post, "/v1/sessions/s1/participants/s1-p0/attachment").json()
            let own = try #require(attachment["token"] as? String)
            let path = "/v1/sessions/s1/participants/s1-p0"
            #expect(try await test.send(.delete, path, token: own, key: "bye").status == 204)
            // The answer was lost on the way, say: the same again, though the token ended with the stay.
            #expect(try await test.send(.delete, path, token: own, key: "bye").status == 204)
            #expect(try await test.send(.delete, path, token: own, key: "other").status == 401)
            #expect(try await test.send(.delete, path, token: own).status == 401)
        }
    }
}
