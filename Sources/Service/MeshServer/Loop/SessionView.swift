import Foundation
import MeshAPI
import MeshInstances
import MeshTypes
import Synchronization

/// A session as readers see it: a value that nobody changes. Its text is made once, when somebody first asks.
final class SessionView: Sendable {
    let id: SessionID
    let type: String
    let participants: Int
    /// The session's number, which no other has or had.
    let life: UInt32
    let mesh: Mesh
    /// People served at each site.
    let counts: [SiteID: Int]
    /// Those whom the log has by a bare identifier, from a build that knew no other.
    private let bare: Set<ParticipantID>
    private let text = Mutex<[UInt8]?>(nil)

    init(
        id: SessionID, type: String, participants: Int, life: UInt32, mesh: Mesh, bare: Set<ParticipantID>
    ) {
        (self.id, self.type, self.participants) = (id, type, participants)
        (self.life, self.mesh, self.bare) = (life, mesh, bare)
        var counts: [SiteID: Int] = [:]
        for site in mesh.assignment.values { counts[site, default: 0] += 1 }
        self.counts = counts
    }

    /// A member, or somebody who would be one, as the log and the controller have them.
    func qualified(_ id: ParticipantID) -> ParticipantID {
        bare.contains(id) ? id : id.qualified(by: self.id)
    }

    /// The mesh as JSON.
    func meshText() throws -> [UInt8] {
        if let known = text.withLock({ $0 }) { return known }
        let made = try JSONText.encode(mesh)
        text.withLock { $0 = made }
        return made
    }

    var summary: SessionSummary {
        SessionSummary(
            id: id, type: type, participants: participants, waiting: mesh.waiting.count, version: mesh.version,
            gap: mesh.gap)
    }

    var response: SessionResponse {
        SessionResponse(id: id, type: type, participants: participants, mesh: mesh)
    }

    /// Everybody in it.
    var members: [ParticipantID] { Array(mesh.assignment.keys) + mesh.waiting.map(\.id) }
}

/// JSON texts as the service writes them: keys sorted, so that the same value is the same bytes. A cost that is infinite is said in words,
/// since JSON has no number for it.
enum JSONText {
    static func encode(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        let words = InfiniteNumber.words
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: words.positive, negativeInfinity: words.negative, nan: words.unknown)
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(value))
    }
}
