/// Finds nesting so deep that a recursive parser would run out of stack.
enum NestingCheck {
    /// The deepest that is let through.
    static let limit = 60

    /// The line that nests too deep, if any: by brackets, by indentation, or by dashes in a row.
    static func tooDeep(_ bytes: [UInt8]) -> Int? {
        var (line, depth) = (1, 0)
        var indents = [0]
        var (indent, dashes, isStart) = (0, 0, true)
        for byte in bytes {
            if byte == UInt8(ascii: "\n") {
                line += 1
                (indent, dashes, isStart) = (0, 0, true)
                continue
            }
            switch byte {
            case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: "]"), UInt8(ascii: "}"): depth = max(0, depth - 1)
            default: break
            }
            if isStart {
                switch byte {
                case UInt8(ascii: " "): indent += 1
                case UInt8(ascii: "-"), UInt8(ascii: "?"), UInt8(ascii: ":"):
                    indent += 1
                    dashes += 1
                default:
                    isStart = false
                    while let last = indents.last, last > indent { indents.removeLast() }
                    if indents.last != indent { indents.append(indent) }
                }
            }
            if depth + indents.count + dashes > limit { return line }
        }
        return nil
    }
}
