/// The text of an input: read from a file or the standard input, unpacked, and known to be UTF-8.
///
/// Archives are recognised by their first bytes, not by their name: gzip (RFC 1952) and xz. What comes out is refused
/// when it exceeds a limit, so that a small archive cannot fill the memory.
public struct InputFile: Sendable {
    /// The most bytes that an input may have, packed or unpacked, unless the caller says otherwise: 1 GiB.
    public static let defaultSizeLimit = 1 << 30

    /// The file as messages name it; `<stdin>` for the standard input.
    public let name: String
    /// The folder the file is in, for files that it names; `nil` for the standard input and for texts in memory.
    public let folder: String?
    /// The unpacked text, valid UTF-8, without a byte order mark.
    public let bytes: [UInt8]

    /// Takes bytes that are in memory already, unpacks them if they are an archive, and validates them.
    ///
    /// - Parameters:
    ///   - name: how messages name the input.
    ///   - contents: the bytes, packed or not.
    ///   - folder: where files named by the input are looked for.
    ///   - sizeLimit: the most bytes, packed or unpacked.
    /// - Throws: ``InputError`` for a damaged archive, for more bytes than the limit, and for invalid UTF-8.
    public init(
        name: String, contents: [UInt8], folder: String? = nil, sizeLimit: Int = InputFile.defaultSizeLimit
    ) throws(InputError) {
        guard contents.count <= sizeLimit else { throw InputFile.tooLarge(name, sizeLimit) }
        var text =
            switch Compression(contents) {
            case .gzip: try InputFile.inflate(contents, name: name, sizeLimit: sizeLimit)
            case .xz: try InputFile.decodeXZ(contents, name: name, sizeLimit: sizeLimit)
            case nil: contents
            }
        if text.starts(with: [0xEF, 0xBB, 0xBF]) { text.removeFirst(3) }
        try InputFile.validateUTF8(text, name: name)
        self.name = name
        self.folder = folder
        bytes = text
    }

    /// How an input is packed.
    private enum Compression {
        case gzip
        case xz

        /// Recognises an archive by its first bytes.
        init?(_ contents: [UInt8]) {
            if contents.starts(with: [0x1F, 0x8B]) {
                self = .gzip
            } else if contents.starts(with: [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]) {
                self = .xz
            } else {
                return nil
            }
        }
    }

    static func tooLarge(_ name: String, _ sizeLimit: Int) -> InputError {
        InputError(file: name, line: 1, message: "is larger than the limit of \(sizeLimit) bytes; expected less")
    }

    private static func validateUTF8(_ bytes: [UInt8], name: String) throws(InputError) {
        // The standard library's validation is vectorised; only a refusal pays for finding the place.
        guard String(validating: bytes, as: UTF8.self) == nil else { return }
        var parser = Unicode.UTF8.ForwardParser()
        var iterator = bytes.makeIterator()
        var line = 1
        while true {
            switch parser.parseScalar(from: &iterator) {
            case .valid(let scalar): if scalar.first == UInt8(ascii: "\n") { line += 1 }
            case .error, .emptyInput:
                throw InputError(file: name, line: line, message: "holds bytes that are not text; expected UTF-8")
            }
        }
    }
}
