internal import Glibc
import MeshTypes
package import Optimization

extension PoolMaster {
    /// Simplex iterations that a program of prices may take.
    private static let iterationLimit = 20_000
    /// The part of the way from the old prices to those of the program.
    private static let damping = 0.5
    /// Prices are whole multiples of this.
    private static let quantum = 0.0625
    /// Steps of the ascent.
    private static let ascentSteps = 120

    /// A session's meshes in a program of prices: the one in hand first.
    private struct Choice {
        var columns: [(charge: Double, holdings: [Holding])]
    }

    /// Sets the pool's prices to what the columns in hand say, as far as damping lets them go.
    ///
    /// Sessions without other columns, and those beyond the window, keep the meshes that they have. When the solver fails or is cut,
    /// prices stay as they are.
    ///
    /// - Complexity: a linear program of sites that are wanted too much plus sessions in the window rows.
    /// - Returns: whether any price changed.
    package mutating func updatePrices(
        _ sessions: (Int) -> TickSession?, _ pool: inout TickPool, _ solver: (any LinearSolver)?
    ) -> Bool {
        var window: [(number: Int, regret: Double)] = []
        for number in self.sessions {
            guard let session = sessions(number) else { continue }
            window.append((number, better(than: session, of: number, pool).first?.regret ?? 0))
        }
        if window.count > Self.windowLimit {
            window.sort { ($1.regret, $0.number) < ($0.regret, $1.number) }
            window.removeLast(window.count - Self.windowLimit)
            window.sort { $0.number < $1.number }
        }
        // What all others hold stays theirs.
        var capacity = pool.entries.map { $0.usable - $0.rented }
        var choices: [Choice] = []
        var mostWanted = Array(repeating: 0, count: capacity.count)
        for (number, _) in window {
            guard let session = sessions(number) else { continue }
            let standing = MeshColumn(standing: session)
            var choice = Choice(columns: [(standing.charge(session, pool.restraint), standing.holdings)])
            for holding in standing.holdings { capacity[Int(holding.site)] += Int(holding.servers) }
            choice.columns += columns(of: number).map { ($0.charge(session, pool.restraint), $0.holdings) }
            var most: [Int32: Int] = [:]
            for column in choice.columns {
                for holding in column.holdings {
                    most[holding.site] = max(most[holding.site] ?? 0, Int(holding.servers))
                }
            }
            for (site, servers) in most { mostWanted[Int(site)] += servers }
            choices.append(choice)
        }
        let rows = capacity.indices.filter { mostWanted[$0] > max(0, capacity[$0]) }
        counts.rows = max(counts.rows, rows.count)
        let found: [Double]?
        if rows.isEmpty {
            found = []
        } else if let solver {
            found = solve(choices, rows, capacity, solver)
        } else {
            found = ascend(choices, rows, capacity, rows.map { pool.entries[$0].scarcity })
        }
        guard let found else {
            counts.failures += 1
            return false
        }
        var target = Array(repeating: 0.0, count: capacity.count)
        for (row, site) in rows.enumerated() { target[site] = found[row] }
        return move(&pool, towards: target)
    }

    private func move(_ pool: inout TickPool, towards target: [Double]) -> Bool {
        var isChanged = false
        for site in target.indices {
            let old = pool.entries[site].scarcity
            let way = old + Self.damping * (target[site] - old)
            var new = (way / Self.quantum).rounded() * Self.quantum
            if target[site] == 0, new <= 2 * Self.quantum { new = 0 }
            if pool.entries[site].usable == 0 { new = 0 }
            if new != old {
                pool.entries[site].scarcity = new
                isChanged = true
            }
        }
        return isChanged
    }

