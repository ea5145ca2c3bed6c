import MeshTypes

/// A transition in the making: the state that the steps so far lead to, and what waits for what.
struct TransitionRun {
    /// What a session has at a site.
    struct Holding {
        let session: Int
        let site: Int
        var held: Int
        let after: Int
        /// Load of all attachments.
        var load: Int
        /// Load that selected moves still bring, and take away.
        var coming = 0
        var leaving = 0
        /// Moves that wait for room here, in the order they came.
        var waiting: [Int] = []
    }

    struct Move {
        let session: Int
        let move: SessionChange.ParticipantMove
        /// Holdings; -1 for none.
        let from: Int
        let to: Int
        let isForced: Bool
        var state = State.idle

        enum State { case idle, ready, waiting, detached, done }
    }

    let changes: [SessionChange]
    let limits: TransitionLimits
    var siteNumbers: [SiteID: Int] = [:]
    var supplies: [SiteSupply] = []
    var names: [SiteID] = []
    /// Servers in the pool at each site.
    var pool: [Int] = []
    /// Holdings that wait for servers at each site, in order.
    var poolQueues: [[Int]] = []
    var holdings: [Holding] = []
    var holdingsAt: [[Int]] = []
    var holdingNumbers: [Int: Int] = [:]
    /// Holdings by session.
    var holdingsOf: [[Int]]
    var moves: [Move] = []
    var movesOf: [[Int]]
    /// Whether a session's links and routes are installed.
    var isConnected: [Bool]
    /// Whether all moves of a session are postponed: then its mesh stays as it is.
    var isIdle: [Bool]
    /// Moves that may be possible now; the first is tried first.
    var agenda: [Int] = []
    /// Routes that are installed, by session.
    var installed: [[MediaRoute]]
    var required: [RoutePairs]
    /// Links that are closed, by session.
    var closed: [Set<SiteLink>]
    /// Whether a session is done and what it does not need taken down.
    var isTakenDown: [Bool]
    /// Selected moves that are not made yet, by session, and the sessions that have none left.
    var remaining: [Int]
    var settled: [Int] = []
    /// How many trials this is within.
    var depth = 0
    var transition = Transition(steps: [])

    init(_ changes: [SessionChange], supply: [SiteID: SiteSupply], limits: TransitionLimits) {
        self.changes = changes
        self.limits = limits
        holdingsOf = Array(repeating: [], count: changes.count)
        movesOf = Array(repeating: [], count: changes.count)
        isConnected = Array(repeating: false, count: changes.count)
        isIdle = isConnected
        isTakenDown = isConnected
        remaining = Array(repeating: 0, count: changes.count)
        closed = Array(repeating: [], count: changes.count)
        installed = changes.map { $0.keptRoutes + $0.removedRoutes }
        required = changes.map { RoutePairs($0.keptRoutes + $0.removedRoutes + $0.installedRoutes) }
        for (session, change) in changes.enumerated() {
            let named = Set(change.serversBefore.keys).union(change.serversAfter.keys).union(change.loadBefore.keys)
                .union(change.moves.compactMap(\.from)).union(change.moves.compactMap(\.to))
            for site in named.sorted() { addHolding(session, site, change, supply: supply) }
        }
    }

    private mutating func addHolding(
        _ session: Int, _ site: SiteID, _ change: SessionChange, supply: [SiteID: SiteSupply]
    ) {
        let number = siteNumbers[site] ?? names.count
        if number == names.count {
            siteNumbers[site] = number
            names.append(site)
            let found = supply[site] ?? SiteSupply(servers: 0, loadPerServer: 1)
            supplies.append(found)
            pool.append(found.hasFailed ? 0 : found.servers)
            poolQueues.append([])
            holdingsAt.append([])
        }
        let before = change.serversBefore[site] ?? 0
        if !supplies[number].hasFailed { pool[number] -= before }
        holdingNumbers[session << 32 | number] = holdings.count
        holdingsOf[session].append(holdings.count)
        holdingsAt[number].append(holdings.count)
        holdings.append(
            Holding(
                session: session, site: number, held: before, after: change.serversAfter[site] ?? 0,
                load: change.loadBefore[site] ?? 0))
    }

    func holding(_ session: Int, _ site: SiteID?) -> Int {
        guard let site, let number = siteNumbers[site] else { return -1 }
        return holdingNumbers[session << 32 | number] ?? -1
    }

    /// What the servers of a holding carry.
    func capacity(_ holding: Int) -> Int {
        let supply = supplies[holdings[holding].site]
        return supply.hasFailed ? 0 : holdings[holding].held * supply.loadPerServer
    }

    func hasRoom(_ holding: Int, for load: Int) -> Bool { holdings[holding].load + load <= capacity(holding) }

    /// Chooses the moves that are made in this transition.
    mutating func selectMoves() {
        for (session, change) in changes.enumerated() {
            for move in change.moves where move.from != move.to {
                let (from, to) = (holding(session, move.from), holding(session, move.to))
                let isForced = from >= 0 && supplies[holdings[from].site].hasFailed
                movesOf[session].append(moves.count)
                moves.append(Move(session: session, move: move, from: from, to: to, isForced: isForced))
            }
        }
        let order = moves.indices.sorted { isBefore($0, $1) }
        var left = limits.moves ?? .max
        var leftOf = changes.map { $0.moveBudget ?? .max }
        for number in order {
            let move = moves[number]
            let isFree = move.isForced || move.from < 0 || move.to < 0
            if !isFree {
                if let since = move.move.sinceLastMove, since < limits.cooldown {
                    postpone(number, .cooldown)
                    continue
                }
                guard left > 0, leftOf[move.session] > 0 else {
                    postpone(number, .budget)
                    continue
                }
                left -= 1
                leftOf[move.session] -= 1
            }
            moves[number].state = .ready
            remaining[move.session] += 1
            if move.to >= 0 { holdings[move.to].coming += move.move.load }
            if move.from >= 0 { holdings[move.from].leaving += move.move.load }
            agenda.append(number)
        }
    }

    /// Forced moves and leaves first, then joins, then the greatest gain.
    private func isBefore(_ left: Int, _ right: Int) -> Bool {
        let (first, second) = (moves[left], moves[right])
        let (rank, otherRank) = (rank(first), self.rank(second))
        if rank != otherRank { return rank < otherRank }
        if first.move.gain != second.move.gain { return first.move.gain > second.move.gain }
        if first.session != second.session { return first.session < second.session }
        return first.move.participant < second.move.participant
    }

    private func rank(_ move: Move) -> Int {
        if move.to < 0 { return 0 }
        if move.isForced { return 1 }
        return move.from < 0 ? 2 : 3
    }

    mutating func postpone(_ number: Int, _ reason: Transition.Postponed.Reason) {
        transition.postponed.append(
            .init(
                participant: moves[number].move.participant, session: changes[moves[number].session].session,
                reason: reason))
        transition.isComplete = false
    }
}

/// From where to where a session's routes lead, a class each.
struct RoutePairs {
    struct Pair: Hashable {
        let media: MediaClass
        let from: SiteID
        let to: SiteID
    }

    /// How many routes lead each pair.
    private(set) var counts: [Pair: Int] = [:]

    init(_ routes: [MediaRoute]) {
        for route in routes { add(route) }
    }

    mutating func add(_ route: MediaRoute, times: Int = 1) {
        for receiver in route.receivers {
            counts[Pair(media: route.media, from: route.source, to: receiver), default: 0] += times
        }
    }
}
