import Foundation
import HTTPTypes
import MeshServer
import Testing

/// What is wrong with the store is found and said, and it is nobody else's.
@Suite struct StoreTests {
    private let files = FileManager.default
    private static let names = ["", "-wal"].map { EventStore.fileName + $0 } + ["mesh.mark", "folder.salt"]

    private func scratch() throws -> URL {
        let folder = files.temporaryDirectory.appending(path: "rmc-\(UUID().uuidString)")
        try files.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }

    /// A copy of a running service's folder: what a crash at this moment would leave.
    private func copy(_ folder: String, to target: URL) throws {
        for name in Self.names where files.fileExists(atPath: "\(folder)/\(name)") {
            try files.copyItem(atPath: "\(folder)/\(name)", toPath: target.appending(path: name).path)
        }
    }

    /// What a service of some load leaves when it is killed.
    private func crashed() async throws -> URL {
        let target = try scratch()
        try await TestService.run { test async throws in
            try await test.registerServers()
            for index in 0..<30 { _ = try await test.createSession("s\(index)", people: 6) }
            try copy(test.service.configuration.text("data"), to: target)
        }
        return target
    }

    /// Whether the service that starts there refuses changes and says why; nothing is lost in silence.
    private func refusal(_ folder: URL) async throws -> String? {
        let found = Box<String?>(nil)
        do {
            try await TestService.run(folder: folder) { test async throws in
                let answer = try await test.createSession("new-\(UUID().uuidString)")
                #expect([201, 503].contains(answer.status))
                #expect(try await test.send(.get, "/readyz").status == (answer.status == 201 ? 200 : 503))
                if answer.status == 503 { found.value = try answer.json()["detail"] as? String }
            }
        } catch let error as StoreError {
            found.value = error.description
        }
        return found.value
    }

    private func repairs(_ folder: URL) async throws {
        #expect(try StoreRepair.repair(folder: folder.path) != nil)
        try await TestService.run(folder: folder) { test async throws in
            #expect(try await test.createSession("new-\(UUID().uuidString)").status == 201)
            #expect(try await test.send(.get, "/readyz").status == 200)
        }
        // And it is sound from then on.
        #expect(try await refusal(folder) == nil)
    }

    @Test func aFlippedBitInTheWriteAheadLogIsFound() async throws {
        let whole = try await crashed()
        defer { try? files.removeItem(at: whole) }
        #expect(try await copied(whole) { try await refusal($0) } == nil)
        let size = try Data(contentsOf: whole.appending(path: EventStore.fileName + "-wal")).count
        for place in [size / 4, size / 2, size - 2000] {
            let words = try await copied(whole) { folder in
                let path = folder.appending(path: EventStore.fileName + "-wal")
                var bytes = try Data(contentsOf: path)
                bytes[place] ^= 1
                try bytes.write(to: path)
                let words = try await refusal(folder)
                try await repairs(folder)
                return words
            }
            #expect(words?.contains("it ends with commit") == true, "bit at \(place) of \(size): \(words ?? "")")
        }
    }

    @Test func anEmptiedFileIsNotTakenForANewOne() async throws {
        let whole = try await crashed()
        defer { try? files.removeItem(at: whole) }
        for isGone in [false, true] {
            let words = try await copied(whole) { folder in
                for name in Self.names.prefix(2) {
                    let path = folder.appending(path: name).path
                    try? files.removeItem(atPath: path)
                    if !isGone, name == EventStore.fileName { _ = files.createFile(atPath: path, contents: nil) }
                }
                let words = try await refusal(folder)
                try await repairs(folder)
                return words
            }
            #expect(words?.contains("is empty, and") == true && words?.contains("--repair") == true, "\(words ?? "")")
        }
    }

    @Test func aTruncatedFileIsFoundAndRepairStarts() async throws {
        let whole = try await crashed()
        defer { try? files.removeItem(at: whole) }
        // All in one file first.
        try EventStore(folder: whole.path).close()
        let bytes = try Data(contentsOf: whole.appending(path: EventStore.fileName))
        for part in [10, 4096, bytes.count / 3, bytes.count / 2, bytes.count - 5000, bytes.count - 4096] {
            let words = try await copied(whole) { folder in
                try bytes.prefix(part).write(to: folder.appending(path: EventStore.fileName))
                let words = try await refusal(folder)
                try await repairs(folder)
                return words
            }
            #expect(words != nil, "\(part) of \(bytes.count) bytes")
        }
    }

