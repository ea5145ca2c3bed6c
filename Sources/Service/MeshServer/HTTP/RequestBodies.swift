import Foundation
import MeshAPI
import MeshControl
import MeshTypes

/// Reads the bodies of requests; all that is wrong with one is said at once.
enum RequestBodies {
    /// The most items of a batch.
    static let batchLimit = 10_000
    private static let reportKeys = ["id", "latitude", "longitude", "profile", "accessClass"]

    static func token(_ tree: JSONTree) throws(Problem) -> TokenRequest {
        var reader = FieldReader()
        guard
            let fields = reader.object(
                tree, "", keys: ["role", "session", "participant", "server", "lifetime"])
        else { return try reader.finish(nil) }
        let word = reader.require(reader.text(fields["role"], "/role"), fields["role"], "/role")
        let role = word.flatMap(Role.init(rawValue:))
        if let word, role == nil {
            reader.fault("/role", "is \(word.debugDescription); expected operator, edge or participant")
        }
        let session: SessionID? = reader.identifier(fields["session"], "/session")
        if role == .participant, fields["session"] == nil {
            reader.fault("/session", "is missing; a participant's token is for one session")
        }
        let request = TokenRequest(
            role: role ?? .participant, session: session,
            participant: reader.identifier(fields["participant"], "/participant"),
            server: reader.identifier(fields["server"], "/server"),
            lifetime: reader.integer(fields["lifetime"], "/lifetime", in: 1...TokenAuthority.longestLifetime))
        return try reader.finish(request)
    }

    static func session(
        _ tree: JSONTree, makeIdentifier: () -> SessionID
    ) throws(Problem) -> (opening: SessionOpening, isNameless: Bool) {
        var reader = FieldReader()
        guard
            let fields = reader.object(
                tree, "", keys: ["id", "type", "expectedParticipants", "policy", "participants"])
        else { return try reader.finish(nil) }
        let id: SessionID? = reader.identifier(fields["id"], "/id")
        let type = reader.require(
            reader.text(fields["type"], "/type", longest: 64), fields["type"], "/type")
        let expected = reader.integer(
            fields["expectedParticipants"], "/expectedParticipants", in: 0...10_000_000)
        let policy = fields["policy"].flatMap { reader.policy($0, "/policy", type: type ?? "") }
        var people: [ParticipantReport] = []
        if let list = fields["participants"] {
            if case .array = list {
                people = reader.people(list, "/participants")
            } else {
                reader.fault("/participants", "is \(list.kind); expected an array")
            }
        }
        let opening = SessionOpening(
            id: id ?? makeIdentifier(), type: type ?? "", policy: policy, expectedParticipants: expected,
            participants: people)
        return try reader.finish((opening, fields["id"] == nil))
    }

    static func participants(_ tree: JSONTree) throws(Problem) -> (people: [ParticipantReport], isOne: Bool) {
        var reader = FieldReader()
        let people = reader.people(tree, "")
        if people.isEmpty { reader.fault("", "is an empty array; expected one participant at least") }
        if case .array = tree { return try reader.finish((people, false)) }
        return try reader.finish((people, true))
    }

    /// Reports of where people are: an array, or one. What is left out stays as it is.
    static func reports(_ tree: JSONTree) throws(Problem) -> [ParticipantReport] {
        var reader = FieldReader()
        let people = reader.people(tree, "", isReport: true)
        if people.isEmpty { reader.fault("", "is an empty array; expected one report at least") }
        return try reader.finish(people)
    }

    static func report(_ tree: JSONTree, of id: ParticipantID) throws(Problem) -> ParticipantReport {
        var reader = FieldReader()
        guard let fields = reader.object(tree, "", keys: reportKeys) else { return try reader.finish(nil) }
        if let named: ParticipantID = reader.identifier(fields["id"], "/id"), named != id {
            reader.fault("/id", "is not the participant of the path; expected that or none")
        }
        let report = reader.place(fields, "", id: id, isReport: true)
        return try reader.finish(report)
    }

    static func identifiers(_ tree: JSONTree) throws(Problem) -> [ParticipantID] {
        var reader = FieldReader()
        let items = reader.items(tree, "")
        let found: [ParticipantID] = items.prefix(batchLimit).compactMap { reader.identifier($0.0, $0.1) }
        reader.batch(items.count, "")
        reader.distinct(found, "")
        return try reader.finish(found)
    }

    static func server(_ tree: JSONTree) throws(Problem) -> ServerRequest {
        var reader = FieldReader()
        let keys = ["latitude", "longitude", "capacity", "price", "region", "provider", "address", "name", "instance"]
        guard let fields = reader.object(tree, "", keys: keys) else { return try reader.finish(nil) }
        for key in ["latitude", "longitude", "capacity", "price"] where fields[key] == nil {
            reader.fault("/\(key)", "is missing")
        }
        let request = ServerRequest(
            latitude: reader.number(fields["latitude"], "/latitude", in: -90...90) ?? 0,
            longitude: reader.number(fields["longitude"], "/longitude", in: -180...180) ?? 0,
            capacity: reader.integer(fields["capacity"], "/capacity", in: 1...1_000_000) ?? 1,
            price: reader.number(fields["price"], "/price", in: 0...1e9) ?? 0,
            region: reader.optionalText(fields["region"], "/region"),
            provider: reader.optionalText(fields["provider"], "/provider"),
            address: reader.optionalText(fields["address"], "/address"),
            name: reader.optionalText(fields["name"], "/name"),
            instance: reader.optionalText(fields["instance"], "/instance"))
        return try reader.finish(request)
    }

