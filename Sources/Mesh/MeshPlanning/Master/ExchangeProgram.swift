import MeshTypes
import Optimization

/// Which of several meshes a few sessions should have, all at once, on the servers that they hold and those that are free: the
/// integer master of a group, solved exactly.
struct ExchangeProgram {
    /// A mesh of a session of the group.
    struct Option {
        var charge: Double
        var holdings: [Holding]
    }

    /// The options of each session; the first is the mesh that it has.
    var sessions: [[Option]]
    /// Servers free at each site for the group, beyond what it holds.
    var free: (Int) -> Int

    /// Nodes that a search may take.
    static let nodeLimit = 4_000

    /// Least charge by which an exchange must gain.
    static let margin = 1e-6

    /// The option of each session in the best choice; `nil` when none gains or none was found within the limits.
    ///
    /// - Complexity: a binary program of one row a session and one a site that may be short.
    func solve(_ solver: (any LinearSolver)?, _ counts: inout PoolMaster.Counts) -> [Int]? {
        let (sites, capacity) = contended()
        let choice: [Int]?
        if let solver {
            choice = solve(solver, sites, capacity, &counts)
        } else {
            choice = search(sites, capacity)
        }
        guard let choice, fits(choice, sites, capacity) else { return nil }
        let gain = zip(sessions, choice).reduce(0) { $0 + $1.0[0].charge - $1.0[$1.1].charge }
        return gain > Self.margin ? choice : nil
    }

    /// Sites that the options of all could want more of than there is, with the servers that the group may have.
    private func contended() -> (sites: [Int32], capacity: [Int]) {
        var held: [Int32: Int] = [:]
        var most: [Int32: Int] = [:]
        for options in sessions {
            for holding in options[0].holdings { held[holding.site, default: 0] += Int(holding.servers) }
            var own: [Int32: Int] = [:]
            for option in options {
                for holding in option.holdings { own[holding.site] = max(own[holding.site] ?? 0, Int(holding.servers)) }
            }
            for (site, servers) in own { most[site, default: 0] += servers }
        }
        var (sites, capacity): ([Int32], [Int]) = ([], [])
        for (site, wanted) in most.sorted(by: { $0.key < $1.key }) {
            let room = (held[site] ?? 0) + max(0, free(Int(site)))
            guard wanted > room else { continue }
            sites.append(site)
            capacity.append(room)
        }
        return (sites, capacity)
    }

    private func servers(_ option: Option, _ sites: [Int32]) -> [Int] {
        sites.map { site in option.holdings.first { $0.site == site }.map { Int($0.servers) } ?? 0 }
    }

    private func fits(_ choice: [Int], _ sites: [Int32], _ capacity: [Int]) -> Bool {
        var used = Array(repeating: 0, count: sites.count)
        for (options, number) in zip(sessions, choice) {
            for (row, servers) in servers(options[number], sites).enumerated() { used[row] += servers }
        }
        return zip(used, capacity).allSatisfy { $0 <= $1 }
    }

    private func solve(
        _ solver: any LinearSolver, _ sites: [Int32], _ capacity: [Int], _ counts: inout PoolMaster.Counts
    ) -> [Int]? {
        var columns: [LinearProgram.Column] = []
        var terms: [[LinearProgram.Row.Term]] = Array(repeating: [], count: sites.count)
        var rows: [LinearProgram.Row] = []
        var owners: [(session: Int, option: Int)] = []
        for (number, options) in sessions.enumerated() {
            var own: [LinearProgram.Row.Term] = []
            for (place, option) in options.enumerated() {
                let column = columns.count
                // Differences to the mesh in hand are small beside the cost of all.
                columns.append(.init(cost: option.charge - options[0].charge, upper: 1, kind: .integer))
                owners.append((number, place))
                own.append(.init(column, 1))
                for (row, servers) in servers(option, sites).enumerated() where servers > 0 {
                    terms[row].append(.init(column, Double(servers)))
                }
            }
            rows.append(.init(lower: 1, upper: 1, terms: own))
        }
        for (row, room) in capacity.enumerated() { rows.append(.init(upper: Double(room), terms: terms[row])) }
        let start = PoolMaster.processorSeconds()
        let result = try? solver.solve(
            LinearProgram(columns: columns, rows: rows), warmStart: nil,
            criteria: StoppingCriteria(iterationLimit: 100 * Self.nodeLimit, nodeLimit: Self.nodeLimit),
            interrupter: nil)
        counts.seconds += PoolMaster.processorSeconds() - start
        guard let values = result?.values, values.count == columns.count else {
            counts.failures += 1
            return nil
        }
        var choice = Array(repeating: -1, count: sessions.count)
        for (column, owner) in owners.enumerated() where values[column] > 0.5 { choice[owner.session] = owner.option }
        return choice.contains(-1) ? nil : choice
    }

    /// Depth first, options by charge, with the least charges of those that follow as the bound.
    private func search(_ sites: [Int32], _ capacity: [Int]) -> [Int]? {
        let demands = sessions.map { options in options.map { servers($0, sites) } }
        let orders = sessions.map { options in options.indices.sorted { options[$0].charge < options[$1].charge } }
        var rest = Array(repeating: 0.0, count: sessions.count + 1)
        for number in sessions.indices.reversed() {
            rest[number] = rest[number + 1] + (sessions[number].map(\.charge).min() ?? 0)
        }
        var best: (charge: Double, choice: [Int]) = (
            sessions.reduce(0) { $0 + $1[0].charge }, Array(repeating: 0, count: sessions.count)
        )
        var (room, choice, nodes) = (capacity, Array(repeating: 0, count: sessions.count), 0)
        func visit(_ number: Int, _ charge: Double) {
            nodes += 1
            guard nodes < Self.nodeLimit, charge + rest[number] < best.charge - Self.margin else { return }
            if number == sessions.count {
                best = (charge, choice)
                return
            }
            for option in orders[number] {
                let demand = demands[number][option]
                guard zip(demand, room).allSatisfy({ $0 <= $1 }) else { continue }
                for row in room.indices { room[row] -= demand[row] }
                choice[number] = option
                visit(number + 1, charge + sessions[number][option].charge)
                for row in room.indices { room[row] += demand[row] }
            }
        }
        visit(0, 0)
        return best.choice
    }
}
