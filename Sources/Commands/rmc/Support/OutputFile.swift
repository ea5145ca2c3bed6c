internal import Foundation

/// A file that a command writes: whole or not at all.
enum OutputFile {
    /// Writes a temporary file beside `path` and renames it onto it, so that nobody ever sees half a file.
    /// `-` stands for the standard output. A device or pipe that is there already is written to directly.
    static func write(_ bytes: [UInt8], to path: String) throws {
        guard path != "-" else { return try StandardOutput.write(bytes) }
        guard isReplaceable(path) else { return try writeDirectly(bytes, to: path) }
        let temporary = "\(path).\(getpid()).part"
        let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw refusal(path, errno) }
        var code = writeAll(bytes, to: descriptor)
        if close(descriptor) != 0, code == 0 { code = errno }
        if code == 0, unsafe rename(temporary, path) != 0 { code = errno }
        guard code == 0 else {
            unsafe unlink(temporary)
            throw refusal(path, code)
        }
    }

    /// Whether the path names a plain file, or nothing yet.
    private static func isReplaceable(_ path: String) -> Bool {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return true }
        return status.st_mode & S_IFMT == S_IFREG
    }

    private static func writeDirectly(_ bytes: [UInt8], to path: String) throws {
        let descriptor = unsafe open(path, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw refusal(path, errno) }
        let code = writeAll(bytes, to: descriptor)
        close(descriptor)
        guard code == 0 || code == EPIPE else { throw refusal(path, code) }
    }

    private static func refusal(_ path: String, _ code: Int32) -> CommandFailure {
        CommandFailure(
            .usage, "\(path): cannot be written (\(systemMessage(code))); expected a file in a folder that is writable")
    }
}
