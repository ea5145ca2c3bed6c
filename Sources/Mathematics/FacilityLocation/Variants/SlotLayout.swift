import Optimization

/// The servers of all facilities in a row: slot `k` of a facility stands for its server number `k + 1`, and is open where
/// the facility holds at least so many. A slot opens only after those before it.
///
/// With one slot a facility, slots are facilities. The master's columns, what the search fixes and what the bound sums
/// are slots, so that several servers are nothing but facilities in an order.
struct SlotLayout: Sendable {
    /// The slots of facility `i` are `starts[i]..<starts[i + 1]`.
    let starts: [Int]
    /// The facility of each slot.
    let facilities: [Int]
    /// What opening each slot costs: the first pays the facility, too.
    let costs: [Double]
    /// What the facility holds with each slot and those before it.
    let capacities: [Double]

    init(_ problem: FacilityProblem) {
        var starts = [0]
        var facilities: [Int] = []
        var costs: [Double] = []
        var capacities: [Double] = []
        for facility in 0..<problem.facilityCount {
            for server in 0..<problem.serverLimits[facility] {
                facilities.append(facility)
                costs.append(problem.serverCosts[facility] + (server == 0 ? problem.openingCosts[facility] : 0))
                capacities.append((problem.capacities?[facility] ?? .infinity) * Double(server + 1))
            }
            starts.append(facilities.count)
        }
        self.starts = starts
        self.facilities = facilities
        self.costs = costs
        self.capacities = capacities
    }

    /// How many slots there are.
    var count: Int { facilities.count }
    /// Whether every facility has just one.
    var isPlain: Bool { count == starts.count - 1 }
    /// The slots of a facility.
    func slots(of facility: Int) -> Range<Int> { starts[facility]..<starts[facility + 1] }
    /// Whether a slot is its facility's first.
    func isFirst(_ slot: Int) -> Bool { starts[facilities[slot]] == slot }

    /// What a slot adds to its facility's capacity, which is taken to be no more than `total`.
    func increment(_ slot: Int, total: Double) -> Double {
        min(capacities[slot], total) - (isFirst(slot) ? 0 : min(capacities[slot - 1], total))
    }

    /// The slots of facilities as many as are open in the set, by facility.
    func servers(isOpen: [Bool]) -> [Int] {
        (0..<starts.count - 1).map { facility in slots(of: facility).prefix { isOpen[$0] }.count }
    }
}

extension Fixings {
    /// What a problem's site rules fix.
    init(_ problem: FacilityProblem, slots: SlotLayout? = nil) {
        self.init(free: slots?.count ?? problem.facilityCount)
        for (facility, rule) in problem.siteRules.enumerated() where rule != .free {
            fix(slots?.starts[facility] ?? facility, open: rule == .required, slots: slots)
        }
    }

    /// Fixes a slot, and with it those before (open) or after it (closed).
    mutating func fix(_ slot: Int, open: Bool, slots: SlotLayout?) {
        states[slot] = open ? .open : .closed
        guard let slots else { return }
        let own = slots.slots(of: slots.facilities[slot])
        for other in open ? own.lowerBound..<slot : (slot + 1)..<own.upperBound { states[other] = states[slot] }
    }
}