    /// The prices of the linear program; `nil` when it was not solved.
    private mutating func solve(
        _ choices: [Choice], _ rows: [Int], _ capacity: [Int], _ solver: any LinearSolver
    ) -> [Double]? {
        var columns: [LinearProgram.Column] = []
        var terms: [[LinearProgram.Row.Term]] = Array(repeating: [], count: rows.count)
        var sums: [LinearProgram.Row] = []
        var rowOf = Array(repeating: -1, count: capacity.count)
        for (row, site) in rows.enumerated() { rowOf[site] = row }
        for choice in choices {
            var own: [LinearProgram.Row.Term] = []
            for column in choice.columns {
                let number = columns.count
                columns.append(.init(cost: column.charge))
                own.append(.init(number, 1))
                for holding in column.holdings where rowOf[Int(holding.site)] >= 0 && holding.servers > 0 {
                    terms[rowOf[Int(holding.site)]].append(.init(number, Double(holding.servers)))
                }
            }
            sums.append(.init(lower: 1, upper: 1, terms: own))
        }
        // A site that lost servers may hold more than it has; the standing meshes are to stay a solution.
        let limits = rows.enumerated().map { row, site in
            let standing = choices.reduce(0) { sum, choice in
                sum + (choice.columns[0].holdings.first { $0.site == Int32(site) }.map { Int($0.servers) } ?? 0)
            }
            return LinearProgram.Row(upper: Double(max(capacity[site], standing)), terms: terms[row])
        }
        let program = LinearProgram(columns: columns, rows: limits + sums)
        let start = Self.processorSeconds()
        let result = try? solver.solve(
            program, warmStart: nil, criteria: StoppingCriteria(iterationLimit: Self.iterationLimit), interrupter: nil)
        counts.seconds += Self.processorSeconds() - start
        counts.iterations += result?.statistics["simplex-iterations"] ?? 0
        counts.relaxation = result?.objective ?? 0
        guard let result, result.termination == .optimal, let duals = result.rowDuals else { return nil }
        return rows.indices.map { max(0, -duals[$0]) }
    }

    /// Prices by subgradient steps on the Lagrangian of the same program, from those in hand.
    ///
    /// Held, Wolfe, Crowder (1974), with Polyak's step towards the cost of the meshes in hand.
    private mutating func ascend(_ choices: [Choice], _ rows: [Int], _ capacity: [Int], _ start: [Double]) -> [Double] {
        var rowOf = Array(repeating: -1, count: capacity.count)
        for (row, site) in rows.enumerated() { rowOf[site] = row }
        let target = choices.reduce(0) { $0 + $1.columns[0].charge }
        var (prices, best, bestBound) = (start, start, -Double.infinity)
        var (length, stalled) = (1.0, 0)
        for _ in 0..<Self.ascentSteps {
            counts.iterations += 1
            var bound = 0.0
            var excess = rows.map { -Double(max(0, capacity[$0])) }
            for row in rows.indices { bound += excess[row] * prices[row] }
            for choice in choices {
                var least: (cost: Double, column: Int) = (.infinity, 0)
                for (number, column) in choice.columns.enumerated() {
                    let cost = column.holdings.reduce(column.charge) { sum, holding in
                        let row = rowOf[Int(holding.site)]
                        return row >= 0 ? sum + prices[row] * Double(holding.servers) : sum
                    }
                    if cost < least.cost { least = (cost, number) }
                }
                bound += least.cost
                for holding in choice.columns[least.column].holdings where rowOf[Int(holding.site)] >= 0 {
                    excess[rowOf[Int(holding.site)]] += Double(holding.servers)
                }
            }
            if bound > bestBound {
                (bestBound, best, stalled) = (bound, prices, 0)
            } else {
                stalled += 1
                if stalled == 6 { (length, stalled, prices) = (length / 2, 0, best) }
            }
            let norm = rows.indices.reduce(0) { sum, row in
                excess[row] < 0 && prices[row] == 0 ? sum : sum + excess[row] * excess[row]
            }
            guard norm > 0, target > bestBound else { break }
            let step = length * (target - bound) / norm
            for row in rows.indices { prices[row] = max(0, prices[row] + step * excess[row]) }
        }
        return best
    }

    static func processorSeconds() -> Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
