public import Optimization

/// Reads what is open and who serves whom from the JSON that `rmc solve facility --format json` printed.
public enum FacilityHistoryReader {
    /// Reads the keys `open` and `assignment`; others are passed over.
    ///
    /// - Throws: ``InputError`` for what is no such document, and where it holds no solution.
    /// - Complexity: O(bytes).
    public static func read(_ file: InputFile) throws(InputError) -> FacilityHistory {
        var reader = JSONReader(file)
        let start = reader.mark()
        var (open, assignment): ([Int]?, [Int]?)
        try reader.object { (reader, key) throws(InputError) in
            switch key {
            case "open": open = try reader.null() ? nil : reader.wholeNumbers()
            case "assignment": assignment = try reader.null() ? nil : reader.wholeNumbers()
            default: try reader.skip()
            }
        }
        try reader.finish()
        return FacilityHistory(
            open: try reader.required(open, "open", at: start),
            assignment: try reader.required(assignment, "assignment", at: start))
    }
}

extension JSONReader {
    fileprivate mutating func wholeNumbers() throws(InputError) -> [Int] {
        var values: [Int] = []
        try array { (reader, _) throws(InputError) in values.append(try reader.integer(in: -1...Int(Int32.max))) }
        return values
    }
}
