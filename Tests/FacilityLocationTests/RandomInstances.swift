import Optimization
import TestSupport

/// What a random instance may have.
struct InstanceShape {
    var facilities = 1...6
    var customers = 0...8
    var isCapacitated = false
    var rule = FacilityProblem.AssignmentRule.split
    var mayForbid = true
    var mayLimitCount = true
    var mayBeNegative = true
}

extension InstanceShape {
    /// A small instance, integer data half of the time so that ties occur.
    func instance(_ random: inout SplitMix64) throws -> FacilityProblem {
        let facilityCount = random.integer(facilities)
        let customerCount = random.integer(customers)
        let isInteger = random.chance(0.5)
        func number(_ range: ClosedRange<Int>) -> Double {
            let value = Double(random.integer(range))
            return isInteger ? value : value + random.fraction()
        }
        let forbidding = mayForbid && random.chance(0.3) ? 0.25 : 0
        let negative = mayBeNegative && random.chance(0.15)
        var opening: [Double] = []
        for _ in 0..<facilityCount { opening.append(number(negative ? -20...40 : 0...60)) }
        var costs: [Double] = []
        for _ in 0..<(facilityCount * customerCount) {
            costs.append(random.chance(forbidding) ? .infinity : number(0...30))
        }
        var demands: [Double]?
        var capacities: [Double]?
        if isCapacitated {
            demands = (0..<customerCount).map { _ in Double(random.integer(0...9)) }
            let total = demands?.reduce(0, +) ?? 0
            let mean = max(1, Int(total * 1.6 / Double(max(1, min(facilityCount, 3)))))
            capacities = (0..<facilityCount).map { _ in
                random.chance(0.05) ? .infinity : Double(random.integer(0...(2 * mean)))
            }
        }
        var count: ClosedRange<Int>?
        if mayLimitCount, random.chance(0.4) {
            let least = random.integer(0...facilityCount)
            count = least...random.integer(least...facilityCount)
        }
        return try FacilityProblem(
            openingCosts: opening, assignmentCosts: costs, demands: demands, customerCount: customerCount,
            capacities: capacities, assignmentRule: rule, openCount: count)
    }
}
