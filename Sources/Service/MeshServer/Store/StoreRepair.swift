import Foundation
import MeshControl

/// Makes a damaged store whole again: what can be restored becomes the first snapshot of a new file, and the damaged
/// file is kept beside it.
package enum StoreRepair {
    /// Repairs the store of a folder that no service uses.
    ///
    /// - Returns: what was damaged; `nil` when nothing was, and nothing was done.
    /// - Throws: ``StoreError`` when nothing can be restored.
    package static func repair(
        folder: String, _ configuration: ServerConfiguration = .init()
    ) throws -> String? {
        let lock = try FolderLock(folder)
        defer { lock.release() }
        let damaged = try EventStore(folder: folder)
        let control = try configuration.control()
        let recovery = try Recovery(damaged) { time in
            ServiceState(
                configuration: control, slots: configuration.integer("slots"), at: time ?? .init(milliseconds: 0))
        }
        let answers = (try? damaged.answers(since: .init(milliseconds: 0))) ?? []
        damaged.close()
        guard let damage = recovery.damage else { return nil }
        let path = "\(folder)/\(EventStore.fileName)"
        let kept = "\(path).damaged"
        let files = FileManager.default
        for suffix in ["", "-wal", "-shm"] {
            try? files.removeItem(atPath: kept + suffix)
            if files.fileExists(atPath: path + suffix) {
                try files.moveItem(atPath: path + suffix, toPath: kept + suffix)
            }
        }
        let fresh = try EventStore(folder: folder)
        defer { fresh.close() }
        let position = EventStore.Position(seq: recovery.position.seq, sub: recovery.position.sub)
        try fresh.keep(
            .init(
                position: position, time: recovery.state.time, ordinal: recovery.state.ordinal,
                state: try recovery.state.encoded()), keep: 1)
        try fresh.commit(.init(answers: answers))
        return damage
    }
}
