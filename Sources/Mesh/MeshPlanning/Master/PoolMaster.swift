import MeshTypes
package import Optimization

/// The master of the pool: meshes that sessions could have, and what servers are worth to all of them together.
///
///     minimise    sum over s, k of c[s, k] x[s, k]
///     subject to  sum over s, k of n[s, k, j] x[s, k] <= usable[j]     price lambda[j] >= 0, for every site j
///                 sum over k of x[s, k] = 1                            for every session s
///
/// Columns are meshes, rows are sites (Dantzig, Wolfe 1960). Pricing is the session's own search at rent plus price on all *usable*
/// servers, whoever holds them. Prices come from a linear solver on the columns, or, without one, from ascent on the same; they are
/// damped (Wentges 1997) and rounded, so that what is stored is short and sessions do not follow every breath of it. The integer
/// choice is not the program's: it goes on from the meshes in hand by exchanges (``ExchangeProgram``), so that it can be cut anywhere.
///
/// It lives for one tick: prices outlive it in the pool, meshes in the sessions.
package struct PoolMaster: Sendable {
    /// Other meshes of a session than the one it has, by its number.
    private(set) var columns: [Int: [MeshColumn]] = [:]
    /// What it did.
    package var counts = Counts()

    /// Deterministic counters, and the processor's time in the linear solver.
    package struct Counts: Sendable {
        /// Simplex iterations, or steps of the ascent.
        package var iterations = 0
        package var columns = 0
        /// Sites that more is wanted of than there is.
        package var rows = 0
        package var exchanges = 0
        /// Calls of a solver that failed or were cut.
        package var failures = 0
        package var seconds = 0.0
        /// What the last program of prices cost with meshes by the fraction, those outside of it as they are.
        package var relaxation = 0.0

        package init() {}
    }

    /// The most meshes that are kept of a session.
    static let columnLimit = 12
    /// Sessions in a program of prices: those with the most regret, where there are more.
    static let windowLimit = 200

    package init() {}

    /// Sessions that have other meshes, in order.
    package var sessions: [Int] { columns.keys.sorted() }

    /// The other meshes of a session.
    package func columns(of session: Int) -> [MeshColumn] { columns[session] ?? [] }

    /// Adds a mesh of a session; where there are too many, the dearest at the pool's prices goes.
    package mutating func add(_ column: MeshColumn, to number: Int, _ session: TickSession, _ pool: TickPool) {
        var known = columns[number] ?? []
        guard !known.contains(where: { $0.sites == column.sites && $0.holdings == column.holdings }) else { return }
        counts.columns += 1
        known.append(column)
        if known.count > Self.columnLimit {
            let prices = known.map { $0.charge(session, pool.restraint) + pool.charge($0.holdings) }
            let dearest = prices.indices.dropLast().max { prices[$0] < prices[$1] }
            if let dearest { known.remove(at: dearest) }
        }
        columns[number] = known
    }

    /// The meshes that a session would rather have at the pool's prices than the one it has, and how much less each is; most first.
    package func better(
        than session: TickSession, of number: Int, _ pool: TickPool
    ) -> [(column: MeshColumn, regret: Double)] {
        guard let known = columns[number] else { return [] }
        let standing = MeshColumn(standing: session)
        let now = standing.charge(session, pool.restraint) + pool.charge(standing.holdings)
        return known.map { ($0, now - $0.charge(session, pool.restraint) - pool.charge($0.holdings)) }
            .filter { $0.1 > SessionKernel.tolerance * max(1, now) }.sorted { $0.1 > $1.1 }
    }

    /// Chooses a mesh for each of a few sessions, at once and exactly.
    ///
    /// - Parameters:
    ///   - sessions: what each mesh is charged, and the servers that it takes; the one in hand first.
    ///   - free: servers that nobody holds, by site.
    /// - Returns: the mesh of each session; `nil` when nothing is better than what they have.
    package mutating func choose(
        _ sessions: [[(charge: Double, holdings: [Holding])]], free: @escaping (Int) -> Int,
        _ solver: (any LinearSolver)?
    ) -> [Int]? {
        let program = ExchangeProgram(
            sessions: sessions.map { options in options.map { .init(charge: $0.charge, holdings: $0.holdings) } },
            free: free)
        return program.solve(solver, &counts)
    }
}
