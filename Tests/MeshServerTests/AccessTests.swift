import Foundation
import HTTPTypes
import MeshAPI
import MeshServer
import MeshTypes
import Testing

/// Keys, tokens, and what they reach.
@Suite struct AccessTests {
    private func folder() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appending(path: "rmc-key-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }

    @Test func theOperatorKeyIsMadeOnceAndForItsOwnerOnly() throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        _ = try OperatorKey.load(folder: folder.path, environment: [:])
        let path = folder.appending(path: OperatorKey.fileName).path
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        let text = try String(contentsOfFile: path, encoding: .utf8)
        _ = try OperatorKey.load(folder: folder.path, environment: [:])
        #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
        // Open to others: refused.
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        #expect(throws: StoreError.self) { try OperatorKey.load(folder: folder.path, environment: [:]) }
        // Too short to be one.
        #expect(throws: StoreError.self) {
            try OperatorKey.load(folder: folder.path, environment: [OperatorKey.variable: "short"])
        }
    }

    @Test func tokensExpireAndCannotBeForged() async throws {
        let now = Box(1_000_000_000.0)
        let key = try OperatorKey("a-key-of-enough-length")
        let authority = await TokenAuthority(key, now: { now.value })
        let request = TokenRequest(role: .participant, session: "s1", participant: "p1", lifetime: 60)
        let token = try await authority.issue(request, defaultLifetime: 3600).token
        let principal = try await authority.principal(of: token)
        #expect(principal.role == .participant && principal.session == "s1" && principal.participant == "p1")
        // One letter of the signature, of the claims, and the algorithm that means none.
        for index in [token.count - 2, token.count / 2] {
            var letters = Array(token)
            letters[index] = letters[index] == "A" ? "B" : "A"
            await #expect(throws: Problem.self) { try await authority.principal(of: String(letters)) }
        }
        let parts = token.split(separator: ".")
        let none = Data(#"{"alg":"none","typ":"JWT"}"#.utf8).base64EncodedString()
            .replacing("=", with: "").replacing("+", with: "-").replacing("/", with: "_")
        await #expect(throws: Problem.self) { try await authority.principal(of: "\(none).\(parts[1]).") }
        // Another key's.
        let other = await TokenAuthority(try OperatorKey("another-key-of-enough-length"), now: { now.value })
        await #expect(throws: Problem.self) { try await other.principal(of: token) }
        now.value += 61
        await #expect(throws: Problem.self) { try await authority.principal(of: token) }
    }

    @Test func theOperatorKeyIsNotLoggedNorPrinted() async throws {
        var configuration = ServerConfiguration()
        configuration.set("data", "somewhere")
        #expect(!configuration.file.contains("key: 'an-operator"))
        try await TestService.run { test async throws in
            let metrics = try await test.send(.get, "/metrics").text
            #expect(!metrics.contains(TestService.operatorKey))
        }
    }
}