    static func heartbeat(_ bytes: [UInt8]) throws(Problem) -> HeartbeatRequest {
        guard !bytes.isEmpty else { return HeartbeatRequest() }
        var reader = FieldReader()
        let keys = ["available", "participants", "relay", "instance"]
        guard let fields = reader.object(try FieldReader.tree(bytes), "", keys: keys) else {
            return try reader.finish(nil)
        }
        let relay = fields["relay"].flatMap { _ in reader.relay(bytes) }
        let request = HeartbeatRequest(
            available: reader.number(fields["available"], "/available", in: 0...1),
            participants: reader.integer(fields["participants"], "/participants", in: 0...1_000_000_000),
            relay: relay, instance: reader.optionalText(fields["instance"], "/instance"))
        return try reader.finish(request)
    }

    static func expectation(_ tree: JSONTree) throws(Problem) -> ExpectedDemand {
        var reader = FieldReader()
        guard let fields = reader.object(tree, "", keys: ["type", "region", "from", "to", "factor"]) else {
            return try reader.finish(nil)
        }
        for key in ["type", "from", "to", "factor"] where fields[key] == nil { reader.fault("/\(key)", "is missing") }
        let from = reader.time(fields["from"], "/from")
        let to = reader.time(fields["to"], "/to")
        if let from, let to, to <= from { reader.fault("/to", "is not after from") }
        let demand = ExpectedDemand(
            sessionType: reader.text(fields["type"], "/type", longest: 64) ?? "",
            region: reader.optionalText(fields["region"], "/region"),
            from: from ?? ControlTime(milliseconds: 0), to: to ?? ControlTime(milliseconds: 0),
            factor: reader.number(fields["factor"], "/factor", in: 0...1000) ?? 1)
        return try reader.finish(demand)
    }
}

extension FieldReader {
    private struct Reporting: Decodable { var relay: RelayReport }

    /// A relay's report in a heartbeat's body.
    mutating func relay(_ bytes: [UInt8]) -> RelayReport? {
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

    /// A text that may be absent or null.
    mutating func optionalText(_ tree: JSONTree?, _ pointer: String) -> String? {
        if case .null = tree { return nil }
        return text(tree, pointer)
    }

    mutating func time(_ tree: JSONTree?, _ pointer: String) -> ControlTime? {
        guard let text = text(tree, pointer) else { return nil }
        guard let time = Timestamp.time(text) else {
            fault(pointer, "is \(text.prefix(40).debugDescription); expected a time as RFC 3339 in UTC")
            return nil
        }
        return time
    }

    /// Notes a fault when a batch is too long.
    mutating func batch(_ count: Int, _ pointer: String) {
        if count > RequestBodies.batchLimit {
            fault(pointer, "holds \(count) items; expected at most \(RequestBodies.batchLimit)")
        }
    }

    /// Notes a fault for each identifier that is there twice.
    mutating func distinct(_ ids: [ParticipantID], _ pointer: String) {
        var seen: Set<ParticipantID> = []
        for (index, id) in ids.enumerated() where !seen.insert(id).inserted {
            fault("\(pointer)/\(index)", "is \(id) a second time; expected each participant once")
        }
    }

    mutating func people(_ tree: JSONTree, _ pointer: String, isReport: Bool = false) -> [ParticipantReport] {
        let items = items(tree, pointer)
        batch(items.count, pointer)
        var people: [ParticipantReport] = []
        people.reserveCapacity(min(items.count, RequestBodies.batchLimit))
        for (item, place) in items.prefix(RequestBodies.batchLimit) {
            let keys = ["id", "latitude", "longitude", "profile", "accessClass"]
            guard let fields = object(item, place, keys: keys) else { continue }
            let id: ParticipantID? = require(
                identifier(fields["id"], "\(place)/id"), fields["id"], "\(place)/id")
            if let person = self.place(fields, place, id: id ?? "", isReport: isReport) { people.append(person) }
        }
        distinct(people.map(\.id), pointer)
        return people
    }

    mutating func place(
        _ fields: [String: JSONTree], _ pointer: String, id: ParticipantID, isReport: Bool
    ) -> ParticipantReport? {
        for key in ["latitude", "longitude"] where fields[key] == nil { fault("\(pointer)/\(key)", "is missing") }
        let latitude = number(fields["latitude"], "\(pointer)/latitude", in: -90...90)
        let longitude = number(fields["longitude"], "\(pointer)/longitude", in: -180...180)
        let profile = text(fields["profile"], "\(pointer)/profile", longest: 64)
        let accessClass = text(fields["accessClass"], "\(pointer)/accessClass", longest: 64)
        guard let latitude, let longitude else { return nil }
        return ParticipantReport(
            id: id, latitude: latitude, longitude: longitude,
            profile: profile ?? (isReport ? "" : Profile.standardName), accessClass: accessClass ?? "")
    }
}
