import Foundation
import GRDB
package import MeshControl

/// The log and the snapshots in one SQLite file, `mesh.sqlite`, in write-ahead mode.
///
/// | table | holds |
/// |---|---|
/// | `log` | commands by position: `seq` numbers what was asked, `sub` what the service did itself after it (ticks) |
/// | `outcome` | checksums of outcomes, eight bytes each, by the ordinal of the first |
/// | `answer` | what was answered under an idempotency key |
/// | `snapshot` | complete states by the position they follow |
/// | `meta` | the version of the format |
///
/// Every row of the log and every snapshot carries a checksum. A commit is on disk when it returns
/// (`synchronous = FULL`), or survives the process but not the machine (`NORMAL`).
package final class EventStore: Sendable {
    /// A place in the log.
    package struct Position: Sendable, Hashable, Comparable {
        /// The number of the command.
        package var seq: Int64
        /// The number of the service's own command after it; 0 for the command itself.
        package var sub: Int64

        /// A place.
        package init(seq: Int64, sub: Int64) { (self.seq, self.sub) = (seq, sub) }

        /// Before all.
        package static let start = Position(seq: 0, sub: 0)

        /// The order of the log.
        package static func < (left: Self, right: Self) -> Bool { (left.seq, left.sub) < (right.seq, right.sub) }
    }

    /// A row of the log.
    package struct Row: Sendable {
        package var position: Position
        package var time: ControlTime
        package var payload: [UInt8]
        package var key: IdempotencyKey?

        /// The row's checksum: over its position, its time and its payload.
        var check: Int64 {
            var bytes = payload
            for number in [position.seq, position.sub, time.milliseconds] {
                for shift in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: number >> (8 * Int64(shift)))) }
            }
            return Int64(bitPattern: OutcomeDigest.of(bytes))
        }
    }

    /// The name of the file in the data folder.
    package static let fileName = "mesh.sqlite"
    /// The version of the format.
    static let formatVersion = 1

    /// Reads go without a transaction: there is one connection, and ending a transaction that met damage throws.
    let queue: DatabaseQueue
    /// What is wrong with the file's structure; `nil` when nothing was found. Rows have checksums besides.
    package let damage: String?

    /// Opens the store of a folder, and makes it if there is none.
    ///
    /// - Parameters:
    ///   - readOnly: reads what is there, without touching it.
    ///   - isDurable: whether a commit waits for the disk.
    package init(folder: String, readOnly: Bool = false, isDurable: Bool = true) throws {
        var configuration = Configuration()
        configuration.readonly = readOnly
        configuration.busyMode = .timeout(5)
        configuration.label = "store"
        configuration.prepareDatabase { db in
            if !readOnly {
                try db.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL")
                _ = try String.fetchOne(db, sql: "PRAGMA journal_mode = WAL")
                try db.execute(sql: "PRAGMA synchronous = \(isDurable ? "FULL" : "NORMAL")")
                try db.execute(sql: "PRAGMA cell_size_check = ON")
            }
        }
        let path = "\(folder)/\(Self.fileName)"
        do {
            queue = try DatabaseQueue(path: Self.name(of: path, readOnly), configuration: configuration)
            damage = try Self.damage(queue, creating: !readOnly)
            // What is damaged may still hold most of what it held: whoever restores from it finds out.
            guard damage == nil else { return }
            let version = try queue.unsafeRead {
                try Int.fetchOne($0, sql: "SELECT value FROM meta WHERE key = 'version'")
            }
            guard version == Self.formatVersion else {
                throw StoreError("\(path) has format \(version ?? 0); this build reads \(Self.formatVersion)")
            }
        } catch let error as DatabaseError {
            throw StoreError("\(path): \(Self.words(error))")
        }
    }

    /// What SQLite is to open. On a disk that cannot be written it makes no shared index of the write-ahead file; where
    /// there is no such file it need not, once it is told that nobody writes.
    private static func name(of path: String, _ readOnly: Bool) -> String {
        let isLogged = FileManager.default.fileExists(atPath: path + "-wal")
        let isWritable = FileManager.default.isWritableFile(atPath: path)
        guard readOnly, !isLogged, !isWritable else { return path }
        return URL(filePath: path).absoluteString + "?immutable=1"
    }

    /// Makes the tables where there are none, and looks whether all pages are what they should be.
    ///
    /// - Complexity: O(size of the file); log and snapshots are kept small, so this is milliseconds.
    private static func damage(_ queue: DatabaseQueue, creating: Bool) throws -> String? {
        do {
            if creating { try queue.write(createTables) }
            let found = try queue.unsafeRead { try String.fetchOne($0, sql: "PRAGMA quick_check(1)") }
            return found == "ok" ? nil : found?.split(separator: "\n").last.map(String.init)
        } catch let error as DatabaseError where StoreError.isDamage(error) {
            return words(error)
        }
    }

    private static func createTables(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE IF NOT EXISTS meta(key TEXT PRIMARY KEY, value ANY) WITHOUT ROWID;
                CREATE TABLE IF NOT EXISTS log(
                    seq INTEGER, sub INTEGER, time INTEGER NOT NULL, payload BLOB NOT NULL, subject TEXT, key TEXT,
                    fingerprint INTEGER, sum INTEGER NOT NULL, PRIMARY KEY(seq, sub)) WITHOUT ROWID;
                CREATE TABLE IF NOT EXISTS outcome(first INTEGER PRIMARY KEY, digests BLOB NOT NULL);
                CREATE TABLE IF NOT EXISTS answer(
                    subject TEXT, key TEXT, fingerprint INTEGER NOT NULL, time INTEGER NOT NULL, body BLOB NOT NULL,
                    PRIMARY KEY(subject, key)) WITHOUT ROWID;
                CREATE TABLE IF NOT EXISTS snapshot(
                    seq INTEGER, sub INTEGER, time INTEGER NOT NULL, ordinal INTEGER NOT NULL, sum INTEGER NOT NULL,
                    state BLOB NOT NULL, PRIMARY KEY(seq, sub));
                INSERT OR IGNORE INTO meta VALUES('version', \(formatVersion));
                """)
    }

    /// What SQLite says, without the statement and its values.
    static func words(_ error: any Error) -> String {
        guard let error = error as? DatabaseError else { return String(describing: error) }
        return error.message ?? error.resultCode.description
    }

    /// Commits rows of the log, all or none.
    package func append(_ rows: [Row]) throws {
        try commit(Batch(rows: rows))
    }

    /// What is committed together.
    struct Batch {
        var rows: [Row] = []
        var firstOutcome: Int64 = 0
        var outcomes: [UInt64] = []
        var answers: [(key: IdempotencyKey, time: ControlTime, body: [UInt8])] = []

        var isEmpty: Bool { rows.isEmpty && outcomes.isEmpty && answers.isEmpty }
    }

    func commit(_ batch: Batch) throws {
        do {
            try queue.write { db in
                let insert = try db.cachedStatement(sql: "INSERT INTO log VALUES(?,?,?,?,?,?,?,?)")
                for row in batch.rows {
                    try insert.execute(arguments: [
                        row.position.seq, row.position.sub, row.time.milliseconds, Data(row.payload),
                        row.key?.subject, row.key?.key, row.key.map { Int64(bitPattern: $0.fingerprint) }, row.check,
                    ])
                }
                if !batch.outcomes.isEmpty {
                    var bytes = Data(capacity: 8 * batch.outcomes.count)
                    for digest in batch.outcomes {
                        for shift in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: digest >> (8 * UInt64(shift)))) }
                    }
                    try db.execute(
                        sql: "INSERT OR REPLACE INTO outcome VALUES(?,?)", arguments: [batch.firstOutcome, bytes])
                }
                let answer = try db.cachedStatement(sql: "INSERT OR REPLACE INTO answer VALUES(?,?,?,?,?)")
                for (key, time, body) in batch.answers {
                    try answer.execute(arguments: [
                        key.subject, key.key, Int64(bitPattern: key.fingerprint), time.milliseconds, Data(body),
                    ])
                }
            }
        } catch {
            throw StoreError(error)
        }
    }

    /// Writes something small, to see whether it can be written.
    func probe() throws {
        do {
            try queue.write { db in
                try db.execute(
                    sql: "INSERT OR REPLACE INTO meta VALUES('probe', zeroblob(65536))")
                try db.execute(sql: "DELETE FROM meta WHERE key = 'probe'")
            }
        } catch {
            throw StoreError(error)
        }
    }

    /// Lets the file grow to so many pages and no more.
    func limit(pages: Int) throws {
        try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA max_page_count = \(pages)") }
    }

    /// Closes the file; the log is merged into it.
    package func close() {
        try? queue.close()
    }
}
