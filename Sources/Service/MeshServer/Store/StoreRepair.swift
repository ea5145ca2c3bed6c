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
        let control = try configuration.control()
        func fresh(_ time: ControlTime?) -> ServiceState {
            ServiceState(
                configuration: control, slots: configuration.integer("slots"), at: time ?? .init(milliseconds: 0))
        }
        var restored: Recovery?
        var total: StoreError?
        var answers: [EventStore.NewAnswer] = []
        do {
            let damaged = try EventStore(folder: folder)
            defer { damaged.close() }
            answers = (try? damaged.answers(since: .init(milliseconds: 0))) ?? []
            do {
                restored = try Recovery(damaged, fresh: fresh)
            } catch let error as StoreError where damaged.damage != nil {
                total = error
            }
        } catch let error as StoreError where error.isTotal {
            total = error
        }
        guard let damage = total.map({ "nothing could be restored: \($0)" }) ?? restored?.damage else { return nil }
        let path = "\(folder)/\(EventStore.fileName)"
        let kept = "\(path).damaged"
        let files = FileManager.default
        for suffix in ["", "-wal", "-shm"] {
            try? files.removeItem(atPath: kept + suffix)
            if files.fileExists(atPath: path + suffix) {
                try files.moveItem(atPath: path + suffix, toPath: kept + suffix)
            }
        }
        // What was given since is forgotten: it comes again under other media keys.
        for name in [CommitMark.fileName, FolderSalt.fileName] { try? files.removeItem(atPath: "\(folder)/\(name)") }
        let whole = try EventStore(folder: folder)
        defer { whole.close() }
        let state = restored?.state ?? fresh(nil)
        try whole.keep(
            .init(
                position: restored?.position ?? .start, time: state.time, ordinal: state.ordinal,
                state: try state.encoded()), keep: 1)
        try whole.commit(.init(answers: answers))
        return damage
    }
}
