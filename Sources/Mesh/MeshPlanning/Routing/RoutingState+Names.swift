public import MeshTypes

extension RoutingState {
    /// A stream's demand in the kernel's numbers: rates rounded to kbit/s (at least 1), weights to thousandths.
    ///
    /// - Throws: ``PlanningError`` for a site that has no number.
    public static func streams(
        of demand: MediaDemand, numbers: [SiteID: Int]
    ) throws(PlanningError) -> [RoutingStream] {
        var streams: [RoutingStream] = []
        for stream in demand.streams.sorted(by: { $0.media < $1.media }) {
            var sources: [RoutingStream.Source] = []
            for (site, volume) in stream.volumes where volume > 0 {
                sources.append(.init(site: try number(of: site, numbers), rate: kilobits(volume)))
            }
            var receivers: [Int] = []
            for site in stream.receivers { receivers.append(try number(of: site, numbers)) }
            streams.append(
                RoutingStream(
                    media: stream.media.number, latencyWeight: thousandths(stream.latencyWeight),
                    lossTolerance: stream.lossTolerance >= 1
                        ? .max : RoutingLink.nanonepers(ofLoss: stream.lossTolerance),
                    sources: sources.sorted { $0.site < $1.site }, receivers: Set(receivers).sorted()))
        }
        return streams
    }

    /// The links of a network in the kernel's units, in their order.
    ///
    /// - Throws: ``PlanningError`` for a link that joins a site that has no number.
    public static func links(
        of links: [Link], numbers: [SiteID: Int]
    ) throws(PlanningError) -> [RoutingLink] {
        var result: [RoutingLink] = []
        for link in links {
            result.append(
                RoutingLink(
                    from: try number(of: link.from, numbers), to: try number(of: link.to, numbers),
                    latency: link.latency.microseconds, capacity: link.bandwidth.map { kilobits($0) },
                    loss: RoutingLink.nanonepers(ofLoss: link.loss ?? 0)))
        }
        return result
    }

    private static func number(of site: SiteID, _ numbers: [SiteID: Int]) throws(PlanningError) -> Int {
        guard let number = numbers[site] else {
            throw PlanningError(.inconsistentSnapshot, "site \(site) in media routes is not in the snapshot")
        }
        return number
    }

    /// Mbit/s as kbit/s; what is not a number, negative or too much becomes the nearest rate that there is.
    static func kilobits(_ rate: Double) -> Int64 {
        guard rate > 0 else { return 0 }
        let scaled = (rate * 1000).rounded()
        return scaled < Double(RoutingLink.largestRate) ? max(1, Int64(scaled)) : RoutingLink.largestRate
    }

    private static func thousandths(_ weight: Double) -> Int64 {
        guard weight > 0 else { return 0 }
        let scaled = (weight * 1000).rounded()
        return scaled < Double(RoutingStream.largestWeight) ? Int64(scaled) : RoutingStream.largestWeight
    }

    /// A session's routes by name, or `nil` when it has none.
    public func routes(of key: Int, sites: [SiteID]) -> [MediaRoute]? {
        guard let slot = slots[key], let trees = route(of: key), sites.count == siteCount else { return nil }
        let session = sessions[Int(slot)]
        return trees.enumerated().compactMap { number, tree in
            guard MediaClass.allCases.indices.contains(tree.media) else { return nil }
            let stream = session.stream(of: number)
            let lacking = Set(tree.unreached + [tree.source])
            return MediaRoute(
                media: MediaClass.allCases[tree.media], source: sites[tree.source], version: session.version,
                rate: Double(tree.rate) / 1000,
                receivers: stream.receivers.filter { !lacking.contains($0) }.map { sites[$0] }.sorted(),
                hops: tree.links.map { link in
                    let place = Int(network.places[link])
                    return SiteLink(from: sites[Int(network.from[place])], to: sites[Int(network.to[place])])
                })
        }.sorted { $0.key < $1.key }
    }

    /// A site's forwarding table by name.
    public static func named(
        _ table: RoutingTable, sites: [SiteID], sessions: (Int) -> SessionID
    ) -> ForwardingTable {
        ForwardingTable(
            site: sites[table.site], version: table.version,
            entries: table.entries.map { entry in
                ForwardingTable.Entry(
                    session: sessions(entry.session), media: MediaClass.allCases[entry.media],
                    source: sites[entry.source], detour: entry.detour, next: entry.next.map { sites[$0] }.sorted(),
                    delivers: entry.delivers,
                    around: Dictionary(
                        entry.around.map { (sites[$0.hop], $0.detour) }, uniquingKeysWith: { first, _ in first }))
            })
    }

    /// What routing costs and how much less it could, by name.
    public func report(_ certificate: Certificate, sites: [SiteID]) -> RoutingReport {
        let cost = cost
        func units(_ value: Int128) -> Double { Double(value) / 1e9 }
        func name(_ number: Int) -> SiteLink {
            let place = Int(network.places[number])
            return SiteLink(from: sites[Int(network.from[place])], to: sites[Int(network.to[place])])
        }
        return RoutingReport(
            latency: units(cost.latency), carriage: units(cost.carriage), congestion: units(cost.congestion),
            bound: units(certificate.bound),
            prices: certificate.prices.indices.filter { certificate.prices[$0] > 0 }
                .map { RoutingReport.Price(link: name($0), price: certificate.prices[$0]) }
                .sorted { $0.link < $1.link },
            overloads: overloadedLinks.map { number in
                let place = Int(network.places[number])
                return RoutingReport.Overload(
                    link: name(number), load: Double(loads[place]) / 1000,
                    capacity: Double(network.capacity[place]) / 1000)
            }.sorted { $0.link < $1.link },
            unreached: slots.values.reduce(0) { sum, slot in
                sum + sessions[Int(slot)].trees.reduce(0) { $0 + Int($1.defects.unreached) }
            })
    }
}
