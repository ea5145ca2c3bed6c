public import MeshTypes

/// What the controller wants done, in this order. A shell carries it out; the controller takes it as done.
public enum Directive: Sendable, Hashable, Codable {
    /// One step from the mesh as it was to the mesh as it is planned: make before break.
    case step(TransitionStep)
    /// Somebody cannot be served now; the price says what serving one more would cost, if anything would help.
    case decline(SessionID, ParticipantID, reason: SessionPlan.Unserved.Reason, price: Double?)
    /// A session's mesh has a new version.
    case publish(SessionID, version: Int)
    /// A session is gone, and all that it held with it.
    case dissolve(SessionID)
    /// Call for a tick at that time.
    case scheduleTick(ControlTime)
}
