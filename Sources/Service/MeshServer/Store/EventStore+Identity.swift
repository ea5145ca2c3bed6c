import Foundation
import GRDB

/// Which data folder a controller works from, and how often it has started from it.
package struct FolderIdentity: Sendable, Hashable {
    /// 128 random bits, drawn when the folder was made: 32 hexadecimal digits. What is derived from the operator key for media is derived for this folder.
    package var folder: String
    /// Counts the starts: every controller that starts from the folder has a greater one than all before it.
    package var epoch: UInt64

    /// An identity of its own, for a folder that cannot keep one.
    static func random() -> FolderIdentity {
        var digits = ""
        for _ in 0..<4 {
            let word = String(UInt32.random(in: .min ... .max), radix: 16)
            digits += String(repeating: "0", count: 8 - word.count) + word
        }
        return FolderIdentity(folder: digits, epoch: 0)
    }
}

extension EventStore {
    /// The folder's identity as it is kept; `nil` for a folder that never started a controller that had one.
    package func identity() throws -> FolderIdentity? {
        do {
            return try queue.unsafeRead { try Self.identity(in: $0) }
        } catch {
            throw StoreError(error)
        }
    }

    /// Counts a start, and says who starts. The first draws the identity, and so does the first from a copy.
    package func beginEpoch(isAnother: Bool = false) throws -> FolderIdentity {
        do {
            return try queue.write { db in
                var identity = isAnother ? .random() : try Self.identity(in: db) ?? .random()
                identity.epoch += 1
                try db.execute(
                    sql: "INSERT OR REPLACE INTO meta VALUES('folder', ?), ('epoch', ?)",
                    arguments: [identity.folder, Int64(clamping: identity.epoch)])
                return identity
            }
        } catch {
            throw StoreError(error)
        }
    }

    private static func identity(in db: Database) throws -> FolderIdentity? {
        guard let folder = try String.fetchOne(db, sql: "SELECT value FROM meta WHERE key = 'folder'"),
            let epoch = try Int64.fetchOne(db, sql: "SELECT value FROM meta WHERE key = 'epoch'")
        else { return nil }
        return FolderIdentity(folder: folder, epoch: UInt64(max(0, epoch)))
    }
}
