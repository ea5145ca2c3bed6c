import Foundation

/// Keeps a second service out of a data folder; the system lets go of it when the process ends, however it ends.
final class FolderLock: Sendable {
    /// Another process holds the folder.
    struct InUse: Error, CustomStringConvertible {
        let description: String
    }

    private let descriptor: Int32

    init(_ folder: String) throws {
        let path = "\(folder)/lock"
        descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw StoreError("\(path) cannot be made (error \(errno))") }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw InUse(description: "\(folder) is in use by another service")
        }
    }

    func release() {
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }
}
