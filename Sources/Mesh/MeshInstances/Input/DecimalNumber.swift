/// Numbers in decimal notation, read from bytes without a string for the usual ones.
enum DecimalNumber {
    /// The powers of ten that are exact in binary floating point.
    private static let powersOfTen: [Double] = [
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]

    /// The number that the bytes stand for, correctly rounded; infinite when it is too large, `nil` when it is none.
    ///
    /// `nan`, `inf` and hexadecimal digits are no decimal notation.
    static func parse(_ bytes: [UInt8], from start: Int, to end: Int) -> Double? {
        var index = start
        guard index < end else { return nil }
        let negative = bytes[index] == UInt8(ascii: "-")
        if negative || bytes[index] == UInt8(ascii: "+") { index += 1 }
        var mantissa: UInt64 = 0
        var digits = 0
        var decimals = 0
        var hasPoint = false
        while index < end {
            let byte = bytes[index]
            let digit = byte &- UInt8(ascii: "0")
            if digit < 10 {
                digits += 1
                guard digits <= 18 else { return parseWithLibrary(bytes[start..<end]) }
                mantissa = mantissa &* 10 &+ UInt64(digit)
                if hasPoint { decimals += 1 }
            } else if byte == UInt8(ascii: "."), !hasPoint {
                hasPoint = true
            } else {
                return parseWithLibrary(bytes[start..<end])
            }
            index += 1
        }
        guard digits > 0 else { return nil }
        // Both are exact as binary numbers, so that one division rounds correctly (Clinger 1990).
        guard mantissa < 1 << 53 else { return parseWithLibrary(bytes[start..<end]) }
        let value = Double(mantissa) / powersOfTen[decimals]
        return negative ? -value : value
    }

    /// Numbers with exponents or many digits.
    private static func parseWithLibrary(_ bytes: ArraySlice<UInt8>) -> Double? {
        let isDecimal = bytes.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "e"), UInt8(ascii: "E"):
                true
            default: false
            }
        }
        return isDecimal ? Double(String(decoding: bytes, as: UTF8.self)) : nil
    }
}
