/// What proves the bound of a ``FacilityResult``.
///
/// All of it rests on one inequality. For any prices `v` (one a customer, what it would pay to be served), the
/// Lagrangian bound over the facilities is
///
///     L(v) = sum over j of v[j]  +  least over allowed y of  sum over i of (opening[i] - profit[i](v)) * y[i]
///     profit[i](v) = largest sum over j of (v[j] - cost[j][i]) * x[j]
///                    with 0 <= x[j] <= 1 and sum over j of demand[j] * x[j] <= capacity[i]
///
/// and no solution costs less. The allowed `y` open between ``FacilityProblem/minimumOpen`` and `maximumOpen` facilities,
/// and no fewer than it takes for the largest capacities to hold the demand. `profit` is a sum of positive parts without a capacity, and a fractional knapsack with
/// one, so a checker recomputes the bound in O(m n log n) from the prices alone. Where customers are single-source and
/// demands are whole, `x` is binary in `profit`: a 0-1 knapsack, by dynamic programming.
/// Sources: Erlenkotter (1978) for the uncapacitated dual; Cornuejols, Sridharan, Thizy (1991) for the capacitated one.
public enum FacilityCertificate: Sendable, Hashable {
    /// Prices whose Lagrangian bound, over every allowed set of open facilities, is the result's bound.
    case dual(prices: [Double])
    /// A search tree: the leaves together cover every set of open facilities, and each leaf's prices prove its bound.
    case branchAndBound(leaves: [Leaf])
    /// No solution exists; the reason is named.
    case infeasible(Infeasibility)
    /// Nothing that can be checked: the bound is the solver's word.
    case none

    /// A part of the search space, in which some facilities are fixed open or closed, with prices that bound it.
    ///
    /// Where customers are single-source, who serves whom may be fixed too.
    public struct Leaf: Sendable, Hashable {
        /// A customer and a facility.
        public struct Pair: Sendable, Hashable {
            /// The customer.
            public var customer: Int
            /// The facility.
            public var facility: Int

            /// Creates a pair.
            public init(customer: Int, facility: Int) {
                self.customer = customer
                self.facility = facility
            }
        }

        /// The facilities fixed open in this leaf.
        public var open: [Int]
        /// The facilities fixed closed in this leaf.
        public var closed: [Int]
        /// Single-source: the customers fixed to a facility, which is then open.
        public var served: [Pair]
        /// Single-source: the customers that a facility is fixed not to serve.
        public var refused: [Pair]
        /// One price a customer; empty for a leaf that `infeasible` says holds no solution at all.
        public var prices: [Double]

        /// Creates a leaf.
        public init(open: [Int], closed: [Int], served: [Pair] = [], refused: [Pair] = [], prices: [Double]) {
            self.open = open
            self.closed = closed
            self.served = served
            self.refused = refused
            self.prices = prices
        }
    }

    /// Why no solution exists.
    public enum Infeasibility: Sendable, Hashable {
        /// These customers together demand more than the facilities that may serve any of them can hold.
        case capacityShort(customers: [Int])
        /// This customer has no facility that may serve it.
        case unreachable(customer: Int)
        /// The number of facilities that must be open cannot serve everyone; no shorter proof is given.
        case openCount
    }

    /// The word of the command line's JSON.
    public var kind: String {
        switch self {
        case .dual: "dual"
        case .branchAndBound: "branch-and-bound"
        case .infeasible: "cut"
        case .none: "none"
        }
    }
}
