extension TextScanner {
    /// The next token of this line as an integer; `what` names it in refusals.
    mutating func integerInLine(_ what: StaticString) throws(InputError) -> Int64 {
        guard let token = tokenInLine() else { throw error("the line ends before the \(what); expected an integer") }
        return try integer(token, what)
    }

    /// The next token on any line as an integer; `what` names it in refusals.
    mutating func integer(_ what: StaticString) throws(InputError) -> Int64 {
        guard let token = token() else { throw error("the file ends before the \(what); expected an integer") }
        return try integer(token, what)
    }

    /// The next token on any line as a finite number; `what` names it in refusals.
    mutating func number(_ what: StaticString) throws(InputError) -> Double {
        guard let token = token() else { throw error("the file ends before the \(what); expected a number") }
        return try number(token, what)
    }

    /// A token as a 64-bit integer.
    func integer(_ token: Token, _ what: StaticString) throws(InputError) -> Int64 {
        var index = token.start
        let negative = bytes[index] == UInt8(ascii: "-")
        if negative || bytes[index] == UInt8(ascii: "+") { index += 1 }
        guard index < token.end else { throw notInteger(token, what) }
        var magnitude: UInt64 = 0
        while index < token.end {
            let digit = bytes[index] &- UInt8(ascii: "0")
            guard digit < 10 else { throw notInteger(token, what) }
            // 2^59 in front of another digit stays under 2^63.
            if magnitude < 1 << 59 {
                magnitude = magnitude &* 10 &+ UInt64(digit)
            } else {
                let (tenfold, overflow) = magnitude.multipliedReportingOverflow(by: 10)
                let (sum, carry) = tenfold.addingReportingOverflow(UInt64(digit))
                guard !overflow, !carry else { throw tooLarge(token, what) }
                magnitude = sum
            }
            index += 1
        }
        if negative {
            guard magnitude <= Int64.min.magnitude else { throw tooLarge(token, what) }
            return Int64(truncatingIfNeeded: 0 &- magnitude)
        }
        guard magnitude <= UInt64(Int64.max) else { throw tooLarge(token, what) }
        return Int64(magnitude)
    }

    /// A token as a finite number in decimal notation, correctly rounded.
    func number(_ token: Token, _ what: StaticString) throws(InputError) -> Double {
        guard let value = DecimalNumber.parse(bytes, from: token.start, to: token.end) else {
            throw error("\(what) is \(quoted(token)); expected a number", at: token)
        }
        guard value.isFinite else {
            throw error("\(what) is \(quoted(token)), which is too large; expected under 1.8e308", at: token)
        }
        return value
    }

    private func notInteger(_ token: Token, _ what: StaticString) -> InputError {
        error("\(what) is \(quoted(token)); expected an integer", at: token)
    }

    private func tooLarge(_ token: Token, _ what: StaticString) -> InputError {
        error("\(what) is \(quoted(token)), which is too large; expected a 64-bit integer", at: token)
    }
}
