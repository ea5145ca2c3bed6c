import MeshTypes

extension Baselines {
    /// Everyone to the nearest of the sites that has room; or to the least loaded of the region of the nearest, then of
    /// the region next in distance, as Jitsi's bridge selection does (`RegionBasedBridgeSelectionStrategy`).
    func fill(_ sites: [Int], byRegion: Bool) -> MeshState {
        var state = MeshState(space)
        let regions = byRegion ? regionNumbers() : []
        for group in 0..<space.groups.count {
            var rest = sites.filter { space.groups.latency[group * space.siteCount + $0] < .infinity }
            while let near = nearest(group, among: rest) {
                let choice = byRegion ? leastLoaded(rest.filter { regions[$0] == regions[near] }, state) ?? near : near
                if state.change(group, to: choice) < .infinity {
                    state.apply(group, to: choice)
                    break
                }
                rest.removeAll { $0 == choice }
            }
        }
        state.settle()
        return state
    }

    /// The site whose servers are used least, the first among equals.
    private func leastLoaded(_ sites: [Int], _ state: MeshState) -> Int? {
        sites.min { (use(of: $0, state), $0) < (use(of: $1, state), $1) }
    }

    private func use(of site: Int, _ state: MeshState) -> Double {
        Double(state.load[site]) / Double(space.available[site] * space.loadPerServer[site])
    }

    /// A number for the region of each site; a site without one is a region of its own.
    private func regionNumbers() -> [Int] {
        var numbers: [String: Int] = [:]
        return world.sites.enumerated().map { site, details in
            guard let region = details.region else { return -1 - site }
            let next = numbers.count
            return numbers[region]
                ?? {
                    numbers[region] = next
                    return next
                }()
        }
    }
}
