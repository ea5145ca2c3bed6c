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

    /// Notes what is wrong with the value at a pointer.
    mutating func fault(_ pointer: String, _ detail: String) {
        if faults.count < Self.faultLimit { faults.append(Problem.Field(pointer: pointer, detail: detail)) }
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

    /// The members of an object by key; unknown and duplicate keys are faults.
    mutating func object(_ tree: JSONTree, _ pointer: String, keys: [String]) -> [String: JSONTree]? {
        guard case .object(let members) = tree else {
            fault(pointer, "is \(tree.kind); expected an object")
            return nil
        }
        var found: [String: JSONTree] = [:]
        for member in members {
            guard keys.contains(member.key) else {
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

    /// An array's items, or the value itself as the only one.
    func items(_ tree: JSONTree, _ pointer: String) -> [(JSONTree, String)] {
        guard case .array(let items) = tree else { return [(tree, pointer)] }
        return items.enumerated().map { ($1, "\(pointer)/\($0)") }
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
                "is \(tree.kind)\(number(of: tree)); expected a whole number from \(range.lowerBound) to \(range.upperBound)"
            )
            return nil
        }
        guard range.contains(value) else {
            fault(pointer, "is \(value); expected \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        return value
    }

    private func number(of tree: JSONTree) -> String {
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

    /// An identifier: 1 to 128 of letters, digits and `-_.:~@+`.
    mutating func identifier<Entity>(_ tree: JSONTree?, _ pointer: String) -> Identifier<Entity>? {
        guard let name = text(tree, pointer, longest: 128) else { return nil }
        guard Self.isIdentifier(name) else {
            fault(pointer, "is \(name.debugDescription); expected 1 to 128 of letters, digits and -_.:~@+")
            return nil
        }
        return Identifier(name)
    }

    /// Whether a name may be an identifier; what paths and bodies hold alike.
    static func isIdentifier(_ name: String) -> Bool {
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

    private static func escaped(_ key: String) -> String {
        key.replacing("~", with: "~0").replacing("/", with: "~1")
    }
}
