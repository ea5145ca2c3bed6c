/// Which facilities are open and who serves whom.
public struct FacilitySolution: Sendable, Hashable {
    /// A part of a customer's demand at a facility.
    public struct Share: Sendable, Hashable {
        /// The facility.
        public var facility: Int
        /// The part of the customer's demand, above 0 and at most 1.
        public var fraction: Double

        /// Creates a share.
        public init(facility: Int, fraction: Double) {
            self.facility = facility
            self.fraction = fraction
        }
    }

    /// The open facilities, ascending.
    public var open: [Int]
    /// How many servers each open facility holds, in the order of ``open``; 1 where there is no choice.
    public var servers: [Int]
    /// For each customer its shares, which sum to 1; one share where the customer is not split.
    public var shares: [[Share]]

    /// Creates a solution; without `servers` each open facility holds one.
    public init(open: [Int], servers: [Int]? = nil, shares: [[Share]]) {
        self.open = open
        self.servers = servers ?? Array(repeating: 1, count: open.count)
        self.shares = shares
    }

    /// Creates a solution in which facility `assignment[j]` serves all of customer `j`.
    public init(open: [Int], servers: [Int]? = nil, assignment: [Int]) {
        self.init(open: open, servers: servers, shares: assignment.map { [Share(facility: $0, fraction: 1)] })
    }

    /// The facility with each customer's largest share (the lowest number among equals).
    public var assignment: [Int] {
        shares.map { shares in
            shares.max { ($0.fraction, $1.facility) < ($1.fraction, $0.facility) }?.facility ?? -1
        }
    }
}

/// The answer to a ``FacilityProblem``.
public struct FacilityResult: Sendable {
    /// Why the solve ended.
    public var termination: Termination
    /// The best solution found.
    public var solution: FacilitySolution?
    /// Its cost, evaluated from the problem's data.
    public var objective: Double?
    /// A lower bound on the cost of every solution.
    public var bound: Double?
    /// What proves the bound.
    public var certificate: FacilityCertificate
    /// Deterministic counters.
    public var statistics: SolverStatistics
    /// What the solver itself had to say.
    public var solverMessage: String

    /// The relative distance between objective and bound, where both are known.
    public var gap: Double? {
        guard let objective, let bound else { return nil }
        return OptimalityGap.relative(objective: objective, bound: bound)
    }

    /// Whether a feasible solution is in hand or proved not to exist.
    public var primalStatus: SolutionStatus {
        if solution != nil { return .feasible }
        return termination == .infeasible ? .infeasible : .none
    }

    /// Creates a result.
    public init(
        termination: Termination, solution: FacilitySolution? = nil, objective: Double? = nil, bound: Double? = nil,
        certificate: FacilityCertificate = .none, statistics: SolverStatistics = .init(), solverMessage: String = ""
    ) {
        self.termination = termination
        self.solution = solution
        self.objective = objective
        self.bound = bound
        self.certificate = certificate
        self.statistics = statistics
        self.solverMessage = solverMessage
    }
}
