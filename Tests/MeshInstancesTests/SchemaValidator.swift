import Foundation

/// Judges JSON values by the part of JSON Schema (2020-12) that the product's schemas use.
struct SchemaValidator {
    typealias Object = [String: Any]

    /// The schemas by file name.
    let schemas: [String: Object]

    /// Reads the schemas of a folder.
    init(folder: URL) throws {
        var schemas: [String: Object] = [:]
        for name in ["snapshot.schema.json", "plan.schema.json", "facility.schema.json"] {
            let data = try Data(contentsOf: folder.appending(path: name))
            schemas[name] = try JSONSerialization.jsonObject(with: data) as? Object
        }
        self.schemas = schemas
    }

    /// What is wrong with a JSON text by a schema; empty when nothing is.
    func faults(of text: [UInt8], by name: String) throws -> [String] {
        let value = try JSONSerialization.jsonObject(with: Data(text), options: .fragmentsAllowed)
        return faults(value, schemas[name] ?? ["not": Object()], root: name, path: "$")
    }

    private func faults(_ value: Any, _ schema: Object, root: String, path: String) -> [String] {
        if let reference = schema["$ref"] as? String {
            let (target, file) = resolve(reference, root: root)
            return faults(value, target, root: file, path: path)
        }
        var faults: [String] = []
        if let constant = schema["const"], !Self.isSame(value, constant) { faults.append("\(path): const") }
        if let choices = schema["enum"] as? [Any], !choices.contains(where: { Self.isSame(value, $0) }) {
            faults.append("\(path): enum")
        }
        if let type = schema["type"] as? String, !Self.matches(value, type) { return faults + ["\(path): not \(type)"] }
        if let choices = schema["oneOf"] as? [Object] {
            let fitting = choices.filter { self.faults(value, $0, root: root, path: path).isEmpty }.count
            if fitting != 1 { faults.append("\(path): \(fitting) of oneOf") }
        }
        if let other = schema["not"] as? Object, self.faults(value, other, root: root, path: path).isEmpty {
            faults.append("\(path): not")
        }
        if let object = value as? Object { faults += members(object, schema, root: root, path: path) }
        if let array = value as? [Any] {
            if let items = schema["items"] as? Object {
                for (index, item) in array.enumerated() {
                    faults += self.faults(item, items, root: root, path: "\(path)[\(index)]")
                }
            }
            if array.count < schema["minItems"] as? Int ?? 0 { faults.append("\(path): minItems") }
        }
        if let text = value as? String {
            if text.count < schema["minLength"] as? Int ?? 0 { faults.append("\(path): minLength") }
            if let pattern = schema["pattern"] as? String, text.range(of: pattern, options: .regularExpression) == nil {
                faults.append("\(path): pattern")
            }
        } else if let number = value as? Double {
            if let least = schema["minimum"] as? Double, number < least { faults.append("\(path): minimum") }
            if let most = schema["maximum"] as? Double, number > most { faults.append("\(path): maximum") }
        }
        return faults
    }

    private func members(_ object: Object, _ schema: Object, root: String, path: String) -> [String] {
        var faults: [String] = []
        for key in schema["required"] as? [String] ?? [] where object[key] == nil {
            faults.append("\(path): no \(key)")
        }
        let properties = schema["properties"] as? Object ?? [:]
        for (key, member) in object {
            if let property = properties[key] as? Object {
                faults += self.faults(member, property, root: root, path: "\(path).\(key)")
            } else if let other = schema["additionalProperties"] as? Object {
                faults += self.faults(member, other, root: root, path: "\(path).\(key)")
            } else if schema["additionalProperties"] as? Bool == false {
                faults.append("\(path): unknown \(key)")
            }
        }
        return faults
    }

    private func resolve(_ reference: String, root: String) -> (Object, String) {
        let parts = reference.split(separator: "#", omittingEmptySubsequences: false).map(String.init)
        let file = parts[0].isEmpty ? root : parts[0]
        var schema = schemas[file] ?? [:]
        for step in (parts.count > 1 ? parts[1] : "").split(separator: "/") {
            schema = schema[String(step)] as? Object ?? [:]
        }
        return (schema, file)
    }

    /// Equality of strings and of numbers, which is all that the schemas compare.
    private static func isSame(_ value: Any, _ other: Any) -> Bool {
        if let text = value as? String { return text == other as? String }
        guard let number = value as? Double else { return false }
        return number == other as? Double
    }

    private static func matches(_ value: Any, _ type: String) -> Bool {
        // Numbers and truth values are of one class; only their encoding tells them apart.
        let isTruth = (value as? NSNumber).map { unsafe String(cString: $0.objCType) == "c" } ?? false
        return switch type {
        case "object": value is Object
        case "array": value is [Any]
        case "string": value is String
        case "boolean": isTruth
        case "null": value is NSNull
        case "number": value is NSNumber && !isTruth
        case "integer": !isTruth && (value as? Double).map { $0 == $0.rounded() } ?? false
        default: false
        }
    }
}
