import Foundation
import GRDB
package import MeshControl

extension EventStore {
    /// A complete state, and the position it follows.
    package struct Stored: Sendable {
        package var position: Position
        package var time: ControlTime
        package var ordinal: Int64
        package var state: [UInt8]
    }

    /// Keeps a snapshot, forgets all but the newest `keep`, and what lies in the log before the oldest that is kept.
    package func keep(_ snapshot: Stored, keep: Int) throws {
        do {
            try write { db in
                try db.execute(
                    sql: "INSERT OR REPLACE INTO snapshot VALUES(?,?,?,?,?,?)",
                    arguments: [
                        snapshot.position.seq, snapshot.position.sub, snapshot.time.milliseconds, snapshot.ordinal,
                        Int64(bitPattern: OutcomeDigest.of(snapshot.state)), Data(snapshot.state),
                    ])
                guard
                    let oldest = try GRDB.Row.fetchOne(
                        db, sql: "SELECT seq, sub, ordinal FROM snapshot ORDER BY seq DESC, sub DESC LIMIT 1 OFFSET ?",
                        arguments: [max(1, keep) - 1])
                else { return }
                let (seq, sub, ordinal): (Int64, Int64, Int64) = (oldest[0], oldest[1], oldest[2])
                try db.execute(
                    sql: "DELETE FROM snapshot WHERE (seq, sub) < (?, ?)", arguments: [seq, sub])
                try db.execute(sql: "DELETE FROM log WHERE (seq, sub) <= (?, ?)", arguments: [seq, sub])
                // A block of checksums may straddle the snapshot; it stays.
                try db.execute(
                    sql: "DELETE FROM outcome WHERE first + length(digests) / 8 <= ?", arguments: [ordinal])
            }
            try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA incremental_vacuum(1000)") }
        } catch {
            throw StoreError(error)
        }
    }

    /// The snapshots' positions, oldest first, and their bytes when they are whole.
    package func snapshots() throws -> [(position: Position, snapshot: Stored?)] {
        do {
            if damage != nil, try queue.unsafeRead({ try $0.tableExists("snapshot") }) == false { return [] }
            return try queue.unsafeRead { db in
                var found: [(position: Position, snapshot: Stored?)] = []
                // Past the index, which may be damaged where the table is not.
                let rows = try GRDB.Row.fetchCursor(db, sql: "SELECT rowid, seq, sub FROM snapshot NOT INDEXED")
                do {
                    while let row = try rows.next() {
                        let position = Position(seq: row[1], sub: row[2])
                        found.append((position, try? self.snapshot(db, row[0], at: position)))
                    }
                } catch let error as DatabaseError where StoreError.isDamage(error) {
                    // Those before the damage are what there is.
                }
                return found.sorted { $0.position < $1.position }
            }
        } catch {
            throw StoreError(error)
        }
    }

    private func snapshot(_ db: Database, _ number: Int64, at position: Position) throws -> Stored? {
        let row = try GRDB.Row.fetchOne(
            db, sql: "SELECT time, ordinal, sum, state FROM snapshot WHERE rowid = ?", arguments: [number])
        guard let row else { return nil }
        let (time, ordinal, sum): (Int64, Int64, Int64) = (row[0], row[1], row[2])
        let state = [UInt8](row[3] as Data)
        guard OutcomeDigest.of(state) == UInt64(bitPattern: sum) else { return nil }
        return Stored(
            position: position, time: ControlTime(milliseconds: time), ordinal: ordinal, state: state)
    }
}
