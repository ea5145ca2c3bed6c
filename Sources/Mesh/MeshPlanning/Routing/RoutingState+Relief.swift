extension RoutingState {
    /// A link or a site that is slower and narrower than it should be.
    public struct Degradation: Sendable, Hashable {
        /// The link by its number, or the site.
        public var place: Place
        /// Latencies are multiplied by it and capacities divided: 1 or more.
        public var factor: Double

        /// What is degraded.
        public enum Place: Sendable, Hashable {
            /// A link.
            case link(Int)
            /// A site: all links that enter or leave it.
            case site(Int)
        }

        /// Creates a degradation.
        public init(_ place: Place, factor: Double) {
            self.place = place
            self.factor = factor
        }
    }

    /// What a session would gain if one site of its mesh were another.
    public struct Gain: Sendable, Hashable {
        /// The session's key.
        public var session: Int
        /// The site whose participants would move.
        public var site: Int
        /// What media from and to the site cost at the present prices, kbit/s * ns, each receiver on its own path.
        public var price: Int128
        /// The site that it would be cheapest to move to.
        public var alternative: Int
        /// What the same media would cost from and to the alternative.
        public var alternativePrice: Int128

        /// What moving gains; access latencies are not in it.
        public var gain: Int128 { price - alternativePrice }
    }

    /// Reroutes what degraded links and sites carry, and names who would gain from moving.
    ///
    /// The links take up their degraded figures (``updateLinks(_:)`` with the figures of before ends it); the trees over
    /// them are rerouted. Then for every session with a tree over one of them, and each of its sites at an end
    /// of one, media are priced at the present prices as they are and as if the site were one of the session's
    /// other sites or one of `candidates`.
    /// - Returns: what was rerouted, and who gains, the greatest gain first.
    /// - Complexity: O(affected sessions * sites * (candidates + sites) * streams), and a search a source not cached.
    /// - Throws: ``PlanningError`` for links or sites that do not exist and factors below 1.
    public mutating func relieve(
        _ degradations: [Degradation], candidates: [Int] = []
    ) throws(PlanningError) -> (update: Update, gains: [Gain]) {
        var factors: [Int: Double] = [:]
        var sites: Set<Int> = []
        for degradation in degradations {
            guard degradation.factor >= 1, degradation.factor.isFinite else {
                throw PlanningError(.inconsistentSnapshot, "degraded by \(degradation.factor); expected 1 or more")
            }
            for place in try places(of: degradation.place) {
                factors[place] = max(factors[place] ?? 1, degradation.factor)
            }
            if case .site(let site) = degradation.place { sites.insert(site) }
        }
        for site in candidates where !(0..<siteCount).contains(site) {
            throw PlanningError(.inconsistentSnapshot, "candidate \(site); expected one of the \(siteCount) sites")
        }
        let places = factors.keys.sorted()
        let affected = slots(using: places)
        var changes: [LinkChange] = []
        for place in places {
            guard var link = link(Int(network.numbers[place])), let factor = factors[place] else { continue }
            link.latency = Int64(min(Double(RoutingLink.longestLatency), Double(link.latency) * factor))
            link.capacity = link.capacity.map { Int64(Double($0) / factor) }
            changes.append(LinkChange(number: Int(network.numbers[place]), link: link))
        }
        let update = try updateLinks(changes)
        var ends = sites
        for place in places { ends.formUnion([Int(network.from[place]), Int(network.to[place])]) }
        return (update, gains(slots: affected, at: ends, candidates: candidates))
    }

    private func places(of place: Degradation.Place) throws(PlanningError) -> [Int] {
        switch place {
        case .link(let number):
            guard network.places.indices.contains(number) else {
                throw PlanningError(.inconsistentSnapshot, "link \(number); expected a link of the network")
            }
            return [Int(network.places[number])]
        case .site(let site):
            guard (0..<siteCount).contains(site) else {
                throw PlanningError(.inconsistentSnapshot, "site \(site); expected one of the \(siteCount) sites")
            }
            return (0..<network.linkCount).filter { Int(network.from[$0]) == site || Int(network.to[$0]) == site }
        }
    }

    private mutating func gains(slots: [Int], at ends: Set<Int>, candidates: [Int]) -> [Gain] {
        var gains: [Gain] = []
        for slot in slots {
            let streams = sessions[slot].streams
            var mesh: Set<Int> = []
            for stream in streams { mesh.formUnion(stream.receivers + stream.sources.map(\.site)) }
            for site in mesh.intersection(ends).sorted() {
                guard let price = price(of: site, as: site, streams) else { continue }
                var best = Gain(
                    session: sessions[slot].key, site: site, price: price, alternative: site, alternativePrice: price)
                for other in mesh.union(candidates).sorted() where other != site && network.isSiteUp[other] {
                    guard let price = self.price(of: site, as: other, streams) else { continue }
                    if price < best.alternativePrice { (best.alternative, best.alternativePrice) = (other, price) }
                }
                if best.alternative != site { gains.append(best) }
            }
        }
        return gains.sorted {
            $0.gain != $1.gain ? $0.gain > $1.gain : ($0.session, $0.site) < ($1.session, $1.site)
        }
    }

    /// What a site's media cost from and to another place; `nil` when no way leads there.
    private mutating func price(of site: Int, as other: Int, _ streams: [RoutingStream]) -> Int128? {
        var total: Int128 = 0
        for stream in streams {
            let metric = paths.metric(ofWeight: stream.latencyWeight)
            let receives = stream.receivers.contains(site)
            for source in stream.sources {
                if source.site == site {
                    let tree = paths.tree(metric, from: other, network: network, prices: postedPrices)
                    for receiver in stream.receivers where receiver != site && receiver != other {
                        guard tree.length[receiver] < PathTree.unreachable else { return nil }
                        total += Int128(source.rate) * Int128(tree.length[receiver])
                    }
                } else if receives, source.site != other {
                    let tree = paths.tree(metric, from: source.site, network: network, prices: postedPrices)
                    guard tree.length[other] < PathTree.unreachable else { return nil }
                    total += Int128(source.rate) * Int128(tree.length[other])
                }
            }
        }
        return total
    }

    /// For each of some sites the one of them whose participants' media it is cheapest to take over when it fails:
    /// the nearest there and back by latency, `nil` where no way leads to another.
    ///
    /// - Complexity: O(sites^2), and a search a site that is not cached.
    public mutating func spareSites(of sites: [Int]) -> [Int?] {
        let metric = paths.metric(ofWeight: 1000)
        var trees: [PathTree] = []
        for site in sites where (0..<siteCount).contains(site) {
            trees.append(paths.tree(metric, from: site, network: network, prices: postedPrices))
        }
        guard trees.count == sites.count else { return sites.map { _ in nil } }
        return sites.indices.map { number in
            var best: (length: Int64, site: Int)?
            for other in sites.indices where sites[other] != sites[number] {
                let (there, back) = (trees[number].length[sites[other]], trees[other].length[sites[number]])
                guard max(there, back) < PathTree.unreachable else { continue }
                if best.map({ (there + back, sites[other]) < ($0.length, $0.site) }) ?? true {
                    best = (there + back, sites[other])
                }
            }
            return best?.site
        }
    }
}
