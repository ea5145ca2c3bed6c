import MeshAPI
import MeshTypes

/// Reads a request's body field by field and remembers all that is wrong, each with its JSON pointer.
///
/// A field that is wrong reads as `nil`; ``finish(_:)`` throws if there was any.
struct FieldReader {
    private(set) var faults: [Problem.Field] = []
    /// Faults beyond this many are not listed.
    static let faultLimit = 50

    /// Parses a body.
    static func tree(_ bytes: [UInt8]) throws(Problem) -> JSONTree {
        do {
            return try JSONTree.parse(bytes)
        } catch {
            throw Problem(.malformed, error.description)
        }
    }

    /// Whether no more faults are listed, so that there is no use in looking for any.
    var isFull: Bool { faults.count >= Self.faultLimit }

    /// Notes what is wrong with the value at a pointer. What is not listed is not spelled.
    mutating func fault(_ pointer: @autoclosure () -> String, _ detail: @autoclosure () -> String) {
        if !isFull { faults.append(Problem.Field(pointer: pointer(), detail: detail())) }
    }

    /// Ends reading: the value, if nothing was wrong. Read the value before: what is read in the call itself is not seen.
    func finish<Value>(_ value: Value?) throws(Problem) -> Value {
        guard let value, faults.isEmpty else {
            let first = faults.first
            throw Problem(
                .invalid,
                first.map { "\($0.pointer.isEmpty ? "the body" : $0.pointer): \($0.detail)" }
                    ?? "the body lacks what is needed", errors: faults)
        }
        return value
    }

    /// The members of an object by key; duplicate keys are faults, and unknown ones unless `keys` is `nil`.
    mutating func object(_ tree: JSONTree, _ pointer: String, keys: [String]?) -> [String: JSONTree]? {
        guard case .object(let members) = tree else {
            fault(pointer, "is \(tree.kind); expected an object")
            return nil
        }
        var found: [String: JSONTree] = [:]
        for member in members {
            if isFull { break }
            if let keys, !keys.contains(member.key) {
                fault(
                    "\(pointer)/\(Self.escaped(member.key))",
                    "is not known; expected one of \(keys.joined(separator: ", "))")
                continue
            }
            if found.updateValue(member.value, forKey: member.key) != nil {
                fault("\(pointer)/\(Self.escaped(member.key))", "is there twice; expected each key once")
            }
        }
        return found
    }

    /// An array's items, or the value itself as the only one; one more than a batch may hold at most.
    func items(_ tree: JSONTree, _ pointer: String) -> [(JSONTree, String)] {
        guard case .array(let items) = tree else { return [(tree, pointer)] }
        return items.prefix(RequestBodies.batchLimit + 1).enumerated().map { ($1, "\(pointer)/\($0)") }
    }

    mutating func number(_ tree: JSONTree?, _ pointer: String, in range: ClosedRange<Double>) -> Double? {
        guard let tree else { return nil }
        guard case .number(let value) = tree else {
            fault(pointer, "is \(tree.kind); expected a number from \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        guard range.contains(value) else {
            fault(pointer, "is \(value); expected \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        return value
    }

    mutating func integer(_ tree: JSONTree?, _ pointer: String, in range: ClosedRange<Int>) -> Int? {
        guard let tree else { return nil }
        guard case .number(let number) = tree, let value = Int(exactly: number) else {
            fault(
                pointer,
                "is \(tree.kind)\(Self.number(of: tree)); expected a whole number from \(range.lowerBound) to \(range.upperBound)"
            )
            return nil
        }
        guard range.contains(value) else {
            fault(pointer, "is \(value); expected \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        return value
    }

    private static func number(of tree: JSONTree) -> String {
        if case .number(let value) = tree { " (\(value))" } else { "" }
    }

    mutating func text(_ tree: JSONTree?, _ pointer: String, longest: Int = 256) -> String? {
        guard let tree else { return nil }
        guard case .string(let value) = tree else {
            fault(pointer, "is \(tree.kind); expected a string")
            return nil
        }
        guard !value.isEmpty, value.utf8.count <= longest, !value.unicodeScalars.contains(where: { $0.value < 0x20 })
        else {
            fault(pointer, "is empty, longer than \(longest) bytes, or holds control characters")
            return nil
        }
        return value
    }

    mutating func flag(_ tree: JSONTree?, _ pointer: String) -> Bool? {
        guard let tree else { return nil }
        guard case .bool(let value) = tree else {
            fault(pointer, "is \(tree.kind); expected true or false")
            return nil
        }
        return value
    }

    /// An identifier: 1 to 128 of letters, digits and `-_.:~@+`, not beginning with `-`, and neither `.` nor `..`.
    mutating func identifier<Entity>(_ tree: JSONTree?, _ pointer: String) -> Identifier<Entity>? {
        guard let name = text(tree, pointer, longest: 128) else { return nil }
        guard Self.isIdentifier(name) else {
            fault(
                pointer,
                "is \(Self.shortened(name).debugDescription); expected 1 to 128 of letters, digits and -_.:~@+, not -… nor . nor .."
            )
            return nil
        }
        return Identifier(name)
    }

    /// Whether a name may be an identifier. What programs take for an option or a folder is none.
    static func isIdentifier(_ name: String) -> Bool {
        wasIdentifier(name) && !name.hasPrefix("-") && name != "." && name != ".."
    }

    /// Whether a name may be that of something that an older build made.
    static func wasIdentifier(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 128
            && name.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
                default: "-_.:~@+".utf8.contains(byte)
                }
            }
    }

    /// Notes a fault if a field that is needed is absent.
    mutating func require<Value>(_ value: Value?, _ tree: JSONTree?, _ pointer: String) -> Value? {
        if tree == nil { fault(pointer, "is missing") }
        return value
    }

    /// A key as part of a pointer; one that is longer than any that is known is cut.
    private static func escaped(_ key: String) -> String {
        shortened(key).replacing("~", with: "~0").replacing("/", with: "~1")
    }

    /// What somebody sent, for a message: no more than 64 bytes of it.
    static func shortened(_ text: String) -> String {
        text.utf8.count <= 64 ? text : String(String.UnicodeScalarView(text.unicodeScalars.prefix(60))) + "…"
    }
}
