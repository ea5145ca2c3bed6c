import Optimization

/// The bound where facilities hold several servers: of each facility the best number counts.
extension LagrangianBound {
    /// The best number of servers of each facility that may open.
    private struct Menu {
        /// What the facilities that must open cost at their best.
        var required = 0.0
        /// How many they are.
        var requiredCount = 0
        /// The others: what each costs at its best, and the slot up to which it then is open.
        var free: [(worth: Double, last: Int)] = []
        /// The last slot of each facility that must open.
        var requiredLasts: [Int] = []
        /// How many of the free ones must open.
        var need = 0
    }

    private func menu(_ slots: SlotLayout, fixings: Fixings, problem: FacilityProblem) -> Menu? {
        var menu = Menu()
        var room = 0.0
        var rooms: [Double] = []
        for facility in 0..<problem.facilityCount {
            let own = slots.slots(of: facility)
            guard fixings.states[own.lowerBound] != .closed else { continue }
            var sum = 0.0
            var best = (worth: Double.infinity, last: own.lowerBound)
            var end = own.lowerBound
            for slot in own where fixings.states[slot] != .closed {
                sum += worth[slot]
                end = slot
                let next = slot + 1
                let isForced = next < own.upperBound && fixings.states[next] == .open
                if !isForced, sum < best.worth { best = (sum, slot) }
            }
            if fixings.states[own.lowerBound] == .open {
                menu.required += best.worth
                menu.requiredCount += 1
                menu.requiredLasts.append(best.last)
                room += slots.capacities[end]
            } else {
                menu.free.append(best)
                rooms.append(slots.capacities[end])
            }
        }
        if problem.isCapacitated {
            let demand = problem.demands.reduce(0, +) * (1 - 1e-9)
            rooms.sort(by: >)
            for capacity in rooms where room < demand {
                room += capacity
                menu.need += 1
            }
            guard room >= demand else { return nil }
        }
        menu.need = max(menu.need, problem.minimumOpen - menu.requiredCount)
        guard menu.need <= min(problem.maximumOpen - menu.requiredCount, menu.free.count) else { return nil }
        menu.free.sort { ($0.worth, $0.last) < ($1.worth, $1.last) }
        return menu
    }

    /// The bound; infinity when no allowed set is left.
    func value(_ slots: SlotLayout, fixings: Fixings, problem: FacilityProblem) -> Double {
        guard let menu = menu(slots, fixings: fixings, problem: problem) else { return .infinity }
        var bound = priceSum + menu.required
        let most = problem.maximumOpen - menu.requiredCount
        for (rank, choice) in menu.free.enumerated() {
            guard rank < most, choice.worth < 0 || rank < menu.need else { break }
            bound += choice.worth
        }
        return bound
    }

    /// The slots that the relaxation opens at these prices.
    func chosen(_ slots: SlotLayout, fixings: Fixings, problem: FacilityProblem, into isChosen: inout [Bool]) {
        for slot in isChosen.indices { isChosen[slot] = fixings.states[slot] == .open }
        guard let menu = menu(slots, fixings: fixings, problem: problem) else { return }
        func open(upTo last: Int) {
            for slot in slots.starts[slots.facilities[last]]...last { isChosen[slot] = true }
        }
        for last in menu.requiredLasts { open(upTo: last) }
        let most = problem.maximumOpen - menu.requiredCount
        for (rank, choice) in menu.free.enumerated() {
            guard rank < most, choice.worth < 0 || rank < menu.need else { break }
            open(upTo: choice.last)
        }
    }

    /// How many facilities must be open at least; `nil` when no allowed set is left.
    func leastOpen(fixings: Fixings, problem: FacilityProblem) -> Int? {
        guard let slots else {
            return furtherOpen(fixings: fixings, problem: problem).map { fixings.openCount + $0.lowerBound }
        }
        return menu(slots, fixings: fixings, problem: problem).map { $0.requiredCount + max(0, $0.need) }
    }
}
