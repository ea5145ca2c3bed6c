import MeshTypes

/// A change in the set of sites or servers of a mesh.
enum SiteChange {
    /// A site is opened.
    case open(Int)
    /// A site is closed.
    case close(Int)
    /// A site is closed and another opened.
    case swap(Int, Int)
    /// A site gives one server back.
    case release(Int)

    /// The mesh after the change, everyone whom it concerns at the best place left.
    func applied(to state: MeshState) -> MeshState {
        var trial = state
        switch self {
        case .open(let site):
            trial.attract(to: site)
        case .close(let site):
            trial.serverCap[site] = 0
            trial.evict(from: site, towards: nil)
        case .swap(let old, let new):
            trial.serverCap[old] = 0
            trial.evict(from: old, towards: new)
            trial.attract(to: new)
        case .release(let site):
            trial.serverCap[site] = trial.servers[site] - 1
            trial.unload(site)
        }
        trial.serverCap = state.serverCap
        return trial
    }

    /// The changes worth a trial, the most promising first by a linear estimate of what they bring.
    ///
    /// The estimate takes the pull of the sites as it is and lets everyone choose alone. One scan over groups and sites
    /// gives all swaps at once: a swap is an opening, but for those at the closed site, who choose between their second
    /// best and the new site (Whitaker 1983; Resende, Werneck, "A fast swap-based local search procedure", 2007).
    ///
    /// - Complexity: O(groups * sites + open sites * sites).
    static func ranked(for state: MeshState) -> [SiteChange] {
        let space = state.space
        var places = [Int](repeating: -1, count: space.siteCount)
        for (place, site) in state.open.enumerated() { places[site] = place }
        let closed = space.candidates.filter { places[$0] < 0 }
        var gains = [Double](repeating: 0, count: closed.count)
        var losses = [Double](repeating: 0, count: state.open.count)
        var corrections = [Double](repeating: 0, count: state.open.count * closed.count)
        for group in state.site.indices {
            let source = state.site[group]
            let place = source >= 0 ? places[source] : -1
            var second = source >= 0 ? space.policy.unservedPrice * space.groups.weight[group] : 0
            for site in state.open where site != source && source >= 0 {
                second = min(second, state.latencyChange(group, to: site))
            }
            if place >= 0 { losses[place] += second }
            for (number, site) in closed.enumerated() {
                let change = state.latencyChange(group, to: site)
                if change < 0 { gains[number] += change }
                if place >= 0 { corrections[place * closed.count + number] += min(second, change) - min(0, change) }
            }
        }
        var changes: [(estimate: Double, change: SiteChange)] = []
        for (place, site) in state.open.enumerated() {
            let rent = space.price[site] * Double(state.servers[site])
            if state.open.count > 1 { changes.append((losses[place] - rent, .close(site))) }
            if state.servers[site] > 1 {
                // What is left over one server less decides how many must go.
                let one = space.loadPerServer[site]
                let part = Double(state.load[site] - (state.servers[site] - 1) * one) / Double(state.load[site])
                changes.append((losses[place] * part - space.price[site], .release(site)))
            }
            for (number, other) in closed.enumerated() {
                let latency = gains[number] + corrections[place * closed.count + number]
                changes.append((latency - rent + space.price[other], .swap(site, other)))
            }
        }
        if state.open.count < state.siteLimit {
            for (number, site) in closed.enumerated() where gains[number] < 0 {
                changes.append((gains[number] + space.price[site], .open(site)))
            }
        }
        let order = changes.indices.sorted { (changes[$0].estimate, $0) < (changes[$1].estimate, $1) }
        return order.map { changes[$0].change }
    }
}

extension MeshState {
    /// Takes everyone away from a site and serves them anew: at the site they should move towards, if that is nearer in
    /// pair latency, else at the open site that costs least, else anywhere.
    mutating func evict(from source: Int, towards target: Int?) {
        let groups = site.indices.filter { site[$0] == source }
        for group in groups { apply(group, to: -1) }
        for group in groups {
            var place = best(group, among: open)
            if let target, change(group, to: target) < .infinity {
                let gain = latencyChange(group, to: target)
                if place.map({ gain < latencyChange(group, to: $0.site) }) ?? true { place = (target, gain) }
            }
            if let place = place ?? best(group, among: space.candidates) { apply(group, to: place.site) }
        }
    }

    /// Moves people from a site, those who lose least first, until its servers are within its cap.
    mutating func unload(_ source: Int) {
        let others = open.filter { $0 != source }
        var losses: [(change: Double, group: Int)] = []
        for group in site.indices where site[group] == source {
            let least = others.map { latencyChange(group, to: $0) }.min() ?? .infinity
            losses.append((least / Double(space.groups.load[group]), group))
        }
        losses.sort { ($0.change, $0.group) < ($1.change, $1.group) }
        for (_, group) in losses {
            if servers[source] <= serverCap[source] { return }
            if let place = best(group, among: others) { apply(group, to: place.site) }
        }
    }
}
