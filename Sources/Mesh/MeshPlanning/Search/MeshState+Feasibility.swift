import MeshTypes

extension MeshState {
    /// Serves whoever has no server yet and can have one: the cheapest places first come, people in order.
    ///
    /// Open sites go before new ones, so that people do not scatter over sites that others need.
    mutating func serveTheUnserved(among sites: [Int]? = nil) {
        guard unserved > 0 else { return }
        let sites = sites ?? space.candidates
        for group in self.site.indices where self.site[group] < 0 {
            if let place = best(group, among: open), place.change < SearchSpace.missingSparePenalty / 2 {
                apply(group, to: place.site)
            } else if let place = best(group, among: sites), place.change < SearchSpace.missingSparePenalty / 2 {
                apply(group, to: place.site)
            }
        }
    }

    /// Gives up people until every spare has a server: always from the site where that costs the fewest.
    mutating func makeRoomForSpares() {
        while !hasAllSpares, !open.isEmpty {
            let roomy = open.filter { servers[$0] > 1 }
            guard let site = roomy.min(by: { (excess(at: $0), $0) < (excess(at: $1), $1) }) else {
                for group in self.site.indices where self.site[group] >= 0 { apply(group, to: -1) }
                return
            }
            let wanted = servers[site] - 1
            let groups = self.site.indices.filter { self.site[$0] == site }.sorted {
                (space.groups.load[$0], $0) < (space.groups.load[$1], $1)
            }
            for group in groups where servers[site] > wanted { apply(group, to: -1) }
        }
    }

    /// The load by which a site exceeds one server less.
    private func excess(at site: Int) -> Int { load[site] - (servers[site] - 1) * space.loadPerServer[site] }

    /// Ends a construction: spares are there, and whoever fits is served.
    mutating func settle() {
        if !hasAllSpares {
            makeRoomForSpares()
        }
        serveTheUnserved()
    }
}
