internal import Foundation

/// What the system says about the memory of this process.
enum ProcessMemory {
    /// The resident set now, in bytes; `nil` where the system does not say.
    static var resident: Int64? { figure("VmRSS") }

    /// The largest resident set since the start, or since the last reset, in bytes.
    static var peak: Int64? { figure("VmHWM") }

    /// Starts the peak anew from what is resident now; where the system has no such thing, the peak stays as it is.
    static func resetPeak() {
        guard let handle = FileHandle(forWritingAtPath: "/proc/self/clear_refs") else { return }
        try? handle.write(contentsOf: Data("5".utf8))
        try? handle.close()
    }

    private static func figure(_ name: String) -> Int64? {
        guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) else { return nil }
        guard let line = status.split(separator: "\n").first(where: { $0.hasPrefix(name + ":") }) else { return nil }
        let words = line.split(whereSeparator: \.isWhitespace)
        return words.count == 3 ? Int64(words[1]).map { $0 * 1024 } : nil
    }
}
