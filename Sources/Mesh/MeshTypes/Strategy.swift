/// How a plan is made. All but ``best`` are what others do, kept for comparison.
public enum Strategy: RawRepresentable, Sendable, Hashable, Codable, CaseIterable {
    /// The full ladder: the best plan found, with a certified bound on how much better any plan could be.
    case best
    /// The one site that is best for the whole session.
    case single
    /// Everyone to the nearest site that has room.
    case nearest
    /// Everyone to the least loaded site of their own region, with fallbacks by region.
    case region
    /// Sites opened one by one, each the one that improves the objective most.
    case greedy

    /// The earlier name of ``best``, which is read as ever: nothing is called optimal that is not proved.
    public static let optimal = Strategy.best

    /// The strategy of a name; `optimal` names ``best`` too.
    public init?(rawValue name: String) {
        switch name {
        case "best", "optimal": self = .best
        case "single": self = .single
        case "nearest": self = .nearest
        case "region": self = .region
        case "greedy": self = .greedy
        default: return nil
        }
    }

    /// The name as it is written.
    public var rawValue: String {
        switch self {
        case .best: "best"
        case .single: "single"
        case .nearest: "nearest"
        case .region: "region"
        case .greedy: "greedy"
        }
    }
}

/// The last rung of the anytime ladder that a plan reached.
public enum PlanStage: String, Sendable, Hashable, Codable, CaseIterable {
    /// A baseline strategy; there is no ladder.
    case baseline
    /// The previous plan, repaired.
    case repair
    /// Facility location and minimum-cost flow assigned everyone.
    case flow
    /// Local search over the pair objective began and was stopped by the deadline.
    case improving
    /// Local search ended: no single change of the neighbourhood improves the plan.
    case localOptimum = "local-optimum"
    /// The bound meets the objective: the plan is proved optimal.
    case proved
}
