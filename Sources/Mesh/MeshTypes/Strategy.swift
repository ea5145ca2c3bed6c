/// How a plan is made. All but ``optimal`` are what others do, kept for comparison.
public enum Strategy: String, Sendable, Hashable, Codable, CaseIterable {
    /// The full ladder: the best plan found, with a certified bound on how much better any plan could be.
    case optimal
    /// The one site that is best for the whole session.
    case single
    /// Everyone to the nearest site that has room.
    case nearest
    /// Everyone to the least loaded site of their own region, with fallbacks by region.
    case region
    /// Sites opened one by one, each the one that improves the objective most.
    case greedy
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
