/// The kinds of session that have a policy of their own.
///
/// A snapshot states policies in full; this is what a controller takes for a session that states none.
public enum SessionType: String, Sendable, Hashable, CaseIterable {
    /// A match: everyone with everyone, every millisecond felt, few sites.
    case match
    /// A call: everyone with everyone, with speech, pictures and shared content.
    case conference
    /// Few speak to many.
    case webinar
    /// A shared world: people interact with those near them.
    case world

    /// The policy of the kind.
    public var policy: SessionPolicy {
        switch self {
        case .match:
            SessionPolicy(
                latencyCap: Latency(milliseconds: 250), siteLimit: 8, moveBudget: nil, movePrice: 10, latencyValue: 2,
                softLatencyCap: Latency(milliseconds: 60), softCapPrice: 1, capRelaxation: 5, cooldown: 30, risk: 0.05,
                media: [.audio])
        case .conference:
            SessionPolicy(
                siteLimit: 8, movePrice: 5, latencyValue: 1, softLatencyCap: Latency(milliseconds: 150),
                softCapPrice: 0.5, cooldown: 10, media: [.audio, .video, .content])
        case .webinar:
            SessionPolicy(
                movePrice: 2, latencyValue: 0.2, interaction: .audience, softLatencyCap: Latency(milliseconds: 250),
                softCapPrice: 0.1, cooldown: 60, media: [.audio, .video])
        case .world:
            SessionPolicy(
                movePrice: 2, latencyValue: 0.5, interaction: .nearby(reach: Interaction.standardReach),
                softLatencyCap: Latency(milliseconds: 100), softCapPrice: 0.5, cooldown: 20, media: [.audio])
        }
    }
}

extension SessionPolicy {
    /// The policy of a session type by its name; of an unknown one, a policy that binds nothing.
    public static func standard(for type: String) -> SessionPolicy {
        SessionType(rawValue: type)?.policy ?? SessionPolicy()
    }
}
