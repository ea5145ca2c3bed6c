import MeshTypes

/// Participants' identifiers belong to their session. The controller, which knows one table of people, and the log have
/// them with the session's before theirs: `evening/ada`. Identifiers hold no `/`, so that no two are confused.
///
/// Logs of older builds have bare ones, which were unique in the service; they stay as they are.
extension Identifier where Entity == Participant {
    /// The identifier as the log and the controller have it.
    func qualified(by session: SessionID) -> ParticipantID { ParticipantID("\(session)/\(description)") }

    /// The identifier as its session has it.
    var local: ParticipantID {
        guard let slash = description.utf8.firstIndex(of: UInt8(ascii: "/")) else { return self }
        return ParticipantID(String(description[description.utf8.index(after: slash)...]))
    }

    /// Whether it names its session.
    var isQualified: Bool { description.utf8.contains(UInt8(ascii: "/")) }
}

extension Snapshot {
    /// The names that people go by outside of the service: as their sessions have them where that is unique, else qualified.
    ///
    /// - Complexity: O(participants).
    func outerNames() -> [ParticipantID: ParticipantID] {
        var counts: [ParticipantID: Int] = [:]
        for person in participants { counts[person.id.local, default: 0] += 1 }
        return Dictionary(
            participants.map { ($0.id, counts[$0.id.local] == 1 ? $0.id.local : $0.id) },
            uniquingKeysWith: { first, _ in first })
    }

    /// The snapshot with people under other names.
    func renamed(_ names: [ParticipantID: ParticipantID]) -> Snapshot {
        var snapshot = self
        for index in participants.indices {
            snapshot.participants[index].id = names[participants[index].id] ?? participants[index].id
        }
        snapshot.previous = previous?.renamed(names)
        return snapshot
    }
}

extension Plan {
    /// The plan with people under other names.
    func renamed(_ names: [ParticipantID: ParticipantID]) -> Plan {
        var plan = self
        for index in sessions.indices {
            let assignment = sessions[index].assignment.map { (names[$0.key] ?? $0.key, $0.value) }
            plan.sessions[index].assignment = Dictionary(assignment, uniquingKeysWith: { first, _ in first })
            for place in sessions[index].unserved.indices {
                let id = sessions[index].unserved[place].participant
                plan.sessions[index].unserved[place].participant = names[id] ?? id
            }
        }
        return plan
    }
}
