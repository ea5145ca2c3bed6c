extension SessionKernel {
    /// Servers beyond those that carry load that the session could rent, at its sites and at new ones as far as the policy goes.
    private var spareRoom: Int {
        var room = 0
        var fresh: [Int] = []
        for place in 0..<candidateCount {
            if state.members[place] > 0 {
                room += available[place] - state.servers[place]
            } else if available[place] > 0 {
                fresh.append(available[place])
            }
        }
        fresh.sort(by: >)
        return room + fresh.prefix(max(0, siteLimit - state.figures.openSites)).reduce(0, +)
    }

    /// Gives up members until every spare that the policy asks for has a server: always at the site where that takes the fewest.
    mutating func makeRoomForSpares(_ redundancy: Int) {
        while redundancy > 0, state.figures.openSites > 0, spareRoom < redundancy {
            var best: (excess: Int, place: Int)?
            for place in 0..<candidateCount where state.members[place] > 0 {
                let excess = state.load[place] - (state.servers[place] - 1) * loadPerServer[place]
                if best.map({ excess < $0.excess }) ?? true { best = (excess, place) }
            }
            guard let best else { return }
            let wanted = state.servers[best.place] - 1
            for member in 0..<memberCount
            where Int(state.place[member]) == best.place && state.servers[best.place] > wanted {
                apply(member, to: -1)
            }
        }
    }

    /// Adds spares to the holdings: the cheapest servers at the mesh's sites first, then at sites of their own.
    func addSpares(_ redundancy: Int, to holdings: inout [Holding]) {
        var spares = redundancy
        let order = (0..<candidateCount).sorted { left, right in
            let isOpen = (state.members[left] > 0, state.members[right] > 0)
            if isOpen.0 != isOpen.1 { return isOpen.0 }
            if !isOpen.0, available[left] != available[right] { return available[left] > available[right] }
            return (price[left], candidate[left]) < (price[right], candidate[right])
        }
        for place in order where spares > 0 {
            let index = holdings.firstIndex { $0.site == candidate[place] }
            let added = min(spares, available[place] - (index.map { Int(holdings[$0].servers) } ?? 0))
            guard added > 0, index != nil || holdings.count < siteLimit else { continue }
            if let index {
                holdings[index].servers += Int32(added)
            } else {
                holdings.append(Holding(site: candidate[place], servers: Int32(added), load: 0, count: 0))
            }
            spares -= added
        }
    }
}
