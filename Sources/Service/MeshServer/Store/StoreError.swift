import GRDB

/// Why something cannot be kept or read back, in one line.
package struct StoreError: Error, Sendable, CustomStringConvertible {
    /// What went wrong.
    package let description: String

    /// Whether the file itself is damaged, so that trying again is of no use.
    let isDamage: Bool

    /// Whether nothing of the file can be restored.
    private(set) var isTotal = false

    init(_ description: String) { (self.description, isDamage) = (description, false) }

    /// Nothing can be restored from a file, and why.
    static func nothingLeft(_ damage: String) -> StoreError {
        var error = StoreError(
            "\(EventStore.fileName): nothing can be restored (\(damage)); "
                + "put a copy of the folder back, or start once with --repair to begin with nothing")
        error.isTotal = true
        return error
    }

    /// An error of SQLite, without the statement and its values.
    init(_ error: any Error) {
        description = EventStore.words(error)
        isDamage = (error as? DatabaseError).map(Self.isDamage) ?? false
    }

    /// Whether an error says that the file is damaged.
    static func isDamage(_ error: DatabaseError) -> Bool {
        [.SQLITE_CORRUPT, .SQLITE_NOTADB].contains(error.resultCode.primaryResultCode)
    }
}

/// How the store is, as far as the last attempt says.
package enum StoreHealth: Sendable, Hashable {
    /// Writes succeed.
    case sound
    /// Writes fail for now (a full disk, say) and are tried again.
    case failing(String)
    /// What is on disk cannot be continued: reads go on, nothing is written.
    case damaged(String)
    /// The folder cannot be written: reads go on.
    case readOnly(String)

    /// How a store is whose writing failed.
    init(_ error: any Error) {
        let reason = String(describing: error)
        self = (error as? StoreError)?.isDamage == true ? .damaged(reason) : .failing(reason)
    }

    /// Why nothing can be written; `nil` when it can.
    package var refusal: String? {
        switch self {
        case .sound: nil
        case .failing(let reason): "changes cannot be kept now (\(reason)); reads go on, and writes are tried again"
        case .damaged(let reason):
            "the log is damaged (\(reason)); reads go on from what is whole; "
                + "stop the service and run it once with --repair"
        case .readOnly(let reason):
            "the data folder cannot be written (\(reason)); reads go on; start the service again when it can be"
        }
    }
}
