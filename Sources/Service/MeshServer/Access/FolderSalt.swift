import Crypto
import Foundation

/// Random bytes of a data folder, which media keys are bound to: the same operator key gives other keys in another
/// folder.
///
/// A folder that was put back from a copy has forgotten numbers that it gave since, and would give them, and the keys that
/// go with them, a second time. So they also say which file they stand in (its number and when it was made, which
/// a copy does not take along); in a file that is another, they are made anew. A copy of the whole disk below the file system
/// cannot be told from the original.
package struct FolderSalt: Sendable, Hashable {
    /// The name of the file in the data folder.
    package static let fileName = "folder.salt"

    /// 32 random bytes.
    package let bytes: [UInt8]
    /// Whether they were made just now.
    package let isNew: Bool

    /// Reads those of a folder, and makes them where there is none or where the folder was copied.
    ///
    /// - Parameter isRenewed: makes them anew in any case.
    /// - Throws: ``StoreError`` when it cannot be kept.
    package init(folder: String, isRenewed: Bool = false) throws {
        let path = "\(folder)/\(Self.fileName)"
        if !isRenewed, let known = Self.read(path) {
            (bytes, isNew) = (known, false)
        } else {
            (bytes, isNew) = (try Self.make(path), true)
        }
    }

    /// Some for as long as this process lives: of a folder that cannot be written.
    package init() { (bytes, isNew) = (Self.random(), true) }

    private static func random() -> [UInt8] {
        unsafe SymmetricKey(size: .bits256).withUnsafeBytes { bytes in unsafe Array(bytes) }
    }

    private static func read(_ path: String) -> [UInt8]? {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
        let words = text.split(whereSeparator: \.isWhitespace)
        guard words.count == 4, words[0] == "rmc-folder-salt", words[1] == "1", words[3] == (stamp(path) ?? ""),
            let data = Data(base64Encoded: String(words[2])), data.count == 32
        else { return nil }
        return Array(data)
    }

    private static func make(_ path: String) throws -> [UInt8] {
        let bytes = random()
        // Beside and then renamed, which keeps the number and the time of making: a crash leaves no half a file.
        let temporary = "\(path).\(getpid())"
        _ = unsafe unlink(temporary)
        let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0, let stamp = stamp(temporary) else {
            throw StoreError("\(path) cannot be made (error \(errno))")
        }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        let line = "rmc-folder-salt 1 \(Data(bytes).base64EncodedString()) \(stamp)\n"
        try handle.write(contentsOf: Data(line.utf8))
        try handle.synchronize()
        guard unsafe rename(temporary, path) == 0 else { throw StoreError("\(path) cannot be made (error \(errno))") }
        return bytes
    }

    private typealias FileQuestion =
        @convention(c) (
            Int32, UnsafePointer<CChar>, Int32, UInt32, UnsafeMutableRawPointer
        ) -> Int32

    /// What tells a file from a copy of it: its number, and when it was made, where the file system knows that.
    ///
    /// That is `statx(2)`, which the C library has and its Swift module does not show; the offsets are of the kernel's
    /// interface and the same everywhere.
    private static func stamp(_ path: String) -> String? {
        guard let symbol = unsafe dlsym(nil, "statx") else { return nil }
        let statx = unsafe unsafeBitCast(symbol, to: FileQuestion.self)
        let (number, birth): (UInt32, UInt32) = (0x100, 0x800)
        return unsafe withUnsafeTemporaryAllocation(byteCount: 256, alignment: 8) { answer in
            guard let base = answer.baseAddress, unsafe statx(AT_FDCWD, path, 0, number | birth, base) == 0 else {
                return nil
            }
            let isDated = unsafe answer.load(fromByteOffset: 0, as: UInt32.self) & birth != 0
            let inode = unsafe answer.load(fromByteOffset: 32, as: UInt64.self)
            let seconds = unsafe answer.load(fromByteOffset: 80, as: Int64.self)
            let nanoseconds = unsafe answer.load(fromByteOffset: 88, as: UInt32.self)
            return isDated ? "\(inode)/\(seconds).\(nanoseconds)" : "\(inode)/-"
        }
    }
}
