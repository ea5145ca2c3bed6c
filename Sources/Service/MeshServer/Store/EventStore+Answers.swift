import Foundation
import GRDB
package import MeshControl

/// What was answered under idempotency keys: in the store, and nowhere else once it is there, so that a start reads none.
///
/// | table | holds |
/// |---|---|
/// | `bearer` | whose keys there are, how many, and the bytes of their answers |
/// | `reply` | answers by bearer and key, numbered as they came |
///
/// Each bearer has a share of its own (``AnswerShare``). Who goes beyond loses their own oldest keys, nobody else's.
extension EventStore {
    /// An answer as it is kept.
    package struct Answered: Sendable {
        package var fingerprint: UInt64
        package var body: [UInt8]
    }

    /// An answer to be kept.
    package struct NewAnswer: Sendable {
        package var key: IdempotencyKey
        package var time: ControlTime
        package var body: [UInt8]

        package init(key: IdempotencyKey, time: ControlTime, body: [UInt8]) {
            (self.key, self.time, self.body) = (key, time, body)
        }
    }

    static func createAnswerTables(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE IF NOT EXISTS bearer(
                    id INTEGER PRIMARY KEY, subject TEXT NOT NULL UNIQUE, count INTEGER NOT NULL, bytes INTEGER NOT NULL);
                CREATE TABLE IF NOT EXISTS reply(
                    id INTEGER PRIMARY KEY, bearer INTEGER NOT NULL, key TEXT NOT NULL, fingerprint INTEGER NOT NULL,
                    time INTEGER NOT NULL, body BLOB NOT NULL, UNIQUE(bearer, key));
                CREATE INDEX IF NOT EXISTS reply_by_bearer ON reply(bearer);
                """)
        // Older builds had one table without shares.
        guard try db.tableExists("answer") else { return }
        try db.execute(
            sql: """
                INSERT OR IGNORE INTO bearer(subject, count, bytes) SELECT subject, 0, 0 FROM answer GROUP BY subject;
                INSERT OR IGNORE INTO reply(bearer, key, fingerprint, time, body)
                    SELECT bearer.id, answer.key, fingerprint, time, body FROM answer
                    JOIN bearer ON bearer.subject = answer.subject ORDER BY time;
                UPDATE bearer SET
                    count = (SELECT COUNT(*) FROM reply WHERE bearer = bearer.id),
                    bytes = (SELECT TOTAL(LENGTH(body)) FROM reply WHERE bearer = bearer.id);
                DROP TABLE answer;
                """)
    }

    /// What was answered under a key since a time.
    package func answer(under key: IdempotencyKey, since horizon: ControlTime) async throws -> Answered? {
        guard damage == nil else { return nil }
        do {
            return try await queue.read { try Self.answer($0, under: key, since: horizon) }
        } catch {
            throw StoreError(error)
        }
    }

    static func answer(_ db: Database, under key: IdempotencyKey, since horizon: ControlTime) throws -> Answered? {
        let statement = try db.cachedStatement(
            sql: """
                SELECT fingerprint, body FROM reply JOIN bearer ON bearer.id = reply.bearer
                WHERE subject = ? AND key = ? AND time >= ?
                """)
        let found = try GRDB.Row.fetchOne(statement, arguments: [key.subject, key.key, horizon.milliseconds])
        return found.map { row in
            let (fingerprint, body): (Int64, Data) = (row[0], row[1])
            return Answered(fingerprint: UInt64(bitPattern: fingerprint), body: [UInt8](body))
        }
    }

    /// Keeps answers in a transaction that is under way; whoever goes beyond their share loses their oldest.
    static func keep(_ answers: [NewAnswer], _ db: Database) throws {
        guard !answers.isEmpty else { return }
        var numbers: [String: Int64] = [:]
        var grown: [String: (count: Int, bytes: Int)] = [:]
        for answer in answers {
            let subject = answer.key.subject
            let number = try numbers[subject] ?? number(of: subject, db)
            numbers[subject] = number
            let insert = try db.cachedStatement(
                sql: "INSERT OR IGNORE INTO reply(bearer, key, fingerprint, time, body) VALUES(?,?,?,?,?)")
            let fingerprint = Int64(bitPattern: answer.key.fingerprint)
            try insert.execute(arguments: [
                number, answer.key.key, fingerprint, answer.time.milliseconds, Data(answer.body),
            ])
            var (count, bytes) = (db.changesCount, answer.body.count)
            if count == 0 {
                // A key that was used before, longer ago than answers are kept, or the same answer again.
                let old = try Int.fetchOne(
                    db, sql: "SELECT LENGTH(body) FROM reply WHERE bearer = ? AND key = ?",
                    arguments: [number, answer.key.key])
                try db.execute(
                    sql: "UPDATE reply SET fingerprint = ?, time = ?, body = ? WHERE bearer = ? AND key = ?",
                    arguments: [
                        fingerprint, answer.time.milliseconds, Data(answer.body), number, answer.key.key,
                    ])
                bytes -= old ?? 0
            } else {
                count = 1
            }
            let sum = grown[subject] ?? (0, 0)
            grown[subject] = (sum.count + count, sum.bytes + bytes)
        }
        for (subject, growth) in grown.sorted(by: { $0.key < $1.key }) {
            guard let number = numbers[subject] else { continue }
            try add(growth.count, growth.bytes, to: number, db)
            try keepShare(of: number, AnswerShare(of: subject), db)
        }
    }

    private static func number(of subject: String, _ db: Database) throws -> Int64 {
        try db.cachedStatement(sql: "INSERT OR IGNORE INTO bearer(subject, count, bytes) VALUES(?, 0, 0)")
            .execute(arguments: [subject])
        return try Int64.fetchOne(db, sql: "SELECT id FROM bearer WHERE subject = ?", arguments: [subject]) ?? 0
    }

    private static func add(_ count: Int, _ bytes: Int, to bearer: Int64, _ db: Database) throws {
        try db.cachedStatement(sql: "UPDATE bearer SET count = count + ?, bytes = bytes + ? WHERE id = ?")
            .execute(arguments: [count, bytes, bearer])
    }

    private static func keepShare(of bearer: Int64, _ share: AnswerShare, _ db: Database) throws {
        while let row = try GRDB.Row.fetchOne(
            db, sql: "SELECT count, bytes FROM bearer WHERE id = ?", arguments: [bearer])
        {
            let (count, bytes): (Int, Int) = (row[0], row[1])
            guard count > 1, count > share.count || bytes > share.bytes else { return }
            // Some at once, so that not every answer to come makes room anew.
            let oldest = try GRDB.Row.fetchAll(
                db, sql: "SELECT id, LENGTH(body) FROM reply WHERE bearer = ? ORDER BY id LIMIT ?",
                arguments: [bearer, max(1, min(2000, count / 10))])
            guard let last = oldest.last else { return }
            try db.execute(
                sql: "DELETE FROM reply WHERE bearer = ? AND id <= ?", arguments: [bearer, last[0] as Int64])
            try add(-oldest.count, -oldest.reduce(0) { $0 + ($1[1] as Int) }, to: bearer, db)
        }
    }

    /// Forgets answers given before a time, some thousands in a transaction.
    package func forgetAnswers(before time: ControlTime) throws {
        var isMore = true
        while isMore {
            isMore = try write { db in
                let rows = try GRDB.Row.fetchAll(
                    db, sql: "SELECT id, bearer, LENGTH(body), time FROM reply ORDER BY id LIMIT 2000")
                let old = rows.prefix { ($0[3] as Int64) < time.milliseconds }
                guard let last = old.last else { return false }
                try db.execute(sql: "DELETE FROM reply WHERE id <= ?", arguments: [last[0] as Int64])
                for (bearer, gone) in Dictionary(grouping: old, by: { $0[1] as Int64 }) {
                    try Self.add(-gone.count, -gone.reduce(0) { $0 + ($1[2] as Int) }, to: bearer, db)
                }
                try db.execute(sql: "DELETE FROM bearer WHERE count <= 0")
                return old.count == 2000
            }
        }
    }

    /// All answers since a time, for a file that is made anew.
    func answers(since time: ControlTime) throws -> [NewAnswer] {
        do {
            return try queue.unsafeRead { db in
                try GRDB.Row.fetchAll(
                    db,
                    sql: """
                        SELECT subject, key, fingerprint, time, body FROM reply JOIN bearer ON bearer.id = reply.bearer
                        WHERE time >= ? ORDER BY reply.id
                        """, arguments: [time.milliseconds]
                ).map { row in
                    let (subject, key, fingerprint): (String, String, Int64) = (row[0], row[1], row[2])
                    return NewAnswer(
                        key: IdempotencyKey(
                            subject: subject, key: key, fingerprint: UInt64(bitPattern: fingerprint)),
                        time: ControlTime(milliseconds: row[3]), body: [UInt8](row[4] as Data))
                }
            }
        } catch {
            throw StoreError(error)
        }
    }
}

/// How many keys, and how many bytes of answers, a bearer may have kept at once.
package struct AnswerShare: Sendable, Hashable {
    package var count: Int
    package var bytes: Int

    /// The share of whom a token names.
    package init(of subject: String) {
        let isParticipant = subject.hasPrefix("participant:")
        (count, bytes) = isParticipant ? (20_000, 64 << 20) : (4_000_000, 4 << 30)
    }
}
