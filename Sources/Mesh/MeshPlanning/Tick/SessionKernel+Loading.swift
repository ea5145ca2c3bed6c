import MeshTypes

/// What a session is planned on.
package struct TickSurroundings {
    package var field: LatencyField
    package var nearest: NearestSites
    package var pool: TickPool
    package var rent: RentTable
    /// Milliseconds since 1970.
    package var now: Int64
    /// Chosen moves that all sessions together may still make.
    package var moveBudget: Int

    package init(
        field: LatencyField, nearest: NearestSites, pool: TickPool, now: Int64, moveBudget: Int
    ) {
        self.field = field
        self.nearest = nearest
        self.pool = pool
        rent = pool.rentTable()
        self.now = now
        self.moveBudget = moveBudget
    }
}

/// The servers that a search may use at each site.
package enum SearchCapacity {
    /// What is free, and what the session holds.
    case free
    /// The same, but some servers fewer at one site.
    case yielding(Int, at: Int32)
    /// The same as ``free``, and some servers more at one site.
    case gaining(Int, at: Int32)
    /// What a mesh holds, and nothing else.
    case holdings([Holding])

    func servers(at site: Int32, _ entry: TickPool.Entry, held: Int) -> Int {
        switch self {
        case .free: max(0, entry.usable - entry.rented + held)
        case .yielding(let servers, let place):
            max(0, place == site ? held - servers : entry.usable - entry.rented + held)
        case .gaining(let servers, let place):
            max(0, min(entry.usable, entry.usable - entry.rented + held + (place == site ? servers : 0)))
        case .holdings(let holdings):
            holdings.first { $0.site == site }.map { Int($0.servers) } ?? 0
        }
    }
}

extension SessionKernel {
    /// The most candidates that votes and centrality bring in, and the most in all.
    static let votedLimit = 20
    static let centralLimit = 6
    static let candidateLimit = 40

    /// Takes a session in: candidates, latencies, weights, and the mesh as it stands, as far as it may stand.
    ///
    /// - Complexity: O(members * (sites + candidates) + kinds^2).
    mutating func load(
        _ session: TickSession, _ world: TickSurroundings, _ capacity: SearchCapacity = .free
    ) {
        let policy = session.policy
        memberCount = session.members.count
        movePrice = policy.movePrice
        moveCharge = policy.movePrice + world.pool.restraint.charge(policy)
        unservedPrice = policy.unservedPrice
        serverLimit = (policy.serverLimit ?? Int.max / 4) - policy.redundancy
        siteLimit = min(policy.siteLimit ?? Int.max / 4, max(0, serverLimit))
        moveBudget = min(policy.moveBudget ?? Int.max / 4, world.moveBudget)
        chooseCandidates(session, world)
        loadSites(session, world, capacity)
        loadKinds(session)
        loadMembers(session, world)
        standUp(session)
    }

    /// Open sites, suggestions, the sites nearest to members, and those that are nearest to all together.
    private mutating func chooseCandidates(_ session: TickSession, _ world: TickSurroundings) {
        let sites = world.field.siteCount
        votes.fill(sites, with: 0)
        sums.fill(sites, with: 0)
        candidateCount = 0
        candidate.reserve(Self.candidateLimit + session.holdings.count)
        let component = component(of: session, world)
        meshComponent = component
        let isUsable = { (site: Int) in
            world.pool.entries[site].usable > 0 && world.pool.entries[site].component == component
        }
        for holding in session.holdings where isUsable(Int(holding.site)) { add(holding.site) }
        for site in session.suggestions where isUsable(Int(site)) { add(site) }
        let stride = world.field.stride
        let width = NearestSites.width
        let (tally, total) = (votes, sums)
        // A mesh that stands is told by its certificate which sites it lacks.
        let wantsCentre = session.holdings.isEmpty || session.figures.facilityBound == 0
        unsafe world.field.access.withUnsafeBufferPointer { access in
            for member in session.members {
                let node = Int(member.node)
                if wantsCentre { for site in 0..<sites { unsafe total[site] += Int64(access[node * stride + site]) } }
                var found = 0
                for place in 0..<width where found < 3 {
                    let site = Int(world.nearest.sites[node * width + place])
                    guard site >= 0, isUsable(site) else { continue }
                    if tally[site] >= 0 { tally[site] += found == 0 ? 4 : 1 }
                    found += 1
                }
            }
        }
        let (votes, sums) = (votes, sums)
        addBest(Self.votedLimit, among: sites, isUsable: isUsable) { -Int64(votes[$0]) }
        if wantsCentre { addBest(Self.centralLimit, among: sites, isUsable: isUsable) { sums[$0] } }
    }

