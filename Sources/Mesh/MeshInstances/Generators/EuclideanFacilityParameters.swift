public import Optimization

/// Facility location in the plane: facilities and customers at random in a square, costs their distances.
///
/// Distances are rounded to whole numbers and multiplied with the customer's demand; with the default demand of 1 they
/// are plain distances. Capacities, if asked for, are drawn around an even share of the demand times the slack.
///
/// Source: the Euclidean instances of Kochetov, Ivanenko, "Computationally difficult instances for the uncapacitated
/// facility location problem" (2005): a square of 7,000, opening costs of 3,000.
public struct EuclideanFacilityParameters: FacilityGenerator, Hashable {
    /// Facilities.
    public var facilities: Int
    /// Customers.
    public var customers: Int
    /// The side of the square.
    public var side: Double
    /// Opening costs.
    public var openingCosts: ClosedRange<Int>
    /// Demands.
    public var demands: ClosedRange<Int>
    /// Capacity of all facilities together, as a multiple of the demand; `nil` for none.
    public var slack: Double?

    /// Creates parameters.
    public init(
        facilities: Int, customers: Int, side: Double = 7_000, openingCosts: ClosedRange<Int> = 3_000...3_000,
        demands: ClosedRange<Int> = 1...1, slack: Double? = nil
    ) {
        self.facilities = facilities
        self.customers = customers
        self.side = side
        self.openingCosts = openingCosts
        self.demands = demands
        self.slack = slack
    }

    /// Makes the problem of a seed. O(facilities * customers).
    ///
    /// - Throws: ``ParameterError`` when a number is out of range.
    public func generate(seed: UInt64) throws(ParameterError) -> FacilityProblem {
        try ParameterError.check("facilities", facilities, in: 1...GeneratorLimits.arcs)
        try ParameterError.check("customers", customers, in: 1...GeneratorLimits.arcs / facilities)
        try ParameterError.check("side", side, in: 1...1e8)
        try ParameterError.check("opening-costs", openingCosts, in: 0...GeneratorLimits.amount)
        try ParameterError.check("demands", demands, in: 1...1_000_000)
        if let slack { try ParameterError.check("slack", slack, in: 1...1_000) }
        var random = SeededRandom(seed: seed)
        let places = (0..<facilities).map { _ in (x: side * random.fraction(), y: side * random.fraction()) }
        let opening = (0..<facilities).map { _ in Double(random.integer(in: openingCosts)) }
        let demand = (0..<customers).map { _ in Double(random.integer(in: demands)) }
        var costs: [Double] = []
        costs.reserveCapacity(facilities * customers)
        for customer in 0..<customers {
            let (x, y) = (side * random.fraction(), side * random.fraction())
            for place in places {
                let distance = ((place.x - x) * (place.x - x) + (place.y - y) * (place.y - y)).squareRoot()
                costs.append(distance.rounded() * demand[customer])
            }
        }
        let share = slack.map { $0 * demand.reduce(0, +) / Double(facilities) }
        let capacities = share.map { share in
            (0..<facilities).map { _ in (share * (0.5 + random.fraction())).rounded(.up) }
        }
        return try FacilityProblem(
            generated: opening, costs: costs, demands: demand, customers: customers, capacities: capacities)
    }
}
