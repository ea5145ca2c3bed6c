import Optimization

/// The service side of a facility problem as Benders decomposition sees it: what serving everyone costs at given,
/// possibly fractional, openings, told by customer prices.
///
/// Any prices `v` make a cut for a group `g` of customers, `theta[g] >= sum of v[j] - sum over i of profit[g][i](v) * y[i]`,
/// where the profits of the groups add up to the profit of ``FacilityCertificate``. Cuts are kept as prices, so that
/// a combination of cuts is a combination of prices, whose Lagrangian bound is no worse (profit is convex).
protocol BendersSubproblem: PriceOracle {
    /// The customers of each group; together all of them, once each.
    var groups: [[Int]] { get }
    /// Finds prices whose cuts hold with equality at `openness`; `values` receives what each group costs there.
    /// Returns why it stopped early, if it did.
    mutating func separate(
        at openness: [Double], prices: inout [Double], values: inout [Double], monitor: StopMonitor
    ) throws(SolverError) -> Termination?
    /// Adds up what each facility earns from one group at the prices of its customers, in the group's order.
    mutating func profits(of group: Int, prices: [Double], into profits: inout [Double])
}

/// The service side without capacities: customers are independent, and the best prices are known in closed form.
struct UncapacitatedSubproblem: BendersSubproblem {
    private var oracle: UncapacitatedOracle
    let groups: [[Int]]

    var fixings: Fixings {
        get { oracle.fixings }
        set { oracle.fixings = newValue }
    }
    var bound: LagrangianBound { oracle.bound }
    var isChosen: [Bool] { oracle.isChosen }

    init(oracle: UncapacitatedOracle, groups: [[Int]]) {
        self.oracle = oracle
        self.groups = groups
    }

    mutating func evaluate(_ prices: [Double]) -> Double { oracle.evaluate(prices) }
    mutating func unserved(_ prices: [Double], into gradient: inout [Double]) {
        oracle.unserved(prices, into: &gradient)
    }

    /// Fills each customer from its cheapest facility up; the facility at which it is full sets the price.
    ///
    /// Source: Fischetti, Ljubic, Sinnl, "Redesigning Benders decomposition for large-scale facility location",
    /// Management Science 63 (2017), section 3.
    mutating func separate(
        at openness: [Double], prices: inout [Double], values: inout [Double], monitor: StopMonitor
    ) -> Termination? {
        let lists = oracle.lists
        for (group, customers) in groups.enumerated() {
            var total = 0.0
            for customer in customers {
                var left = 1.0
                var cost = 0.0
                var price = lists.ceilings[customer]
                for entry in lists.starts[customer]..<lists.starts[customer + 1] {
                    let part = openness[Int(lists.facilities[entry])]
                    guard part > 0 else { continue }
                    if part >= left - 1e-12 {
                        price = lists.costs[entry]
                        break
                    }
                    cost += part * lists.costs[entry]
                    left -= part
                }
                prices[customer] = price
                total += cost + left * price
            }
            values[group] = total
        }
        return nil
    }

    mutating func profits(of group: Int, prices: [Double], into profits: inout [Double]) {
        let lists = oracle.lists
        for facility in profits.indices { profits[facility] = 0 }
        for (index, customer) in groups[group].enumerated() {
            for entry in lists.starts[customer]..<lists.starts[customer + 1] {
                let gain = prices[index] - lists.costs[entry]
                guard gain > 0 else { break }
                profits[Int(lists.facilities[entry])] += gain
            }
        }
    }

    /// Groups customers that the same open facility serves, then the same cheapest one, into `count` equal groups.
    static func groups(lists: ServiceLists, isOpen: [Bool], count: Int) -> [[Int]] {
        let keys = (0..<lists.customerCount).map { customer -> (Int32, Int32, Int) in
            let list = lists.facilities[lists.starts[customer]..<lists.starts[customer + 1]]
            return (list.first { isOpen[Int($0)] } ?? -1, list.first ?? -1, customer)
        }
        let sorted = keys.sorted { $0 < $1 }.map(\.2)
        return (0..<min(count, sorted.count)).map { part in
            Array(sorted[(part * sorted.count / count)..<((part + 1) * sorted.count / count)])
        }
    }
}
