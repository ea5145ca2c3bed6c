import MeshPlanning
import MeshTypes

extension MeshController {
    mutating func bringUp(_ report: SiteReport) -> [Directive] {
        let number: Int
        let rent = world.rent
        var isNearer = false
        if let known = sites.number(of: report.id) {
            number = known
            if sites.reports[known].latitude != report.latitude || sites.reports[known].longitude != report.longitude {
                world.field.placeSite(known, at: report.coordinate)
                rebaseLinks(of: known)
                refreshNearest()
                isNearer = true
            }
            world.pool.entries[known].servers = report.servers
            world.pool.entries[known].loadPerServer = report.loadPerServer
            world.pool.entries[known].price = report.price
            world.pool.entries[known].isUp = true
            world.pool.entries[known].isDraining = false
            world.pool.entries[known].isSilent = false
        } else {
            number = world.field.addSite(at: report.coordinate)
            world.pool.entries.append(
                .init(servers: report.servers, loadPerServer: report.loadPerServer, price: report.price))
            refreshNearest()
            isNearer = true
        }
        sites.set(report, number: number)
        refreshRoutes()
        world.rent = world.pool.rentTable()
        if isNearer { resetBounds() } else { loosenBounds(after: rent) }
        callThoseWhoWait()
        return overfull(number)
    }

    /// Those who wait for a server may have one at a site that is there now.
    private mutating func callThoseWhoWait() {
        for (number, session) in sessions.enumerated() {
            guard let session, session.figures.unserved > 0 || !session.members.allSatisfy({ $0.site >= 0 }) else {
                continue
            }
            queue.add(number, isUrgent: true)
        }
    }

    mutating func hear(_ id: SiteID, isSilent: Bool) -> [Directive] {
        guard let number = sites.number(of: id), world.pool.entries[number].isSilent != isSilent else { return [] }
        world.pool.entries[number].isSilent = isSilent
        if !isSilent { callThoseWhoWait() }
        return []
    }

    mutating func takeDown(_ id: SiteID) -> [Directive] {
        guard let number = sites.number(of: id), world.pool.entries[number].isUp else { return [] }
        world.pool.entries[number].isUp = false
        world.rent = world.pool.rentTable()
        return evacuate(number)
    }

    mutating func drain(_ id: SiteID) -> [Directive] {
        guard let number = sites.number(of: id) else { return [] }
        world.pool.entries[number].isDraining = true
        world.rent = world.pool.rentTable()
        for (session, details) in sessions.enumerated() where details?.position(of: Int32(number)).isHeld ?? false {
            queue.add(session, isUrgent: true)
        }
        return []
    }

    /// Takes everybody at a site elsewhere; those who pay most to be served choose first.
    private mutating func evacuate(_ site: Int) -> [Directive] {
        var directives: [Directive] = []
        for number in inServingOrder(holders(of: site)) { directives += leave(site, number) }
        return directives
    }

    /// The sessions with servers at a site.
    private func holders(of site: Int) -> [Int] {
        sessions.indices.filter { sessions[$0]?.position(of: Int32(site)).isHeld ?? false }
    }

    /// Plans a session again at once whose servers at a site can no longer be.
    private mutating func leave(_ site: Int, _ number: Int) -> [Directive] {
        var gauge = WorkGauge(limit: .max)
        let directives = plan(number, .repair, TickPlanner(), &gauge, certifies: false)
        forgive(number, at: Int32(site))
        // A mesh that was built round a site is seldom a good one without it, and step by step it stays so: the next tick plans from nothing.
        uncertify(number)
        sessions[number]?.figures.facilityBound = 0
        queue.add(number, isUrgent: true)
        return directives
    }

    /// Whoever had to leave a site owes no move, even if the site comes back before the next tick.
    private mutating func forgive(_ number: Int, at site: Int32) {
        for index in 0..<(sessions[number]?.members.count ?? 0) {
            guard let member = sessions[number]?.members[index], member.base == site, member.site != site else {
                continue
            }
            sessions[number]?.members[index].base = -1
        }
    }

