/// Why an input was refused: which file, where in it, what is wrong and what was expected.
///
/// The description is one line, `FILE:LINE: what is wrong and what was expected`; in JSON the path of the value goes
/// before the message, `FILE:LINE: at sites[3].latitude: ...`. An input that is wrong as a whole (it does not exist,
/// it is a damaged archive) is reported at line 1; lines of an archive are those of the text inside.
public struct InputError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The file as the user named it; `<stdin>` for the standard input.
    public let file: String
    /// The line at fault, from 1.
    public let line: Int
    /// The path of the JSON value at fault, such as `sites[3].latitude`; `nil` in other formats.
    public let path: String?
    /// What is wrong and what was expected.
    public let message: String

    /// Creates a refusal.
    public init(file: String, line: Int, path: String? = nil, message: String) {
        self.file = file
        self.line = line
        self.path = path
        self.message = message
    }

    /// The refusal in one line, whatever bytes the file name or the message quote.
    public var description: String {
        let place = "\(InputError.printable(file)):\(line): "
        let within = path.map { "at \(InputError.printable($0)): " } ?? ""
        return place + within + InputError.printable(message)
    }

    /// The text with control characters, which could break the line or the terminal, as question marks.
    static func printable(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { scalar in
                    switch scalar.properties.generalCategory {
                    case .control, .lineSeparator, .paragraphSeparator, .format: "?"
                    default: scalar
                    }
                }))
    }

    /// A piece of the input in quotation marks, cut when it is long.
    static func quoted(_ bytes: some Sequence<UInt8>) -> String {
        let shown = Array(bytes.prefix(41))
        guard shown.count > 40 else { return "'\(String(decoding: shown, as: UTF8.self))'" }
        return "'\(String(decoding: shown.prefix(40), as: UTF8.self))...'"
    }
}
