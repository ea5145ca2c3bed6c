internal import Foundation

extension InputFile {
    /// How messages name the standard input.
    public static let standardInputName = "<stdin>"

    /// Reads a file, or the standard input when the path is `-`.
    ///
    /// - Parameters:
    ///   - path: the file, or `-`.
    ///   - sizeLimit: the most bytes, packed or unpacked.
    /// - Throws: ``InputError`` when the file cannot be read, and for what ``init(name:contents:folder:sizeLimit:)``
    ///   refuses.
    public static func read(
        _ path: String, sizeLimit: Int = InputFile.defaultSizeLimit
    ) throws(InputError) -> InputFile {
        guard path != "-" else {
            let contents = try contents(of: 0, name: standardInputName, sizeLimit: sizeLimit)
            return try InputFile(name: standardInputName, contents: contents, sizeLimit: sizeLimit)
        }
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw unreadable(path, errno) }
        defer { close(descriptor) }
        let contents = try contents(of: descriptor, name: path, sizeLimit: sizeLimit)
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        return try InputFile(name: path, contents: contents, folder: folder, sizeLimit: sizeLimit)
    }

    /// Reads to the end, and stops with an error as soon as the limit is passed: a pipe or a device may never end.
    private static func contents(of descriptor: Int32, name: String, sizeLimit: Int) throws(InputError) -> [UInt8] {
        var contents: [UInt8] = []
        var status = stat()
        if unsafe fstat(descriptor, &status) == 0, status.st_size > 0 {
            guard Int(status.st_size) <= sizeLimit else { throw tooLarge(name, sizeLimit) }
            contents.reserveCapacity(Int(status.st_size) + 1)
        }
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = unsafe buffer.withUnsafeMutableBytes {
                unsafe Foundation.read(descriptor, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw unreadable(name, errno) }
            if count == 0 { return contents }
            contents.append(contentsOf: buffer[..<count])
            guard contents.count <= sizeLimit else { throw tooLarge(name, sizeLimit) }
        }
    }

    private static func unreadable(_ name: String, _ code: Int32) -> InputError {
        let reason = unsafe String(cString: strerror(code))
        return InputError(file: name, line: 1, message: "cannot be read (\(reason)); expected a readable file")
    }
}
