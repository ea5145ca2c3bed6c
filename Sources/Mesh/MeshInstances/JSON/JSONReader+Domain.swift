internal import MeshTypes

extension JSONReader {
    /// The most characters of a name.
    static let longestName = 256

    /// Reads a name: some characters, none of them a control character.
    mutating func name() throws(InputError) -> String {
        let name = try string()
        guard !name.isEmpty, name.utf8.count <= JSONReader.longestName else {
            throw error("is a name of \(name.utf8.count) bytes; expected 1 to \(JSONReader.longestName)")
        }
        guard name.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) else {
            throw error("is a name with a control character in it; expected none")
        }
        return name
    }

    /// Reads an identifier.
    mutating func identifier<Entity>() throws(InputError) -> Identifier<Entity> { Identifier(try name()) }

    /// Reads a round-trip time in milliseconds.
    mutating func latency() throws(InputError) -> Latency {
        Latency(milliseconds: try number(in: 0...Latency.longest.milliseconds))
    }

    /// Reads degrees north.
    mutating func latitude() throws(InputError) -> Double { try number(in: -90...90) }

    /// Reads degrees east.
    mutating func longitude() throws(InputError) -> Double { try number(in: -180...180) }

    /// Reads a time, RFC 3339 in UTC.
    mutating func time() throws(InputError) -> String {
        let text = try string()
        guard JSONReader.isTime(Array(text.utf8)) else {
            throw error("is \(InputError.quoted(text.utf8)); expected a time in UTC such as 2026-01-01T20:00:00Z")
        }
        return text
    }

    /// Whether a text is `YYYY-MM-DDThh:mm:ss`, perhaps a fraction, and `Z`, with every part in its range.
    static func isTime(_ text: [UInt8]) -> Bool {
        let pattern = Array("0000-00-00T00:00:00".utf8)
        guard text.count > pattern.count, text.last == UInt8(ascii: "Z") else { return false }
        func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }
        let isFormed = zip(text, pattern).allSatisfy { $1 == UInt8(ascii: "0") ? isDigit($0) : $0 == $1 }
        guard isFormed else { return false }
        func number(_ range: Range<Int>) -> Int { range.reduce(0) { 10 * $0 + Int(text[$1] - UInt8(ascii: "0")) } }
        let (year, month, day) = (number(0..<4), number(5..<7), number(8..<10))
        let isLeapYear = year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
        let days = [31, isLeapYear ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard (1...12).contains(month), (1...days[month - 1]).contains(day) else { return false }
        // A leap second is 60.
        guard number(11..<13) < 24, number(14..<16) < 60, number(17..<19) <= 60 else { return false }
        let fraction = text[pattern.count..<text.count - 1]
        return fraction.isEmpty
            || (fraction.count > 1 && fraction.first == UInt8(ascii: ".") && fraction.dropFirst().allSatisfy(isDigit))
    }

    /// The file that the next value, `{"file": "name"}`, refers to; `nil`, and nothing read, when it is another value.
    mutating func fileReference() throws(InputError) -> String? {
        guard peek() == UInt8(ascii: "{") else { return nil }
        let start = self
        advance(to: position + 1)
        guard peek() == UInt8(ascii: "\""), try string() == "file" else {
            self = start
            return nil
        }
        self = start
        var name: String?
        try object(FileReferenceKey.self) { (reader, _) throws(InputError) in name = try reader.name() }
        return name
    }

    /// Opens a file beside the one that is read, for the value of a key.
    func open(_ name: String, valueOf key: String, sizeLimit: Int) throws(InputError) -> JSONReader {
        guard let folder = file.folder else {
            throw error(
                "names the file \(InputError.quoted(name.utf8)), but the input is in no folder; expected the data")
        }
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard !parts.contains(""), !parts.contains(".."), !name.hasPrefix("-") else {
            throw error("is \(InputError.quoted(name.utf8)); expected the name of a file in the same folder")
        }
        return JSONReader(try InputFile.read("\(folder)/\(name)", sizeLimit: sizeLimit), valueOf: key)
    }
}

/// The one key of a reference to a file.
enum FileReferenceKey: String, JSONKey {
    case file
}