    /// The part of the network that holds most of the session, or, for a new one, most of what is nearest to it.
    private func component(of session: TickSession, _ world: TickSurroundings) -> Int {
        var tally: [Int: Int] = [:]
        for member in session.members where member.site >= 0 && world.pool.entries[Int(member.site)].usable > 0 {
            tally[world.pool.entries[Int(member.site)].component, default: 0] += 1
        }
        if tally.isEmpty {
            for member in session.members {
                for place in 0..<NearestSites.width {
                    let site = Int(world.nearest.sites[Int(member.node) * NearestSites.width + place])
                    if site >= 0, world.pool.entries[site].usable > 0 {
                        tally[world.pool.entries[site].component, default: 0] += 1
                        break
                    }
                }
            }
        }
        return tally.max { ($0.value, -$0.key) < ($1.value, -$1.key) }?.key ?? 0
    }

    private mutating func add(_ site: Int32) {
        guard votes[Int(site)] >= 0 else { return }
        votes[Int(site)] = -1
        candidate.reserveKeeping(candidateCount + 1)
        candidate[candidateCount] = site
        candidateCount += 1
    }

    /// Adds the sites of least rank that are not in yet: a small insertion sort, as few are wanted.
    private mutating func addBest(
        _ count: Int, among sites: Int, isUsable: (Int) -> Bool, by rank: (Int) -> Int64
    ) {
        var best: [(rank: Int64, site: Int)] = []
        best.reserveCapacity(count + 1)
        for site in 0..<sites where votes[site] >= 0 {
            let value = rank(site)
            if best.count == count, let last = best.last, value >= last.rank { continue }
            if value == 0 { continue }
            guard isUsable(site) else { continue }
            var place = best.count
            while place > 0, best[place - 1].rank > value { place -= 1 }
            best.insert((value, site), at: place)
            if best.count > count { best.removeLast() }
        }
        for entry in best { add(Int32(entry.site)) }
    }

    private mutating func loadSites(
        _ session: TickSession, _ world: TickSurroundings, _ capacity: SearchCapacity
    ) {
        let count = candidateCount
        available.reserve(count)
        loadPerServer.reserve(count)
        price.reserve(count)
        forward.reserve(count * count)
        backward.reserve(count * count)
        let stride = world.field.stride
        for place in 0..<count {
            let site = Int(candidate[place])
            let entry = world.pool.entries[site]
            let (index, isHeld) = session.position(of: Int32(site))
            let held = isHeld ? Int(session.holdings[index].servers) : 0
            available[place] = capacity.servers(at: Int32(site), entry, held: held)
            if entry.isSilent {
                // Whoever is there stays, and no more.
                let load = isHeld ? Int(session.holdings[index].load) : 0
                available[place] = min(available[place], (load + entry.loadPerServer - 1) / entry.loadPerServer)
            }
            loadPerServer[place] = entry.loadPerServer
            price[place] = entry.price + entry.scarcity
            for other in 0..<count {
                let there = Double(world.field.routed[site * stride + Int(candidate[other])])
                forward[place * count + other] = there
                backward[other * count + place] = there
            }
        }
    }

    private mutating func loadMembers(_ session: TickSession, _ world: TickSurroundings) {
        let (count, policy) = (candidateCount, session.policy)
        load.reserve(memberCount)
        home.reserve(memberCount)
        isPinned.reserve(memberCount)
        latency.reserve(memberCount * count)
        further.reserve(memberCount * count)
        let softCap = policy.softLatencyCap.map { Double($0.microseconds) } ?? .infinity
        let excessPrice = policy.softCapPrice / 1000
        let cooldown = Int64(min(policy.cooldown, 1e9) * 1000)
        let stride = world.field.stride
        for (number, member) in session.members.enumerated() {
            load[number] = member.load
            let cap =
                policy.latencyCap(afterWaiting: member.waiting(at: world.now)).map { Double($0.microseconds) }
                ?? .infinity
            let limit = min(cap, Double(LatencyField.unreachable - 1))
            self.home[number] = keepsBase(member, cap, world) ? Self.beyond : Self.none
            let hadSite = member.base != Int32(SessionProblem.nowhere)
            unsafe world.field.access.withUnsafeBufferPointer { access in
                let there = unsafe access.baseAddress.unsafelyUnwrapped + Int(member.node) * stride
                for place in 0..<count {
                    let value = unsafe Double(there[Int(candidate[place])])
                    let isAllowed = value <= limit
                    latency[number &* count &+ place] = isAllowed ? value : Self.forbidden
                    further[number &* count &+ place] =
                        (hadSite ? moveCharge : 0) + (value > softCap ? (value - softCap) * excessPrice : 0)
                }
            }
            // Staying costs no move.
            if hadSite, let place = placeOf(member.base) {
                let value = Double(world.field.access[Int(member.node) * stride + Int(member.base)])
                further[number * count + place] = value > softCap ? (value - softCap) * excessPrice : 0
                if latency[number * count + place] < Self.forbidden { self.home[number] = Int32(place) }
            }
            // Several moves of one moment are one.
            isPinned[number] =
                member.site >= 0 && world.now > member.movedAt && world.now - member.movedAt < cooldown
        }
    }

