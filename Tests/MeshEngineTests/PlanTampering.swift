import Foundation
import MeshTypes

/// Every way of changing one field of a plan's JSON.
struct PlanTampering {
    /// A changed plan and the path of the field that was changed.
    struct Variant {
        let path: String
        let plan: Plan
    }

    /// All variants that still read as a plan, and the paths of those that do not.
    let variants: [Variant]
    let unreadable: [String]

    init(_ plan: Plan) throws {
        let tree = try JSONSerialization.jsonObject(with: JSONEncoder().encode(plan))
        var variants: [Variant] = []
        var unreadable: [String] = []
        for (path, changed) in Self.changes(of: tree, path: "") {
            let data = try JSONSerialization.data(withJSONObject: changed)
            if let plan = try? JSONDecoder().decode(Plan.self, from: data) {
                variants.append(Variant(path: path, plan: plan))
            } else {
                unreadable.append(path)
            }
        }
        self.variants = variants
        self.unreadable = unreadable
    }

    /// Each changed tree: a leaf altered, an element or member removed, an element repeated.
    private static func changes(of value: Any, path: String) -> [(path: String, tree: Any)] {
        switch value {
        case let object as [String: Any]:
            object.keys.sorted().flatMap { key -> [(path: String, tree: Any)] in
                var without = object
                without[key] = nil
                return [("\(path).\(key) removed", without as Any)]
                    + changes(of: object[key] ?? NSNull(), path: "\(path).\(key)").map { change in
                        var with = object
                        with[key] = change.tree
                        return (change.path, with)
                    }
            }
        case let array as [Any]:
            array.indices.flatMap { index -> [(path: String, tree: Any)] in
                var without = array
                without.remove(at: index)
                return [
                    ("\(path)[\(index)] removed", without as Any),
                    ("\(path)[\(index)] repeated", array + [array[index]]),
                ]
                    + changes(of: array[index], path: "\(path)[\(index)]").map { change in
                        var with = array
                        with[index] = change.tree
                        return (change.path, with)
                    }
            }
        case let number as NSNumber:
            [(path, number.doubleValue + 1), (path, -number.doubleValue - 0.5)]
        case let text as String:
            alternatives(to: text).map { (path, $0) }
        default:
            []
        }
    }

    /// Other words for a word: what is no identifier at all, and each enumeration's other cases.
    private static func alternatives(to text: String) -> [String] {
        let families: [[String]] = [
            Strategy.allCases.map(\.rawValue), PlanStage.allCases.map(\.rawValue),
            ["latency-cap", "no-servers", "capacity", "policy"],
            ["path", "access", "search"],
        ]
        return [text + "x"] + families.filter { $0.contains(text) }.flatMap { $0.filter { $0 != text } }
    }
}
