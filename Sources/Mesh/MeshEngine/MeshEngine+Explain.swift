public import MeshPlanning
public import MeshTypes

/// Why an explanation cannot be given.
public enum ExplanationError: Error, Sendable, CustomStringConvertible {
    /// The snapshot has no such participant.
    case unknownParticipant(ParticipantID)
    /// The plan says nothing of the participant: it was made for another snapshot.
    case notInPlan(ParticipantID)
    /// The snapshot contradicts itself.
    case inconsistent(PlanningError)

    /// What is wrong, in one line.
    public var description: String {
        switch self {
        case .unknownParticipant(let id): "the snapshot has no participant \(id)"
        case .notInPlan(let id): "the plan does not mention participant \(id); was it made for this snapshot?"
        case .inconsistent(let error): error.message
        }
    }
}

extension MeshEngine {
    /// Explains where the plan serves a participant.
    ///
    /// Every alternative is priced exactly, all other participants staying where they are: interaction of the pairs with
    /// this participant, rent of the servers that become needed or free, disruption against the previous plan.
    ///
    /// - Complexity: O(sites^3) for the routes, then O(sites * participants of the session).
    public func explain(
        _ snapshot: Snapshot, _ plan: Plan, participant: ParticipantID
    ) throws(ExplanationError) -> Explanation {
        guard let number = snapshot.participants.firstIndex(where: { $0.id == participant }) else {
            throw .unknownParticipant(participant)
        }
        let person = snapshot.participants[number]
        guard let session = snapshot.sessions.first(where: { $0.id == person.session }),
            let sessionPlan = plan.sessions.first(where: { $0.id == person.session })
        else { throw .notInPlan(participant) }
        let reason = sessionPlan.unserved.first { $0.participant == participant }?.reason
        guard reason != nil || sessionPlan.assignment[participant] != nil else { throw .notInPlan(participant) }
        do {
            let whatIf = try SingleMove(
                snapshot: snapshot, plan: plan, session: session, sessionPlan: sessionPlan, participant: number)
            return whatIf.explanation(unserved: reason)
        } catch {
            throw .inconsistent(error)
        }
    }
}
