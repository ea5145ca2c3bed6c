import Optimization

/// Add, drop and swap search over open sets without capacities, with gains kept up to date.
///
/// For each customer the cheapest and second cheapest open facility are known. What opening `i` gains, what closing
/// `r` loses, and what both at once lose less than the sum (`relief[r][i]`) are sums over customers; a move changes
/// them for those customers only whose two cheapest facilities change. A customer that no open facility may serve
/// costs its ceiling, so that the search finds its way out of an infeasible start.
///
/// Sources: Whitaker (1983), "A fast algorithm for the greedy interchange"; Resende and Werneck (2006), "A hybrid
/// multistart heuristic for the uncapacitated facility location problem", EJOR 174.
struct LocalSearch {
    let problem: FacilityProblem
    let lists: ServiceLists
    /// Whether the site rules settle a facility: it is never opened or closed.
    private let isSettled: [Bool]
    private(set) var isOpen: [Bool]
    private(set) var openCount = 0
    /// Opening and service costs together.
    private(set) var cost = 0.0
    /// How many moves were made.
    var moves = 0
    var firsts: [Int32]
    var seconds: [Int32]
    var firstCosts: [Double]
    var secondCosts: [Double]
    /// What opening a closed facility saves in service.
    var savings: [Double]
    /// What closing an open facility costs in service.
    var losses: [Double]
    /// `relief[r * m + i]`: how much less closing `r` costs when `i` opens at once.
    var relief: [Double]
    /// The costs by facility, where the search is long enough to be worth turning them.
    private var columns: [Double] = []

    /// Starts from an open set.
    init(problem: FacilityProblem, lists: ServiceLists, isOpen: [Bool]) {
        self.problem = problem
        self.lists = lists
        isSettled = problem.siteRules.map { $0 != .free }
        let (facilities, customers) = (lists.facilityCount, lists.customerCount)
        self.isOpen = isOpen
        firsts = Array(repeating: -1, count: customers)
        seconds = firsts
        firstCosts = lists.ceilings
        secondCosts = lists.ceilings
        savings = Array(repeating: 0, count: facilities)
        losses = savings
        relief = Array(repeating: 0, count: facilities * facilities)
        restart(isOpen: isOpen)
    }

    /// Starts again from another open set, in the same storage.
    mutating func restart(isOpen: [Bool]) {
        self.isOpen = isOpen
        for (facility, rule) in problem.siteRules.enumerated() where rule != .free {
            self.isOpen[facility] = rule == .required
        }
        openCount = self.isOpen.count { $0 }
        for index in relief.indices { relief[index] = 0 }
        for facility in savings.indices {
            savings[facility] = 0
            losses[facility] = 0
        }
        for customer in firsts.indices {
            findTwoCheapest(customer)
            account(customer, sign: 1)
        }
        sumCost()
    }

    /// Keeps the costs by facility too, so that opening one reads them in a row.
    mutating func useColumns() {
        let (width, height) = (lists.facilityCount, lists.customerCount)
        guard columns.isEmpty else { return }
        columns = Array(repeating: 0, count: width * height)
        for customer in 0..<height {
            for facility in 0..<width {
                columns[facility * height + customer] = problem.assignmentCosts[customer * width + facility]
            }
        }
    }

    /// Whether a facility may be opened or closed.
    func isMovable(_ facility: Int) -> Bool { !isSettled[facility] }

    private mutating func sumCost() {
        cost = firstCosts.reduce(0, +)
        for facility in isOpen.indices where isOpen[facility] { cost += problem.openingCosts[facility] }
    }

    private mutating func findTwoCheapest(_ customer: Int) {
        var first: Int32 = -1
        var second: Int32 = -1
        var firstCost = lists.ceilings[customer]
        var secondCost = firstCost
        for entry in lists.starts[customer]..<lists.starts[customer + 1] {
            let facility = lists.facilities[entry]
            guard isOpen[Int(facility)] else { continue }
            if first < 0 {
                first = facility
                firstCost = lists.costs[entry]
            } else {
                second = facility
                secondCost = lists.costs[entry]
                break
            }
        }
        firsts[customer] = first
        seconds[customer] = second
        firstCosts[customer] = firstCost
        secondCosts[customer] = secondCost
    }

    /// Adds (`sign` 1) or takes away (-1) a customer's part in the gains.
    private mutating func account(_ customer: Int, sign: Double) {
        let firstCost = firstCosts[customer]
        let secondCost = secondCosts[customer]
        let first = Int(firsts[customer])
        let margin = secondCost - firstCost
        if first >= 0 { losses[first] += sign * margin }
        let row = max(0, first) * lists.facilityCount
        for entry in lists.starts[customer]..<lists.starts[customer + 1] {
            let serviceCost = lists.costs[entry]
            guard serviceCost < secondCost else { break }
            let facility = Int(lists.facilities[entry])
            if serviceCost < firstCost {
                savings[facility] += sign * (firstCost - serviceCost)
                if first >= 0 { relief[row + facility] += sign * margin }
            } else if first >= 0 {
                relief[row + facility] += sign * (secondCost - serviceCost)
            }
        }
    }

    /// Opens a facility.
    mutating func open(_ facility: Int) {
        isOpen[facility] = true
        openCount += 1
        cost += problem.openingCosts[facility]
        let (width, height) = (lists.facilityCount, lists.customerCount)
        for customer in firsts.indices {
            let serviceCost =
                columns.isEmpty
                ? problem.assignmentCosts[customer * width + facility] : columns[facility * height + customer]
            guard serviceCost < secondCosts[customer] else { continue }
            account(customer, sign: -1)
            if serviceCost < firstCosts[customer] {
                cost += serviceCost - firstCosts[customer]
                seconds[customer] = firsts[customer]
                secondCosts[customer] = firstCosts[customer]
                firsts[customer] = Int32(facility)
                firstCosts[customer] = serviceCost
            } else {
                seconds[customer] = Int32(facility)
                secondCosts[customer] = serviceCost
            }
            account(customer, sign: 1)
        }
    }

    /// Closes a facility.
    mutating func close(_ facility: Int) {
        isOpen[facility] = false
        openCount -= 1
        cost -= problem.openingCosts[facility]
        for customer in firsts.indices
        where firsts[customer] == Int32(facility) || seconds[customer] == Int32(facility) {
            account(customer, sign: -1)
            cost -= firstCosts[customer]
            findTwoCheapest(customer)
            cost += firstCosts[customer]
            account(customer, sign: 1)
        }
    }
}
