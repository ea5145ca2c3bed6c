import Foundation
import MeshServer
import MeshTypes

/// A mesh as the events of its stream make it: what a subscriber has who asks for nothing.
actor EventMirror {
    private var mesh: [String: Any] = [:]
    private var isOver = false
    private var ids: [UInt64] = []
    private nonisolated let end: @Sendable () -> Void

    init?(_ service: MeshService, _ session: String) throws {
        guard let events = try service.events(of: SessionID(session)) else { return nil }
        end = events.end
        Task { [weak self] in
            for await text in events.text { await self?.take(text) }
        }
    }

    deinit { end() }

    private func take(_ text: String) {
        var fields: [String: String] = [:]
        for line in text.split(separator: "\n") {
            guard let colon = line.firstIndex(of: ":"), colon != line.startIndex else { continue }
            fields[String(line[..<colon])] = String(line[line.index(colon, offsetBy: 2)...])
        }
        if let id = fields["id"].flatMap(UInt64.init) { ids.append(id) }
        let data = (try? JSONSerialization.jsonObject(with: Data((fields["data"] ?? "{}").utf8))) as? [String: Any]
        switch fields["event"] {
        case "mesh": mesh = data ?? [:]
        case "change": change(data ?? [:])
        case "figures": merge(data ?? [:], ["version", "waiting", "gap", "objective", "bound"])
        case "dissolved": isOver = true
        default: break
        }
    }

    private func merge(_ data: [String: Any], _ keys: [String]) {
        for key in keys { mesh[key] = data[key] }
    }

    private func change(_ data: [String: Any]) {
        merge(data, ["version", "sites", "servers", "links", "waiting", "gap", "objective", "bound"])
        if let routes = data["routes"] { mesh["routes"] = routes }
        for (key, new, gone) in [("assignment", "assigned", "unassigned"), ("spares", "spares", "spareless")] {
            var map = mesh[key] as? [String: String] ?? [:]
            for person in data[gone] as? [String] ?? [] { map[person] = nil }
            for (person, site) in data[new] as? [String: String] ?? [:] { map[person] = site }
            mesh[key] = map
        }
    }

    /// Where the mesh of the events differs from one that was read, once they have had time to come.
    func difference(from text: Data) async -> String? {
        for _ in 0..<1000 {
            if Self.lines(of: mesh) == Self.lines(of: text) {
                return zip(ids, ids.dropFirst()).allSatisfy { $0 <= $1 } ? nil : "ids go back"
            }
            try? await Task.sleep(for: .milliseconds(1))
        }
        let (own, read) = (Self.lines(of: mesh), Self.lines(of: text))
        return "events \(own.subtracting(read).sorted()), read \(read.subtracting(own).sorted())".prefix(600)
            .description
    }

    /// The members of an object, each with its value as text.
    private static func lines(of object: [String: Any]) -> Set<String> {
        Set(
            object.map { key, value in
                let text = try? JSONSerialization.data(
                    withJSONObject: value, options: [.sortedKeys, .fragmentsAllowed])
                return "\(key): \(String(decoding: text ?? Data(), as: UTF8.self))"
            })
    }

    private static func lines(of text: Data) -> Set<String> {
        lines(of: (try? JSONSerialization.jsonObject(with: text)) as? [String: Any] ?? [:])
    }

    /// Whether the stream told that the session is over, once that has had time to come.
    func isDissolved() async -> Bool {
        for _ in 0..<1000 where !isOver { try? await Task.sleep(for: .milliseconds(1)) }
        return isOver
    }
}
