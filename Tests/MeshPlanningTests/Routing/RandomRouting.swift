import MeshPlanning
import MeshTypes
import MeshVerification
import TestSupport

/// A seeded network with demands, by name and in the kernel's numbers.
struct RandomRouting {
    var random: SplitMix64
    let sites: [SiteID]
    let numbers: [SiteID: Int]
    private(set) var links: [Link]
    private(set) var demands: [SessionID: MediaDemand] = [:]
    let options: RoutingOptions

    init(
        seed: UInt64, sites count: ClosedRange<Int> = 2...9, sessions: ClosedRange<Int> = 1...6, density: Double = 0.5,
        isLossy: Bool = true, isNarrow: Bool = true
    ) {
        random = SplitMix64(seed: seed)
        let siteCount = random.integer(count)
        sites = (0..<siteCount).map { SiteID("s\($0)") }
        numbers = Dictionary(sites.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        links = []
        options = RoutingOptions(carriage: Int64(random.element(of: [0, 10, 100, 500])))
        for from in sites {
            for to in sites where to != from && random.chance(density) {
                links.append(
                    Link(
                        from: from, to: to, latency: Latency(microseconds: Int64(random.integer(500...100_000))),
                        bandwidth: isNarrow && random.chance(0.7) ? Double(random.integer(2...40)) : nil,
                        loss: isLossy && random.chance(0.4) ? random.fraction() * 0.05 : nil))
            }
        }
        for session in 0..<random.integer(sessions) { demands[SessionID("k\(session)")] = demand() }
    }

    mutating func demand() -> MediaDemand {
        let mesh = sites.filter { _ in random.chance(0.5) }
        let streams = MediaClass.allCases.filter { _ in random.chance(0.7) }.map { media in
            MediaDemand.Stream(
                media: media, latencyWeight: random.element(of: [0.25, 1, 8]),
                lossTolerance: random.element(of: [1, 0.05, 0.02, 0.001]),
                volumes: Dictionary(
                    mesh.filter { _ in random.chance(0.8) }.map { ($0, Double(random.integer(1...80)) / 10) },
                    uniquingKeysWith: { first, _ in first }),
                receivers: mesh.filter { _ in random.chance(0.9) })
        }
        return MediaDemand(streams: streams)
    }

    /// Sessions by key: their place among the identifiers.
    var names: [SessionID] { demands.keys.sorted() }

    func state() throws -> RoutingState {
        var state = try RoutingState(
            siteCount: sites.count, links: RoutingState.links(of: links, numbers: numbers), options: options)
        for (key, name) in names.enumerated() {
            try state.setSession(key, RoutingState.streams(of: demands[name] ?? .init(streams: []), numbers: numbers))
        }
        return state
    }

    func routes(of state: RoutingState) -> [SessionID: [MediaRoute]] {
        var routes: [SessionID: [MediaRoute]] = [:]
        for (key, name) in names.enumerated() { routes[name] = state.routes(of: key, sites: sites) }
        return routes
    }

    func checker() -> RoutesChecker { RoutesChecker(sites: sites, links: links, carriage: options.carriage) }

    mutating func replaceLink(_ number: Int, by link: Link) { links[number] = link }
    mutating func removeLinks(_ isDown: (Link) -> Bool) { links.removeAll(where: isDown) }
    mutating func setDemand(_ session: SessionID, _ demand: MediaDemand?) { demands[session] = demand }
}

/// All routings of a small network, tried one by one.
struct EveryRouting {
    let network: RandomRouting

    private struct Tree {
        let links: [Int]
        let cost: Int128
        let rate: Int64
    }

    /// The least cost of any routing; `nil` when there are too many.
    func leastCost() -> Int128? {
        var choices: [[Tree]] = []
        for name in network.names {
            for stream in network.demands[name]?.streams ?? [] {
                for (source, volume) in stream.volumes.sorted(by: { $0.key < $1.key }) {
                    let receivers = stream.receivers.filter { $0 != source }
                    guard !receivers.isEmpty else { continue }
                    choices.append(
                        trees(
                            from: source, to: receivers, rate: Int64((volume * 1000).rounded()),
                            weight: Int128(stream.latencyWeight * 1000)))
                }
            }
        }
        guard choices.allSatisfy({ !$0.isEmpty }), choices.reduce(1.0, { $0 * Double($1.count) }) < 200_000 else {
            return nil
        }
        var loads = [Int64](repeating: 0, count: network.links.count)
        return least(choices[...], &loads, 0)
    }

    private func least(_ choices: ArraySlice<[Tree]>, _ loads: inout [Int64], _ cost: Int128) -> Int128 {
        guard let trees = choices.first else {
            return cost + loads.indices.reduce(Int128(0)) { $0 + congestion($1, loads[$1]) }
        }
        var best: Int128?
        for tree in trees {
            for link in tree.links { loads[link] += tree.rate }
            let found = least(choices.dropFirst(), &loads, cost + tree.cost)
            for link in tree.links { loads[link] -= tree.rate }
            best = min(best ?? found, found)
        }
        return best ?? 0
    }

    private func congestion(_ link: Int, _ load: Int64) -> Int128 {
        guard let bandwidth = network.links[link].bandwidth else { return 0 }
        let capacity = Int64(bandwidth * 1000)
        var total: Int128 = 0
        let steps = network.options.curve.steps
        for (number, step) in steps.enumerated() {
            let start = capacity * Int64(step.start) / 1000
            let end = number + 1 < steps.count ? capacity * Int64(steps[number + 1].start) / 1000 : Int64.max
            if load > start { total += Int128(min(load, end) - start) * Int128(step.slope) }
        }
        return total
    }

    /// Every set of links that is a tree from the source with receivers at its leaves.
    private func trees(from source: SiteID, to receivers: [SiteID], rate: Int64, weight: Int128) -> [Tree] {
        var trees: [Tree] = []
        for mask in 0..<(1 << network.links.count) {
            let chosen = network.links.indices.filter { mask >> $0 & 1 == 1 }
            var delay: [SiteID: Int128] = [source: 0]
            var left = chosen
            while let place = left.firstIndex(where: {
                delay[network.links[$0].from] != nil && delay[network.links[$0].to] == nil
            }) {
                let link = network.links[left.remove(at: place)]
                delay[link.to] = (delay[link.from] ?? 0) + Int128(link.latency.microseconds)
            }
            guard left.isEmpty, receivers.allSatisfy({ delay[$0] != nil }) else { continue }
            let felt = receivers.reduce(Int128(0)) { $0 + (delay[$1] ?? 0) }
            let carried = chosen.reduce(Int128(0)) { $0 + Int128(network.links[$1].latency.microseconds) }
            trees.append(
                Tree(
                    links: chosen,
                    cost: Int128(rate) * (felt * weight + carried * Int128(network.options.carriage)), rate: rate))
        }
        return trees
    }
}
