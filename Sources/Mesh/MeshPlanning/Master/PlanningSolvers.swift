public import Optimization

/// The solvers that planning calls, as protocols; without one, a plain method of the planner's own does its part.
public struct PlanningSolvers: Sendable {
    /// Prices of the pool's master, and exchanges between sessions.
    public var linear: (any LinearSolver)?
    /// Who sits where when the sites of a mesh are full.
    public var flow: (any FlowSolver)?

    /// Solvers for planning.
    public init(linear: (any LinearSolver)? = nil, flow: (any FlowSolver)? = nil) {
        self.linear = linear
        self.flow = flow
    }

    /// None: prices by ascent on the columns, exchanges by a search of their own, no flows.
    public static let none = PlanningSolvers()
}
