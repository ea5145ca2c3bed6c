public import MeshTypes

/// A session's mesh as the controller has it.
public struct MeshView: Sendable, Hashable, Codable {
    /// The session.
    public var session: SessionID
    /// Its type.
    public var type: String
    /// Counts the meshes that were published.
    public var version: Int
    /// The sites, ascending.
    public var sites: [SiteID]
    /// Servers rented at each.
    public var servers: [SiteID: Int]
    /// Who is served where.
    public var assignment: [ParticipantID: SiteID]
    /// Who is not served, and why, ascending.
    public var unserved: [SessionPlan.Unserved]
    /// Participants.
    public var participants: Int
    /// What the mesh costs.
    public var cost: SessionPlan.Cost
    /// A lower bound on what any mesh for the session costs; 0 when none is known yet.
    public var bound: Double
    /// How much more the mesh costs than the bound; `nil` when no bound is known yet.
    public var gap: Double?
}
