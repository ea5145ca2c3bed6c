import Optimization

/// Evaluates the Lagrangian bound at prices, over what the fixings leave.
protocol PriceOracle {
    /// What is fixed; an evaluation is over the rest.
    var fixings: Fixings { get set }
    /// The worths at the last prices, and their bound for any fixings.
    var bound: LagrangianBound { get }
    /// Evaluates prices and returns their bound under `fixings`.
    mutating func evaluate(_ prices: [Double]) -> Double
    /// Which facilities the last ``unserved(_:into:)`` opened.
    var isChosen: [Bool] { get }
    /// How much of each customer the facilities that the last evaluation opens leave unserved: 1 less its services,
    /// a supergradient of the bound.
    mutating func unserved(_ prices: [Double], into gradient: inout [Double])
}

/// The oracle without capacities: a facility serves every customer who pays more than it costs.
struct UncapacitatedOracle: PriceOracle {
    let problem: FacilityProblem
    let lists: ServiceLists
    var fixings: Fixings
    private(set) var bound: LagrangianBound
    private(set) var isChosen: [Bool]

    init(problem: FacilityProblem, lists: ServiceLists, fixings: Fixings) {
        self.problem = problem
        self.lists = lists
        self.fixings = fixings
        bound = LagrangianBound(
            prices: Array(repeating: -.infinity, count: lists.customerCount), lists: lists,
            openingCosts: problem.openingCosts)
        isChosen = Array(repeating: false, count: lists.facilityCount)
    }

    mutating func evaluate(_ prices: [Double]) -> Double {
        bound.evaluate(prices: prices, lists: lists, openingCosts: problem.openingCosts)
        return bound.value(fixings: fixings, problem: problem)
    }

    mutating func unserved(_ prices: [Double], into gradient: inout [Double]) {
        bound.chosen(fixings: fixings, problem: problem, into: &isChosen)
        unsafe lists.withUnsafeLists { lists in
            unsafe isChosen.withUnsafeBufferPointer { isChosen in
                for customer in 0..<prices.count {
                    let price = prices[customer]
                    var served = 0
                    var entry = unsafe lists.starts[customer]
                    let end = unsafe lists.starts[customer + 1]
                    while entry < end, unsafe lists.costs[entry] < price {
                        served += unsafe isChosen[Int(lists.facilities[entry])] ? 1 : 0
                        entry += 1
                    }
                    gradient[customer] = Double(1 - served)
                }
            }
        }
    }
}