    /// Where a site stands among the candidates.
    private func placeOf(_ site: Int32) -> Int? {
        for place in 0..<candidateCount where candidate[place] == site { return place }
        return nil
    }

    /// Whether the member's last site could serve it still: with servers to rent, within reach, and with a way to the mesh.
    private func keepsBase(_ member: TickMember, _ cap: Double, _ world: TickSurroundings) -> Bool {
        guard member.base >= 0 else { return false }
        let entry = world.pool.entries[Int(member.base)]
        let value = Double(world.field.access[Int(member.node) * world.field.stride + Int(member.base)])
        return entry.usable > 0 && entry.component == meshComponent && value <= cap
            && value < Double(LatencyField.unreachable)
    }

    /// The mesh as it stands, without whom it cannot serve any more.
    private mutating func standUp(_ session: TickSession) {
        let (members, count) = (memberCount, candidateCount)
        clear()
        for (number, member) in session.members.enumerated() where member.site >= 0 {
            guard let place = (0..<count).first(where: { candidate[$0] == member.site }) else { continue }
            let needed = serversNeeded(state.load[place] + Int(member.load), at: place)
            guard latency[number * count + place] < Self.forbidden, needed <= available[place],
                state.members[place] > 0 || state.figures.openSites < siteLimit,
                state.figures.servers + needed - state.servers[place] <= serverLimit
            else { continue }
            put(number, at: place)
        }
        sumUp()
        // Whoever lost their place may go anywhere.
        for number in 0..<members where state.place[number] < 0 { isPinned[number] = false }
    }
}

extension SessionKernel {
    /// Serves nobody.
    mutating func clear() {
        let (members, count, kinds) = (memberCount, candidateCount, kindCount)
        state.place.fill(members, with: -1)
        state.count.fill(kinds * count, with: 0)
        state.pull.fill(kinds * count, with: 0)
        state.served.fill(kinds, with: 0)
        state.latencySum.fill(kinds, with: 0)
        state.partners.fill(kinds, with: 0)
        state.members.fill(count, with: 0)
        state.load.fill(count, with: 0)
        state.servers.fill(count, with: 0)
        state.figures = KernelFigures()
        state.figures.unserved = members
    }

    /// Counts a member in at a place; what members share is left to ``sumUp()``.
    private mutating func put(_ member: Int, at place: Int) {
        let own = Int(kind[member])
        state.place[member] = Int32(place)
        state.count[own * candidateCount + place] += 1
        state.served[own] += 1
        state.latencySum[own] += latency[member * candidateCount + place]
        state.figures.unserved -= 1
        state.figures.further += further[member * candidateCount + place]
        if home[member] != Self.none, Int(home[member]) != place { state.figures.moves += 1 }
        changeLoad(at: place, members: 1, load: Int(load[member]))
    }

    /// Pulls, weights and interaction of the members as they are counted: what ``apply(_:to:)`` keeps up.
    ///
    /// - Complexity: O(kinds * (kinds with members somewhere + open sites * candidates)).
    private mutating func sumUp() {
        let (kinds, count) = (kindCount, candidateCount)
        for own in 0..<kinds {
            for other in 0..<kinds { state.partners[own] += state.served[other] * bothWays[own * kinds + other] }
        }
        exchange.there.reserve(kinds)
        exchange.back.reserve(kinds)
        for place in 0..<count where state.members[place] > 0 { addPulls(at: place) }
        var (access, transit) = (0.0, 0.0)
        for own in 0..<kinds {
            let partners = isAlone ? 2 : state.partners[own] - bothWays[own * kinds + own]
            access += partners * state.latencySum[own]
            for place in 0..<count { transit += state.count[own * count + place] * state.pull[own * count + place] }
        }
        state.figures.interaction = access + transit / 2
    }

    /// Adds what all members at a place pull of every kind.
    private mutating func addPulls(at place: Int) {
        let (kinds, count) = (kindCount, candidateCount)
        let (there, back) = (exchange.there, exchange.back)
        there.set(kinds, to: 0)
        back.set(kinds, to: 0)
        for other in 0..<kinds {
            let members = state.count[other * count + place]
            guard members > 0 else { continue }
            for own in 0..<kinds {
                there[own] += members * weight[own * kinds + other]
                back[own] += members * weight[other * kinds + own]
            }
        }
        let (pull, forward, backward) = (state.pull, forward, backward)
        let towards = place * count
        for own in 0..<kinds where there[own] > 0 || back[own] > 0 {
            let (row, out, home) = (own * count, there[own], back[own])
            for site in 0..<count {
                pull[row + site] += out * backward[towards + site] + home * forward[towards + site]
            }
        }
    }
}

extension Strip {
    /// Makes room for `count` elements, keeping what there is.
    @inline(__always)
    mutating func reserveKeeping(_ count: Int) {
        guard count > capacity else { return }
        let old = self
        let grown = Strip(capacity: 2 * count)
        grown.take(old)
        self = grown
        old.deallocate()
    }
}
