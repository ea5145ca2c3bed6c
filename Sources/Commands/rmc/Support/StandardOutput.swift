internal import Foundation

/// The standard output. A reader that went away (`rmc ... | head`) ends the command without a word.
enum StandardOutput {
    /// Lets writes to a closed pipe fail instead of ending the process by a signal.
    static func ignoreClosedPipes() {
        signal(SIGPIPE, SIG_IGN)
    }

    /// Writes all of the text.
    static func write(_ text: String) throws {
        try write(Array(text.utf8))
    }

    /// Writes all of the bytes.
    static func write(_ bytes: [UInt8]) throws {
        switch writeAll(bytes, to: STDOUT_FILENO) {
        case 0: break
        // The reader has all it wanted.
        case EPIPE: Foundation.exit(0)
        case let code: throw CommandFailure(.usage, "<stdout>: cannot be written (\(systemMessage(code)))")
        }
    }
}

/// The standard error: progress and refusals. What cannot be written there is lost.
enum StandardError {
    static func write(_ text: String) {
        _ = writeAll(Array(text.utf8), to: STDERR_FILENO)
    }
}

/// Writes all of the bytes to a descriptor; returns 0 or the error's number.
func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Int32 {
    var written = 0
    while written < bytes.count {
        let count = unsafe bytes.withUnsafeBytes { buffer in
            unsafe Foundation.write(descriptor, buffer.baseAddress.map { unsafe $0 + written }, buffer.count - written)
        }
        if count < 0 {
            if errno == EINTR { continue }
            return errno
        }
        written += count
    }
    return 0
}

/// What the system says of an error number.
func systemMessage(_ code: Int32) -> String {
    unsafe String(cString: strerror(code))
}
