extension FacilityReader {
    /// Recognises the format of a file by its content.
    ///
    /// JSON starts with a brace, UflLib files with `FILE:`; a first line of three numbers is a p-median graph's. OR-Library and Holmberg
    /// files have the same number of tokens and differ in where the lines break: a customer, or a row of one number a
    /// customer, starts on a new line. Where the lines fit both, the total demand that the capacities can serve
    /// decides, and in the end OR-Library: whoever has a Holmberg file of one customer more than facilities names its format.
    ///
    /// - Complexity: O(bytes).
    /// - Throws: ``InputError`` when it is none of them.
    public static func recognize(_ file: InputFile) throws(InputError) -> FacilityFormat {
        var scanner = TextScanner(file)
        guard let first = scanner.token() else { throw scanner.error("the file is empty; expected a facility problem") }
        if file.bytes.first(where: { $0 > 0x20 }) == UInt8(ascii: "{") { return .json }
        if scanner.matches(first, "FILE:") { return .ufllib }
        let facilities = try scanner.integer(first, "first number")
        guard let second = scanner.tokenInLine() else {
            throw scanner.error(
                "the line ends after \(scanner.quoted(first)); expected two or three numbers", at: first)
        }
        let customers = try scanner.integer(second, "second number")
        if scanner.tokenInLine() != nil { return .pmed }
        let limit = Int64(Int32.max)
        guard (1..<limit).contains(facilities), (1..<limit).contains(customers) else { return .orlib }
        var layout = CustomerLayout(scanner, facilities: Int(facilities), customers: Int(customers))
        return layout.isHolmberg() ? .holmberg : .orlib
    }
}

/// Tells OR-Library files from Holmberg files by their line breaks.
private struct CustomerLayout {
    private var scanner: TextScanner
    private let facilities: Int
    private let customers: Int
    private var capacity = 0.0
    /// Whether every customer of an OR-Library file, every row of a Holmberg file starts a line.
    private var isAligned = (orlib: true, holmberg: true)
    /// Whether nothing else starts a line.
    private var isExact = (orlib: true, holmberg: true)
    private var demand = (orlib: 0.0, holmberg: 0.0)

    init(_ scanner: TextScanner, facilities: Int, customers: Int) {
        self.scanner = scanner
        self.facilities = facilities
        self.customers = customers
    }

    mutating func isHolmberg() -> Bool {
        for index in 0..<2 * facilities {
            guard let token = scanner.token() else { return false }
            guard let number = try? scanner.number(token, "number") else { return false }
            if index.isMultiple(of: 2) { capacity += number }
        }
        var line = scanner.line
        var index = 0
        while let token = scanner.token() {
            note(token, index: index, startsLine: token.line != line)
            line = token.line
            index += 1
        }
        if isAligned.orlib != isAligned.holmberg { return isAligned.holmberg }
        if isExact.orlib != isExact.holmberg { return isExact.holmberg }
        return demand.orlib > capacity && demand.holmberg <= capacity
    }

    private mutating func note(_ token: TextScanner.Token, index: Int, startsLine: Bool) {
        let startsCustomer = index.isMultiple(of: facilities + 1)
        let startsRow = index.isMultiple(of: customers)
        if startsCustomer, !startsLine { isAligned.orlib = false }
        if startsRow, !startsLine { isAligned.holmberg = false }
        if startsLine, !startsCustomer { isExact.orlib = false }
        if startsLine, !startsRow { isExact.holmberg = false }
        guard startsCustomer || index < customers, let number = try? scanner.number(token, "demand") else { return }
        if startsCustomer { demand.orlib += number }
        if index < customers { demand.holmberg += number }
    }
}