    /// Does something with a copy of a folder.
    private func copied<Value>(_ whole: URL, _ work: (URL) async throws -> Value) async throws -> Value {
        let folder = try scratch()
        defer { try? files.removeItem(at: folder) }
        try copy(whole.path, to: folder)
        return try await work(folder)
    }

    @Test func theStoreIsItsOwnersWhateverTheFolder() async throws {
        let folder = try scratch()
        defer { try? files.removeItem(at: folder) }
        try files.setAttributes([.posixPermissions: 0o777], ofItemAtPath: folder.path)
        // One that others could read until now.
        let path = folder.appending(path: EventStore.fileName).path
        _ = files.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o666])
        try await TestService.run(folder: folder) { test async throws in
            try await test.registerServers()
            let names = try files.contentsOfDirectory(atPath: folder.path)
            #expect(Set(names).isSuperset(of: Self.names))
            for name in names {
                let attributes = try files.attributesOfItem(atPath: folder.appending(path: name).path)
                #expect(attributes[.posixPermissions] as? Int == 0o600, "\(name)")
            }
        }
    }

    @Test func theDatabaseItselfIsLocked() async throws {
        try await TestService.run { test async throws in
            try await test.registerServers()
            let folder = test.service.configuration.text("data")
            #expect(throws: StoreError.self) { try LogReplay(folder: folder) }
            try files.removeItem(atPath: "\(folder)/lock")
            #expect(throws: (any Error).self) { try EventStore(folder: folder) }
            let error = #expect(throws: StoreError.self) { try LogReplay(folder: folder) }
            #expect(error?.description.contains("in use") == true, "\(error?.description ?? "")")
            #expect(try await test.createSession("s1").status == 201)
        }
    }

    @Test func aFolderThatWasCopiedIsAnother() async throws {
        let (folder, other) = (try scratch(), try scratch())
        defer { for url in [folder, other] { try? files.removeItem(at: url) } }
        let first = try FolderSalt(folder: folder.path)
        #expect(first.isNew)
        let again = try FolderSalt(folder: folder.path)
        #expect(!again.isNew && again.bytes == first.bytes)
        let name = FolderSalt.fileName
        try files.copyItem(at: folder.appending(path: name), to: other.appending(path: name))
        let copied = try FolderSalt(folder: other.path)
        #expect(copied.isNew && copied.bytes != first.bytes)
        // A folder that is put back where it was is another too; what is moved stays what it is.
        try files.moveItem(at: folder.appending(path: name), to: folder.appending(path: "aside"))
        try files.copyItem(at: folder.appending(path: "aside"), to: folder.appending(path: name))
        #expect(try FolderSalt(folder: folder.path).bytes != first.bytes)
        try files.removeItem(at: folder.appending(path: name))
        try files.moveItem(at: folder.appending(path: "aside"), to: folder.appending(path: name))
        #expect(try FolderSalt(folder: folder.path).bytes == first.bytes)
    }

    @Test func theSameOperatorKeyGivesOtherMediaKeysInAnotherFolder() async throws {
        let keys = Box<[String]>([])
        let (folder, restored, fresh) = (try scratch(), try scratch(), try scratch())
        defer { for url in [folder, restored, fresh] { try? files.removeItem(at: url) } }
        @Sendable func attach(_ test: TestService) async throws {
            let answer = try await test.send(.post, "/v1/sessions/s1/participants/s1-p0/attachment").json()
            let found = try #require(answer["keys"] as? [String: Any])
            keys.value.append(try #require(found["media"] as? String))
        }
        for place in [folder, fresh] {
            try await TestService.run(folder: place) { test async throws in
                try await test.registerServers()
                _ = try await test.createSession("s1")
                try await attach(test)
                if place == folder { try self.copy(folder.path, to: restored) }
            }
        }
        try await TestService.run(folder: restored) { test async throws in try await attach(test) }
        #expect(Set(keys.value).count == 3)
        try await TestService.run(folder: folder) { test async throws in try await attach(test) }
        #expect(keys.value.last == keys.value.first)
    }
}
