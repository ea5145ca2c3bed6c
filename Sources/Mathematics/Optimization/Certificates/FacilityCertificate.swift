/// What proves the bound of a ``FacilityResult``.
///
/// All of it rests on one inequality. For any prices `v` (one a customer, what it would pay to be served), the
/// Lagrangian bound over the facilities is
///
///     L(v) = constant + sum over j of v[j]
///            + least over allowed n of  sum over open i of (opening[i] + serverCost[i] * n[i] - profit[i](v, n[i]))
///     profit[i](v, n) = largest sum over j of (v[j] - cost[j][i]) * x[j] - congestion[i](load)
///                       with 0 <= x[j] <= 1 and load = sum over j of demand[j] * x[j] <= n * capacity[i]
///
/// and no solution costs less. The allowed server counts `n` follow the site rules and limits, open (have 1 or more at)
/// between ``FacilityProblem/minimumOpen`` and `maximumOpen` facilities, and no fewer than it takes for the largest
/// capacities to hold the demand. `profit` is a sum of positive parts without capacity and congestion, and a fractional
/// knapsack with them, so a checker recomputes the bound in O(m n log n) from the prices alone. Where customers are
/// single-source, `x` is binary in `profit`: a 0-1 knapsack, by dynamic programming over whole loads or over the
/// undominated pairs of load and profit.
/// Sources: Erlenkotter (1978) for the uncapacitated dual; Cornuejols, Sridharan, Thizy (1991) for the capacitated one;
/// Nemhauser, Ullmann (1969) for undominated pairs.
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

        /// A limit on the number of servers at a facility.
        public struct ServerBound: Sendable, Hashable {
            /// The facility.
            public var facility: Int
            /// The number of servers.
            public var servers: Int

            /// Creates a limit.
            public init(facility: Int, servers: Int) {
                self.facility = facility
                self.servers = servers
            }
        }

        /// The facilities fixed open in this leaf.
        public var open: [Int]
        /// The facilities fixed closed in this leaf.
        public var closed: [Int]
        /// The facilities fixed to hold at least so many servers, 2 or more.
        public var atLeast: [ServerBound]
        /// The facilities fixed to hold at most so many servers, 1 or more.
        public var atMost: [ServerBound]
        /// Single-source: the customers fixed to a facility, which is then open.
        public var served: [Pair]
        /// Single-source: the customers that a facility is fixed not to serve.
        public var refused: [Pair]
        /// One price a customer; empty for a leaf that `infeasible` says holds no solution at all.
        public var prices: [Double]

        /// Creates a leaf.
        public init(
            open: [Int], closed: [Int], atLeast: [ServerBound] = [], atMost: [ServerBound] = [], served: [Pair] = [],
            refused: [Pair] = [], prices: [Double]
        ) {
            self.open = open
            self.closed = closed
            self.atLeast = atLeast
            self.atMost = atMost
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
        /// These customers alone cannot be served, and the leaves prove it; without customers, no allowed set of facilities
        /// exists at all.
        ///
        /// The leaves are a search tree over the problem of serving just these customers (customer `k` of a leaf is
        /// `customers[k]`) in which everything is free of charge: a solution would cost 0, so a leaf whose bound is above
        /// 0 holds none.
        case unserved(customers: [Int], leaves: [Leaf])
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