    /// Plans those again whose servers a site that shrank can no longer carry: those who pay least to be served leave first.
    mutating func overfull(_ site: Int) -> [Directive] {
        var directives: [Directive] = []
        let holders = inServingOrder(holders(of: site)).reversed()
        for number in holders {
            // Servers that carry less than they did.
            guard let holding = sessions[number]?.holdings.first(where: { $0.site == Int32(site) }),
                Int(holding.load) > Int(holding.servers) * world.pool.entries[site].loadPerServer
            else { continue }
            directives += leave(site, number)
        }
        for number in holders {
            let entry = world.pool.entries[site]
            guard entry.rented > entry.usable else { break }
            directives += leave(site, number)
        }
        return directives
    }

    /// Sessions in the order in which the pool serves them: those that pay most for each who is left out first.
    func inServingOrder(_ numbers: [Int]) -> [Int] {
        numbers.sorted { left, right in
            let prices = (sessions[left]?.policy.unservedPrice ?? 0, sessions[right]?.policy.unservedPrice ?? 0)
            return prices.0 == prices.1 ? left < right : prices.0 > prices.1
        }
    }

    mutating func refreshNearest() {
        for node in 0..<world.field.nodeCount { world.nearest.refresh(node, world.field) }
    }

    /// Recomputes the routes if links have changed, and lines up the sessions that feel it.
    mutating func refreshRoutes() {
        let before = sessions.isEmpty ? [] : world.field.routed
        let stride = world.field.stride
        guard world.field.refreshRoutes() else { return }
        world.pool.numberComponents(world.field)
        guard before.count == world.field.routed.count else { return touchAllLinks() }
        keepBounds(before)
        for (number, session) in sessions.enumerated() {
            guard let session else { continue }
            if links.isActive, Self.differs(session, before, world.field) { links.touch(number) }
            let feels = session.holdings.contains { from in
                session.holdings.contains { to in
                    let index = Int(from.site) * stride + Int(to.site)
                    let (old, new) = (before[index], world.field.routed[index])
                    return abs(Int64(old) - Int64(new)) * 100 > Int64(old)
                }
            }
            if feels { queue.add(number) }
        }
    }

    /// Keeps the bounds true where routes became shorter.
    ///
    /// - Complexity: O(sites^2), and O(sessions) where some did; O(participants) where some lost more than half or are new.
    private mutating func keepBounds(_ before: [Int32]) {
        var part = 1.0
        for (old, new) in zip(before, world.field.routed) where new < old {
            part = old < LatencyField.unreachable ? min(part, Double(new) / Double(old)) : 0
        }
        if part < 0.5 { resetBounds() } else if part < 1 { scaleBounds(by: part) }
    }

    /// Whether any route between a session's sites is longer or shorter than before.
    private static func differs(_ session: TickSession, _ before: [Int32], _ field: LatencyField) -> Bool {
        session.holdings.contains { from in
            session.holdings.contains { to in
                let index = Int(from.site) * field.stride + Int(to.site)
                return before[index] != field.routed[index]
            }
        }
    }

    mutating func measure(_ digest: MeasurementDigest) -> [Directive] {
        for entry in digest.access {
            guard let slot = people.number(of: entry.participant), let site = sites.number(of: entry.site) else {
                continue
            }
            let person = people[slot]
            let (number, index) = (Int(person.session), Int(person.index))
            guard let member = sessions[number]?.members[index] else { continue }
            let old = world.field.access[Int(member.node) * world.field.stride + site]
            let latency = Latency(milliseconds: entry.latency)
            guard latency.microseconds != Int64(old) else { continue }
            let node = nodes.ownNode(like: member.node, &world.field)
            sessions[number]?.members[index].node = node
            world.field.setAccess(latency, Int(node), site)
            world.nearest.refresh(Int(node), world.field)
            uncertify(number)
            // A change that nobody would feel is not worth a plan, unless it crosses a cap.
            let isFelt = abs(latency.microseconds - Int64(old)) * 50 > Int64(old)
            let cap = sessions[number]?.policy.latencyCap ?? .longest
            if isFelt || (latency > cap && Int64(member.site) == Int64(site)) { queue.add(number) }
        }
        measureLinks(digest)
        var directives: [Directive] = []
        for overload in digest.overloads {
            guard let site = sites.number(of: overload.site) else { continue }
            world.pool.entries[site].capacityFactor = overload.capacity
            directives += overfull(site)
        }
        if !digest.overloads.isEmpty {
            let rent = world.rent
            world.rent = world.pool.rentTable()
            loosenBounds(after: rent)
        }
        return directives
    }
}

extension SiteReport {
    /// Where.
    var coordinate: GeoCoordinate { GeoCoordinate(latitude: latitude, longitude: longitude) }
}
