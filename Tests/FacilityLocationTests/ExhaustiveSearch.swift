import Optimization

/// The optimum of a small problem by trying every set of open facilities; shares no code with the solvers.
enum ExhaustiveSearch {
    /// The least cost, or `nil` when there is no solution.
    static func optimum(_ problem: FacilityProblem) -> Double? {
        var best: Double?
        for mask in 0..<(1 << problem.facilityCount) {
            let open = (0..<problem.facilityCount).filter { mask >> $0 & 1 == 1 }
            guard (problem.minimumOpen...problem.maximumOpen).contains(open.count) else { continue }
            guard let service = serviceCost(problem, open: open) else { continue }
            let cost = open.reduce(service) { $0 + problem.openingCosts[$1] }
            best = min(best ?? .infinity, cost)
        }
        return best
    }

    private static func serviceCost(_ problem: FacilityProblem, open: [Int]) -> Double? {
        guard problem.isCapacitated else {
            var total = 0.0
            for customer in 0..<problem.customerCount {
                let least = open.map { problem.cost(customer: customer, facility: $0) }.min() ?? .infinity
                guard least < .infinity else { return nil }
                total += least
            }
            return total
        }
        switch problem.assignmentRule {
        case .split: return transport(problem, open: open)
        case .singleSource:
            var room = problem.capacities ?? []
            return assign(problem, open: open, customer: 0, room: &room)
        }
    }

    /// Whole customers, by trying every open facility for each in turn.
    private static func assign(
        _ problem: FacilityProblem, open: [Int], customer: Int, room: inout [Double]
    ) -> Double? {
        guard customer < problem.customerCount else { return 0 }
        var best: Double?
        let demand = problem.demands[customer]
        for facility in open where room[facility] >= demand {
            let cost = problem.cost(customer: customer, facility: facility)
            guard cost < .infinity else { continue }
            room[facility] -= demand
            if let rest = assign(problem, open: open, customer: customer + 1, room: &room) {
                best = min(best ?? .infinity, cost + rest)
            }
            room[facility] += demand
        }
        return best
    }

    /// Split service: successive shortest paths, by Bellman and Ford, with whole demands on a dense graph.
    private static func transport(_ problem: FacilityProblem, open: [Int]) -> Double? {
        // A customer without demand uses no capacity: its cheapest facility serves it.
        var total = 0.0
        var customers: [Int] = []
        for customer in 0..<problem.customerCount {
            if problem.demands[customer] > 0 {
                customers.append(customer)
                continue
            }
            let least = open.map { problem.cost(customer: customer, facility: $0) }.min() ?? .infinity
            guard least < .infinity else { return nil }
            total += least
        }
        let nodes = open.count + customers.count + 2
        let (source, sink) = (nodes - 2, nodes - 1)
        var room = Array(repeating: Array(repeating: 0.0, count: nodes), count: nodes)
        var cost = room
        for (index, facility) in open.enumerated() {
            room[source][index] = problem.capacities?[facility] ?? .infinity
            for (place, customer) in customers.enumerated() {
                let pair = problem.cost(customer: customer, facility: facility)
                guard pair < .infinity else { continue }
                room[index][open.count + place] = .infinity
                cost[index][open.count + place] = pair / problem.demands[customer]
                cost[open.count + place][index] = -cost[index][open.count + place]
            }
        }
        var left = 0.0
        for (place, customer) in customers.enumerated() {
            room[open.count + place][sink] = problem.demands[customer]
            left += problem.demands[customer]
        }
        // What rounding leaves of amounts counts as nothing.
        let crumb = 1e-13 * left
        while left > crumb {
            var distance = Array(repeating: Double.infinity, count: nodes)
            var before = Array(repeating: -1, count: nodes)
            distance[source] = 0
            for _ in 0..<nodes {
                for tail in 0..<nodes where distance[tail] < .infinity {
                    for head in 0..<nodes where room[tail][head] > crumb {
                        let rounding = 1e-13 * (abs(distance[tail]) + abs(cost[tail][head]))
                        if distance[tail] + cost[tail][head] < distance[head] - max(1e-12, rounding) {
                            distance[head] = distance[tail] + cost[tail][head]
                            before[head] = tail
                        }
                    }
                }
            }
            guard distance[sink] < .infinity else { return nil }
            var amount = left
            var node = sink
            while node != source {
                amount = min(amount, room[before[node]][node])
                node = before[node]
            }
            node = sink
            while node != source {
                room[before[node]][node] -= amount
                room[node][before[node]] += amount
                node = before[node]
            }
            total += amount * distance[sink]
            left -= amount
        }
        return total
    }
}
