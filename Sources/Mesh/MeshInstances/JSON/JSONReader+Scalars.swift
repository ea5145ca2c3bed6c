extension JSONReader {
    /// The largest whole number that is exact in binary floating point, 2^53.
    static let largestInteger = 1 << 53

    /// Reads a string.
    mutating func string() throws(InputError) -> String {
        guard peek() == UInt8(ascii: "\"") else { throw unexpected("a string") }
        let start = position + 1
        var end = start
        while end < bytes.count, bytes[end] != UInt8(ascii: "\""), bytes[end] != UInt8(ascii: "\\") {
            guard bytes[end] >= 0x20 else { throw error("a string holds a control character; expected it escaped") }
            end += 1
        }
        guard end < bytes.count else { throw error("a string does not end; expected a quotation mark") }
        if bytes[end] == UInt8(ascii: "\"") {
            advance(to: end + 1)
            return String(decoding: bytes[start..<end], as: UTF8.self)
        }
        return try escapedString(from: start)
    }

    private mutating func escapedString(from start: Int) throws(InputError) -> String {
        var units: [UInt8] = []
        var index = start
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            switch byte {
            case UInt8(ascii: "\""):
                advance(to: index)
                return String(decoding: units, as: UTF8.self)
            case UInt8(ascii: "\\"): units += try escape(&index)
            case 0..<0x20: throw error("a string holds a control character; expected it escaped")
            default: units.append(byte)
            }
        }
        throw error("a string does not end; expected a quotation mark")
    }

    /// The UTF-8 of the escape sequence whose backslash was passed.
    private func escape(_ index: inout Int) throws(InputError) -> [UInt8] {
        guard index < bytes.count else { throw error("a string does not end; expected a quotation mark") }
        let letter = bytes[index]
        index += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [letter]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"):
            var units = [try codeUnit(&index)]
            if UTF16.isLeadSurrogate(units[0]), index + 1 < bytes.count, bytes[index] == UInt8(ascii: "\\"),
                bytes[index + 1] == UInt8(ascii: "u")
            {
                index += 2
                units.append(try codeUnit(&index))
            }
            guard let text = String(validating: units, as: UTF16.self) else {
                throw error("a string holds half of a surrogate pair; expected both")
            }
            return Array(text.utf8)
        default:
            throw error(
                "a string holds an unknown escape sequence; expected one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u")
        }
    }

    private func codeUnit(_ index: inout Int) throws(InputError) -> UInt16 {
        let end = index + 4
        guard end <= bytes.count, bytes[index..<end].allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") }),
            let unit = UInt16(String(decoding: bytes[index..<end], as: UTF8.self), radix: 16)
        else { throw error("a string holds '\\u' without four hexadecimal digits; expected them") }
        index = end
        return unit
    }

    /// Reads `true` or `false`.
    mutating func boolean() throws(InputError) -> Bool {
        guard peek() == UInt8(ascii: "t") || peek() == UInt8(ascii: "f") else { throw unexpected("true or false") }
        let end = wordEnd()
        let word = String(decoding: bytes[position..<end], as: UTF8.self)
        guard word == "true" || word == "false" else { throw unexpected("true or false") }
        advance(to: end)
        return word == "true"
    }

    /// Reads a finite number.
    mutating func number() throws(InputError) -> Double {
        guard let first = peek() else { throw unexpected("a number") }
        let end = wordEnd()
        let isStart = first == UInt8(ascii: "-") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first)
        guard isStart, isNumber(to: end), let value = DecimalNumber.parse(bytes, from: position, to: end) else {
            throw unexpected("a number")
        }
        guard value.isFinite else {
            throw error("is \(InputError.quoted(bytes[position..<end])), which is too large; expected under 1.8e308")
        }
        advance(to: end)
        return value
    }

    /// Whether the bytes from here follow JSON's grammar of numbers, which is narrower than most.
    /// A number, or the word for one that is infinite.
    mutating func cost() throws(InputError) -> Double {
        guard peek() == UInt8(ascii: "\"") else { return try number() }
        let text = try string()
        guard let value = InfiniteNumber.value(text) else {
            throw error("\(text.debugDescription) is no cost; expected a number or \"infinite\"")
        }
        return value
    }

    private func isNumber(to end: Int) -> Bool {
        func isDigit(_ index: Int) -> Bool { index < end && bytes[index] &- UInt8(ascii: "0") < 10 }
        func pass(_ index: inout Int) -> Bool {
            guard isDigit(index) else { return false }
            while isDigit(index) { index += 1 }
            return true
        }
        var index = position
        if bytes[index] == UInt8(ascii: "-") { index += 1 }
        let hasLeadingZero = isDigit(index) && bytes[index] == UInt8(ascii: "0")
        if hasLeadingZero { index += 1 } else if !pass(&index) { return false }
        if index < end, bytes[index] == UInt8(ascii: ".") {
            index += 1
            guard pass(&index) else { return false }
        }
        if index < end, bytes[index] | 0x20 == UInt8(ascii: "e") {
            index += 1
            if index < end, bytes[index] == UInt8(ascii: "+") || bytes[index] == UInt8(ascii: "-") { index += 1 }
            guard pass(&index) else { return false }
        }
        return index == end
    }

    /// Reads a number of a range.
    mutating func number(in range: ClosedRange<Double>) throws(InputError) -> Double {
        let value = try number()
        guard range.contains(value) else {
            throw error("is \(value); expected a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    /// Reads a whole number of any size as its digits, which binary floating point would round beyond 2^53.
    ///
    /// A number with a fraction or an exponent must be whole and exact in floating point.
    mutating func wholeNumber() throws(InputError) -> String {
        _ = peek()
        let start = position
        let value = try number()
        let digits = bytes[start..<position]
        guard digits.contains(where: { $0 | 0x20 == UInt8(ascii: "e") || $0 == UInt8(ascii: ".") }) else {
            let text = String(decoding: digits, as: UTF8.self)
            return text == "-0" ? "0" : text
        }
        guard let integer = Int(exactly: value), integer.magnitude <= JSONReader.largestInteger else {
            throw error("is \(InputError.quoted(digits)); expected a whole number, its digits written out")
        }
        return String(integer)
    }

    /// Reads a whole number of a range.
    mutating func integer(in range: ClosedRange<Int>) throws(InputError) -> Int {
        let value = try number()
        guard let integer = Int(exactly: value), range.contains(integer) else {
            throw error("is \(value); expected a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return integer
    }

    /// Reads what an enumeration has a name for.
    mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ choices: Choice.Type
    ) throws(InputError) -> Choice {
        let name = try string()
        guard let choice = Choice(rawValue: name) else {
            let expected = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw error("is \(InputError.quoted(name.utf8)); expected one of \(expected)")
        }
        return choice
    }
}
