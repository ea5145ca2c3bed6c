import Optimization

/// The best solution so far, and the heuristic that makes better ones from the relaxation's openings.
protocol IncumbentSource {
    /// The best solution; `nil` while there is none.
    var solution: FacilitySolution? { get }
    /// The cost of the best solution; infinity while there is none.
    var cost: Double { get }
    /// Looks for a better solution near these openings; `isIntegral` says that they are a solution's.
    mutating func improve(
        openness: [Double], isIntegral: Bool, monitor: StopMonitor
    ) throws(SolverError)
}
