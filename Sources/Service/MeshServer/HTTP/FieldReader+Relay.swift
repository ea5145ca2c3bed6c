import Foundation
import MeshAPI

extension FieldReader {
    /// The largest count that a double holds with all before it; the interface's numbers go no further.
    static let largestCount = (1 << 53) - 1

    /// The most neighbours, counters and attachments of a report.
    private static let (linkLimit, counterLimit, attachmentLimit) = (4096, 1000, 100_000)

    /// A relay's report in a heartbeat's body: the ranges of its fields are looked at, then it is read.
    ///
    /// - Parameter bytes: the body that holds it.
    mutating func relay(_ tree: JSONTree, _ bytes: [UInt8]) -> RelayReport? {
        let (place, before) = ("/relay", faults.count)
        guard let fields = object(tree, place, keys: nil) else { return nil }
        for key in ["tableVersion", "participants", "reserves", "isDraining", "links", "counters", "attachments"]
        where fields[key] == nil { fault("\(place)/\(key)", "is missing") }
        _ = integer(fields["tableVersion"], "\(place)/tableVersion", in: 0...Self.largestCount)
        if case .null = fields["epoch"] {
        } else {
            _ = integer(fields["epoch"], "\(place)/epoch", in: 0...Self.largestCount)
        }
        _ = optionalText(fields["controller"], "\(place)/controller")
        _ = integer(fields["participants"], "\(place)/participants", in: 0...1_000_000)
        _ = integer(fields["reserves"], "\(place)/reserves", in: 0...1_000_000)
        _ = flag(fields["isDraining"], "\(place)/isDraining")
        for (item, place) in list(fields["links"], "\(place)/links", atMost: Self.linkLimit) { link(item, place) }
        for (item, place) in list(fields["attachments"], "\(place)/attachments", atMost: Self.attachmentLimit) {
            attachment(item, place)
        }
        counters(fields["counters"], "\(place)/counters")
        guard faults.count == before else { return nil }
        return decoded(bytes)
    }

    private mutating func link(_ tree: JSONTree, _ place: String) {
        guard let fields = object(tree, place, keys: nil) else { return }
        for key in ["site", "loss", "sent", "received", "isSilent"] where fields[key] == nil {
            fault("\(place)/\(key)", "is missing")
        }
        _ = integer(fields["site"], "\(place)/site", in: 0...4095)
        _ = number(fields["loss"], "\(place)/loss", in: 0...1)
        _ = flag(fields["isSilent"], "\(place)/isSilent")
        traffic(fields, place)
    }

    private mutating func attachment(_ tree: JSONTree, _ place: String) {
        guard let fields = object(tree, place, keys: nil) else { return }
        for key in ["session", "stream", "isActive", "sent", "received"] where fields[key] == nil {
            fault("\(place)/\(key)", "is missing")
        }
        for key in ["session", "stream"] { _ = integer(fields[key], "\(place)/\(key)", in: 0...Int(UInt32.max)) }
        _ = flag(fields["isActive"], "\(place)/isActive")
        traffic(fields, place)
    }

    /// What links and attachments have alike.
    private mutating func traffic(_ fields: [String: JSONTree], _ place: String) {
        for key in ["sent", "received"] { _ = integer(fields[key], "\(place)/\(key)", in: 0...Self.largestCount) }
        if case .null = fields["roundTrip"] { return }
        _ = number(fields["roundTrip"], "\(place)/roundTrip", in: 0...60_000)
    }

    private mutating func counters(_ tree: JSONTree?, _ place: String) {
        guard let tree else { return }
        guard case .object(let members) = tree else {
            return fault(place, "is \(tree.kind); expected an object of counts")
        }
        if members.count > Self.counterLimit {
            fault(place, "holds \(members.count) counts; expected at most \(Self.counterLimit)")
        }
        for member in members.prefix(Self.counterLimit) {
            _ = integer(
                member.value, "\(place)/\(Self.shortened(member.key))", in: 0...Self.largestCount)
        }
    }

    /// The items of an array that may be absent, with their places.
    private mutating func list(_ tree: JSONTree?, _ place: String, atMost limit: Int) -> [(JSONTree, String)] {
        guard let tree else { return [] }
        guard case .array(let items) = tree else {
            fault(place, "is \(tree.kind); expected an array")
            return []
        }
        if items.count > limit { fault(place, "holds \(items.count) items; expected at most \(limit)") }
        return items.prefix(limit).enumerated().map { ($1, "\(place)/\($0)") }
    }

    private struct Reporting: Decodable { var relay: RelayReport }

    private mutating func decoded(_ bytes: [UInt8]) -> RelayReport? {
        do {
            return try JSONDecoder().decode(Reporting.self, from: Data(bytes)).relay
        } catch DecodingError.keyNotFound(let key, let context) {
            fault(Self.pointer(context.codingPath + [key]), "is missing")
        } catch DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context),
            DecodingError.dataCorrupted(let context)
        {
            fault(Self.pointer(context.codingPath), "is not of the kind that a relay's report has there")
        } catch {
            fault("/relay", "is no relay's report")
        }
        return nil
    }

    private static func pointer(_ path: [any CodingKey]) -> String {
        // Numbers beyond their range come without a path.
        path.isEmpty ? "/relay" : path.map { "/" + ($0.intValue.map(String.init) ?? $0.stringValue) }.joined()
    }
}
