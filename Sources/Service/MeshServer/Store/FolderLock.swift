import Foundation
import Synchronization

/// Keeps a second service out of a data folder; the system lets go of it when the process ends, however it ends.
final class FolderLock: Sendable {
    /// Another process holds the folder.
    struct InUse: Error, CustomStringConvertible {
        let description: String
    }

    private let descriptor: Int32
    private let isReleased = Mutex(false)

    init(_ folder: String) throws {
        let path = "\(folder)/lock"
        descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw StoreError("\(path) cannot be made (error \(errno))") }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            throw InUse(description: "\(folder) is in use by another service")
        }
    }

    /// Whether a service holds a folder now.
    static func isHeld(_ folder: String) -> Bool {
        let descriptor = unsafe open("\(folder)/lock", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return flock(descriptor, LOCK_SH | LOCK_NB) != 0
    }

    func release() {
        let isFirst = isReleased.withLock { isReleased in
            defer { isReleased = true }
            return !isReleased
        }
        guard isFirst else { return }
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    deinit { release() }
}
