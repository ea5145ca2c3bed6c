import Foundation
import GRDB
package import MeshControl
import Synchronization

/// The log and the snapshots in one SQLite file, `mesh.sqlite`, in write-ahead mode.
///
/// | table | holds |
/// |---|---|
/// | `log` | commands by position: `seq` numbers what was asked, `sub` what the service did itself after it (ticks) |
/// | `outcome` | checksums of outcomes, eight bytes each, by the ordinal of the first |
/// | `bearer`, `reply` | what was answered under idempotency keys |
/// | `snapshot` | complete states by the position they follow |
/// | `meta` | the version of the format, and how many commits there were |
///
/// One process has the file, from its opening to its end. How many commits there were also stands outside of it
/// (``CommitMark``). Every row of the log and every snapshot carries a checksum. A commit is on disk when it returns
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
    /// Whether numbers may have been given that it does not know of: it is new, or lost its end.
    let hasForgotten: Bool
    /// What is to be said of the file that is no damage.
    let notice: String?
    private let mark: CommitMark?
    /// Commits since the file was made.
    private let commits: Mutex<Int64>

    /// Opens the store of a folder, and makes it if there is none.
    ///
    /// - Parameters:
    ///   - readOnly: reads what is there, without touching it.
    ///   - isDurable: whether a commit waits for the disk.
    ///   - isAlone: for reading: that nobody else has the file is known, so that nothing need be made beside it.
    package init(
        folder: String, readOnly: Bool = false, isDurable: Bool = true, isAlone: Bool = false
    ) throws {
        let path = "\(folder)/\(Self.fileName)"
        let isUnlocked = readOnly && (isAlone || !FileManager.default.isWritableFile(atPath: path))
        let mark = CommitMark(folder, readOnly: readOnly)
        let size = readOnly ? 1 : PrivateFile.secure(path, creating: true) ?? 0
        if !readOnly { for suffix in ["-wal", "-shm"] { PrivateFile.secure(path + suffix, creating: false) } }
        let isEmptied = size == 0 && mark.commits > 0
        var configuration = Configuration()
        configuration.readonly = readOnly
        configuration.busyMode = .timeout(1)
        configuration.label = "store"
        configuration.prepareDatabase { db in
            // Who writes has the whole file for as long as it is open: nobody else writes into it, or reads half of it. Who reads
            // without locks needs no index beside the file then.
            if !readOnly || isUnlocked { try db.execute(sql: "PRAGMA locking_mode = EXCLUSIVE") }
            if !readOnly, !isEmptied {
                // It is said of a new file alone: of another it would be a write, which a full disk refuses.
                if size == 0 { try db.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL") }
                _ = try String.fetchOne(db, sql: "PRAGMA journal_mode = WAL")
                try db.execute(sql: "PRAGMA synchronous = \(isDurable ? "FULL" : "NORMAL")")
                try db.execute(sql: "PRAGMA cell_size_check = ON")
            }
        }
        do {
            queue = try DatabaseQueue(path: Self.name(of: path, isUnlocked), configuration: configuration)
            var found: String? =
                isEmptied
                ? "\(Self.fileName) is empty, and \(mark.commits) commits were made to it"
                : try Self.damage(queue, creating: !readOnly)
            let known = found == nil ? try Self.commits(queue) : nil
            var notice: String?
            if found == nil, known ?? 0 < mark.commits {
                let words = "it ends with commit \(known ?? 0), and \(mark.commits) were made"
                // Without waiting for the disk, a machine that went down may have lost the last ones; that is known.
                if !isDurable, mark.isOfAnotherBoot { notice = words } else { found = words }
            }
            (damage, self.notice, self.mark) = (found, notice, readOnly ? nil : mark)
            commits = Mutex(max(known ?? 0, mark.commits))
            hasForgotten = found != nil || notice != nil || known ?? 0 == 0
            // What is damaged may still hold most of what it held: whoever restores from it finds out.
            guard damage == nil else { return }
            let version = try queue.unsafeRead {
                try Int.fetchOne($0, sql: "SELECT value FROM meta WHERE key = 'version'")
            }
            guard version == Self.formatVersion else {
                throw StoreError("\(path) has format \(version ?? 0); this build reads \(Self.formatVersion)")
            }
        } catch let error as DatabaseError where error.resultCode.primaryResultCode == .SQLITE_BUSY {
            throw FolderLock.InUse(description: "\(path) is in use by another process")
        } catch let error as DatabaseError where StoreError.isDamage(error) {
            throw StoreError.nothingLeft(Self.words(error))
        } catch let error as DatabaseError {
            throw StoreError("\(path): \(Self.words(error))")
        }
    }

    /// The commits that the file says were made; `nil` when it is of a build that did not count.
    private static func commits(_ queue: DatabaseQueue) throws -> Int64? {
        try queue.unsafeRead { try Int64.fetchOne($0, sql: "SELECT value FROM meta WHERE key = 'commits'") }
    }

    /// Writes in one transaction that is counted, in the file and outside of it.
    func write<Value: Sendable>(_ body: (Database) throws -> Value) throws -> Value {
        do {
            return try commits.withLock { commits in
                let next = commits + 1
                let value = try queue.write { db in
                    let value = try body(db)
                    try db.cachedStatement(sql: "INSERT OR REPLACE INTO meta VALUES('commits', ?)")
                        .execute(arguments: [next])
                    return value
                }
                commits = next
                mark?.write(next)
                return value
            }
        } catch {
            throw StoreError(error)
        }
    }

    /// What SQLite is to open. On a disk that cannot be written, or is full, it can neither lock nor make an index of the
    /// write-ahead file beside it: it is told to do without locks, and keeps the index to itself.
    private static func name(of path: String, _ isUnlocked: Bool) -> String {
        guard isUnlocked else { return path }
        let isLogged = FileManager.default.fileExists(atPath: path + "-wal")
        return URL(filePath: path).absoluteString + (isLogged ? "?vfs=unix-none" : "?immutable=1")
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
                CREATE TABLE IF NOT EXISTS snapshot(
                    seq INTEGER, sub INTEGER, time INTEGER NOT NULL, ordinal INTEGER NOT NULL, sum INTEGER NOT NULL,
                    state BLOB NOT NULL, PRIMARY KEY(seq, sub));
                INSERT OR IGNORE INTO meta VALUES('version', \(formatVersion));
                """)
        try createAnswerTables(db)
    }

    /// What SQLite says, without the statement and its values.
    static func words(_ error: any Error) -> String {
        guard let error = error as? DatabaseError else { return String(describing: error) }
        return error.message ?? error.resultCode.description
    }

    /// What is asked of the log: a command, or an answer to be kept under a key.
    struct Request {
        var payload: [UInt8]
        var key: IdempotencyKey?
        var isAnswer: Bool
    }

    /// What became of a request.
    enum Appended {
        /// It is in the log.
        case row(Row)
        /// The answer is kept.
        case answer
        /// It was answered before under its key, and is not in the log again.
        case before(Answered)
    }

    /// Commits requests, all or none, behind a position.
    func append(_ requests: [Request], after sequence: Int64, at time: ControlTime) throws -> [Appended] {
        let horizon = time.advanced(byMilliseconds: -IdempotencyTable.lifetime)
        return try write { db in
            var sequence = sequence
            var answers: [NewAnswer] = []
            var appended: [Appended] = []
            appended.reserveCapacity(requests.count)
            for request in requests {
                if let key = request.key {
                    if let before = try Self.answer(db, under: key, since: horizon) {
                        appended.append(.before(before))
                        continue
                    }
                    if request.isAnswer {
                        answers.append(NewAnswer(key: key, time: time, body: request.payload))
                        appended.append(.answer)
                        continue
                    }
                }
                sequence += 1
                let row = Row(
                    position: .init(seq: sequence, sub: 0), time: time, payload: request.payload, key: request.key)
                try Self.insert(row, db)
                appended.append(.row(row))
            }
            try Self.keep(answers, db)
            return appended
        }
    }

    /// What is committed together.
    struct Batch {
        var rows: [Row] = []
        var firstOutcome: Int64 = 0
        var outcomes: [UInt64] = []
        var answers: [NewAnswer] = []

        var isEmpty: Bool { rows.isEmpty && outcomes.isEmpty && answers.isEmpty }
    }

    private static func insert(_ row: Row, _ db: Database) throws {
        try db.cachedStatement(sql: "INSERT INTO log VALUES(?,?,?,?,?,?,?,?)").execute(arguments: [
            row.position.seq, row.position.sub, row.time.milliseconds, Data(row.payload),
            row.key?.subject, row.key?.key, row.key.map { Int64(bitPattern: $0.fingerprint) }, row.check,
        ])
    }

    /// Commits answers alone.
    package func commit(_ answers: [NewAnswer]) throws { try commit(Batch(answers: answers)) }

    func commit(_ batch: Batch) throws {
        try write { db in
            for row in batch.rows { try Self.insert(row, db) }
            if !batch.outcomes.isEmpty {
                var bytes = Data(capacity: 8 * batch.outcomes.count)
                for digest in batch.outcomes {
                    for shift in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: digest >> (8 * UInt64(shift)))) }
                }
                try db.execute(
                    sql: "INSERT OR REPLACE INTO outcome VALUES(?,?)", arguments: [batch.firstOutcome, bytes])
            }
            try Self.keep(batch.answers, db)
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
