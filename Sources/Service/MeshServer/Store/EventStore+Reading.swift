import Foundation
import GRDB
import MeshControl

extension EventStore {
    /// Reads the log after a position, in its order, until a row is damaged or missing.
    ///
    /// - Returns: what is wrong after the last row that was given; `nil` when the log is whole.
    package func read(after position: Position, _ body: (Row) throws -> Void) throws -> String? {
        do {
            return try queue.unsafeRead { db -> String? in
                var last = position
                let rows = try GRDB.Row.fetchCursor(
                    db,
                    sql: """
                        SELECT seq, sub, time, payload, subject, key, fingerprint, sum FROM log
                        WHERE (seq, sub) > (?, ?) ORDER BY seq, sub
                        """, arguments: [position.seq, position.sub])
                while true {
                    let next: GRDB.Row?
                    do {
                        next = try rows.next()
                    } catch {
                        return "after command \(last.seq): \(Self.words(error))"
                    }
                    guard let next else { return nil }
                    let row = Self.row(next)
                    let follows =
                        row.position.seq == last.seq
                        ? row.position.sub == last.sub + 1 : row.position.seq == last.seq + 1 && row.position.sub == 0
                    guard follows else {
                        return "after command \(last.seq) comes \(row.position.seq); those between are missing"
                    }
                    guard row.check == next[7] as Int64 else {
                        return "the checksum of command \(row.position.seq) is wrong"
                    }
                    try body(row)
                    last = row.position
                }
            }
        } catch let error as DatabaseError where StoreError.isDamage(error) {
            return "after command \(position.seq): \(Self.words(error))"
        } catch let error as DatabaseError {
            throw StoreError(error)
        }
    }

    /// When the command directly after a position was carried out; `nil` if it is not there or not whole.
    func firstTime(after position: Position) throws -> ControlTime? {
        var time: ControlTime?
        struct Enough: Error {}
        do {
            _ = try read(after: position) { row in
                time = row.time
                throw Enough()
            }
        } catch is Enough {}
        return time
    }

    private static func row(_ row: GRDB.Row) -> Row {
        let (seq, sub, time): (Int64, Int64, Int64) = (row[0], row[1], row[2])
        let payload: Data = row[3]
        let (subject, key, fingerprint): (String?, String?, Int64?) = (row[4], row[5], row[6])
        var idempotency: IdempotencyKey?
        if let subject, let key, let fingerprint {
            idempotency = IdempotencyKey(
                subject: subject, key: key, fingerprint: UInt64(bitPattern: fingerprint))
        }
        return Row(
            position: Position(seq: seq, sub: sub), time: ControlTime(milliseconds: time), payload: [UInt8](payload),
            key: idempotency)
    }

    /// The checksums of outcomes by ordinal, from one on.
    package func outcomes(from first: Int64) throws -> [Int64: UInt64] {
        do {
            return try queue.unsafeRead { db in
                var digests: [Int64: UInt64] = [:]
                for row in try GRDB.Row.fetchAll(db, sql: "SELECT first, digests FROM outcome ORDER BY first") {
                    let (start, bytes): (Int64, Data) = (row[0], row[1])
                    for index in 0..<bytes.count / 8 where start + Int64(index) >= first {
                        var digest: UInt64 = 0
                        for shift in 0..<8 {
                            digest |= UInt64(bytes[bytes.startIndex + 8 * index + shift]) << (8 * UInt64(shift))
                        }
                        digests[start + Int64(index)] = digest
                    }
                }
                return digests
            }
        } catch {
            throw StoreError(error)
        }
    }
}
