public import MeshTypes

/// Why a participant is served where it is: what it costs there, what it would cost elsewhere, and what would have to
/// change for the plan to be better off with it elsewhere.
public struct Explanation: Sendable, Hashable, Codable {
    /// The participant.
    public var participant: ParticipantID
    /// Its session.
    public var session: SessionID
    /// The site that serves it; `nil` when none does.
    public var site: SiteID?
    /// Why no site serves it, if none does.
    public var unserved: SessionPlan.Unserved.Reason?
    /// What serving it would cost, if none does and that is known.
    public var price: Double?
    /// What holds the session's plan back, in words: limits that are reached, sites whose servers are all rented.
    public var binding: [String]
    /// What the participant feels and costs at its site; `nil` when none serves it.
    public var current: Charge?
    /// The alternatives, cheapest change first; those that are not possible come last, with the reason.
    public var alternatives: [Alternative]
    /// The cheapest possible alternative.
    public var runnerUp: SiteID?
    /// What would make the runner-up the better choice, in words.
    public var wouldChange: String

    /// What a participant feels and costs at a site.
    public struct Charge: Sendable, Hashable, Codable {
        /// Access latency, ms.
        public var access: Double
        /// Mean pair latency to and from the others of the session, ms.
        public var meanPairLatency: Double
        /// The part of the session's interaction cost in pairs with this participant.
        public var interaction: Double
        /// Its share of the site's rent, by load.
        public var rent: Double
        /// What its move costs, if it moves.
        public var disruption: Double
        /// What its access latency above the soft cap costs.
        public var excess: Double
    }

    /// Another site for the same participant, all others staying where they are.
    public struct Alternative: Sendable, Hashable, Codable {
        /// The site.
        public var site: SiteID
        /// Access latency there, ms.
        public var access: Double
        /// Change of the interaction cost.
        public var interaction: Double
        /// Change of the rent.
        public var rent: Double
        /// Change of the disruption cost.
        public var disruption: Double
        /// Change of the cost of access latency above the soft cap.
        public var excess: Double
        /// Change of the objective: the sum of the four, and for somebody left out less what that costs.
        public var change: Double
        /// Why the alternative is not possible, if it is not.
        public var obstacle: String?
        /// By how many ms the access latency there must fall for the objective to be no worse; `nil` when the
        /// alternative is not possible or latency alone cannot tip it.
        public var tippingPoint: Double?
    }
}
