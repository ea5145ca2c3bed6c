import Foundation
import Synchronization

/// How far the store was committed, kept outside of it: what SQLite drops in silence (a write-ahead file with a flipped
/// bit, a file that was emptied or put back from an older copy) is missed by it.
///
/// The file `mesh.mark` has two places of 128 bytes that are written in turn, so that one is whole whatever happens. It is
/// written after a commit is on disk and never waited for: it may be behind the store, never before it.
final class CommitMark: Sendable {
    /// The name of the file in the data folder.
    static let fileName = "mesh.mark"
    private static let size = 128

    /// Commits that were made when it was opened; 0 if none ever was.
    let commits: Int64
    /// Whether the machine has started anew since.
    let isOfAnotherBoot: Bool
    private let boot: String
    private let descriptor: Int32

    /// Opens the mark of a folder.
    ///
    /// - Parameter readOnly: makes none if there is none, and writes nothing.
    init(_ folder: String, readOnly: Bool) {
        let path = "\(folder)/\(Self.fileName)"
        let boot = Self.boot()
        self.boot = boot
        descriptor =
            readOnly
            ? unsafe open(path, O_RDONLY | O_CLOEXEC) : unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        if !readOnly { _ = fchmod(descriptor, 0o600) }
        var bytes = [UInt8](repeating: 0, count: 2 * Self.size)
        let count = descriptor < 0 ? 0 : unsafe pread(descriptor, &bytes, bytes.count, 0)
        let text = bytes.prefix(max(0, count))
        let places = [text.prefix(Self.size), text.dropFirst(Self.size)].compactMap { Self.read(Array($0)) }
        let newest = places.max { $0.commits < $1.commits }
        commits = newest?.commits ?? 0
        isOfAnotherBoot = newest.map { $0.boot != boot } ?? false
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// So many commits are on disk.
    func write(_ commits: Int64) {
        guard descriptor >= 0 else { return }
        let body = "rmc-mark 1 \(commits) \(boot) "
        let line = body + String(OutcomeDigest.of(Array(body.utf8)), radix: 16) + "\n"
        let bytes = Array(line.utf8) + [UInt8](repeating: 0x20, count: max(0, Self.size - line.utf8.count))
        // A mark that cannot be written is behind; that is no reason to refuse what is kept.
        _ = unsafe pwrite(descriptor, bytes, Self.size, off_t(commits % 2) * off_t(Self.size))
    }

    private static func read(_ bytes: [UInt8]) -> (commits: Int64, boot: String)? {
        let words = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace)
        guard words.count == 5, words[0] == "rmc-mark", words[1] == "1", let commits = Int64(words[2]) else {
            return nil
        }
        let body = words.prefix(4).joined(separator: " ") + " "
        guard String(OutcomeDigest.of(Array(body.utf8)), radix: 16) == words[4] else { return nil }
        return (commits, String(words[3]))
    }

    private static func boot() -> String {
        let text = try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
        return text?.split(whereSeparator: \.isWhitespace).first.map(String.init) ?? "unknown"
    }
}

/// Files that only their owner may read, whatever the folder and the umask.
enum PrivateFile {
    /// Makes a file that is not there, and takes a file that is there from others.
    ///
    /// - Returns: its size; `nil` when there is none and none could be made.
    @discardableResult
    static func secure(_ path: String, creating: Bool) -> Int64? {
        let flags = O_RDWR | O_CLOEXEC | (creating ? O_CREAT : 0)
        let descriptor = unsafe open(path, flags, 0o600)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { return nil }
        if status.st_mode & 0o077 != 0 { _ = fchmod(descriptor, 0o600) }
        return Int64(status.st_size)
    }
}
