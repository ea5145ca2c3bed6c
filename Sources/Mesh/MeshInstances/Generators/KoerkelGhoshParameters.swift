public import Optimization

/// Facility location like Koerkel's and Ghosh's: as many facilities as customers, costs without any structure.
///
/// Costs are whole numbers from 1,000 to 2,000, each as likely. The class says what opening costs, and so how many open:
/// many in class `a`, few in class `c`. The linear relaxation is weak, which makes the family hard.
///
/// Sources: Koerkel, "On the exact solution of large-scale simple plant location problems" (1989); Ghosh, "Neighborhood
/// search heuristics for the uncapacitated facility location problem" (2003).
public struct KoerkelGhoshParameters: FacilityGenerator, Hashable {
    /// What opening costs.
    public enum OpeningClass: String, Sendable, Hashable, CaseIterable, Codable {
        /// 100 to 200.
        case a
        /// 1,000 to 2,000.
        case b
        /// 10,000 to 20,000.
        case c

        /// The opening costs.
        public var openingCosts: ClosedRange<Int> {
            switch self {
            case .a: 100...200
            case .b: 1_000...2_000
            case .c: 10_000...20_000
            }
        }
    }

    /// Facilities, and customers.
    public var size: Int
    /// What opening costs.
    public var openingClass: OpeningClass
    /// Whether the cost of `j` at `i` is that of `i` at `j`.
    public var isSymmetric: Bool

    /// Creates parameters.
    public init(size: Int, openingClass: OpeningClass, isSymmetric: Bool = false) {
        self.size = size
        self.openingClass = openingClass
        self.isSymmetric = isSymmetric
    }

    /// Makes the problem of a seed. O(size * size).
    ///
    /// - Throws: ``ParameterError`` when the size is out of range.
    public func generate(seed: UInt64) throws(ParameterError) -> FacilityProblem {
        try ParameterError.check("size", size, in: 1...11_000)
        var random = SeededRandom(seed: seed)
        let opening = (0..<size).map { _ in Double(random.integer(in: openingClass.openingCosts)) }
        var costs = Array(repeating: 0.0, count: size * size)
        for customer in 0..<size {
            for facility in 0..<size {
                let isMirrored = isSymmetric && facility < customer
                costs[customer * size + facility] =
                    isMirrored ? costs[facility * size + customer] : Double(random.integer(in: 1_000...2_000))
            }
        }
        return try FacilityProblem(generated: opening, costs: costs, customers: size)
    }
}
