import MeshTypes

/// Places a new site among the others.
///
/// Nobody has measured latencies to a site that is not there. Where it is *like* another, it has the other's. Otherwise
/// each is the geographic estimate, times how the measured latencies of the participant (or of the site at the other
/// end) stand to their own estimates, the median over all that are measured: whoever is on a slow access or a straight
/// fibre stays so.
struct Siting {
    private let snapshot: Snapshot

    init(_ snapshot: Snapshot) { self.snapshot = snapshot }

    /// What a site beside its model is away from it, there and back.
    private static let neighbourhood = Latency(milliseconds: 1)

    func place(_ site: Site, like model: Int?, in target: inout Snapshot) {
        let table = snapshot.accessLatency
        let measured = table.microseconds.contains { $0 != LatencyTable.missing }
        let access: [Int64] = snapshot.participants.indices.map { person in
            if let model { return table.microseconds[person * table.columnCount + model] }
            guard measured else { return LatencyTable.missing }
            let ratio = ratio(
                snapshot.sites.indices.map { other in
                    (table[person, other], snapshot.participants[person].coordinate, snapshot.sites[other].coordinate)
                })
            return Self.estimate(snapshot.participants[person].coordinate, site.coordinate, ratio)
        }
        target.accessLatency = table.appending(column: access)
        switch snapshot.network {
        case .links(let links):
            target.network = .links(links + newLinks(of: site, like: model, links))
        case .dense(let table): target.network = .dense(grown(table, by: site, like: model))
        case .unknown: break
        }
        target.sites.append(site)
    }

    /// How the measured stand to the estimated: the median; 1 where nothing is measured.
    private func ratio(_ pairs: [(measured: Latency?, from: GeoCoordinate, to: GeoCoordinate)]) -> Double {
        var ratios: [Double] = []
        for pair in pairs {
            guard let measured = pair.measured, measured > .zero else { continue }
            ratios.append(
                measured.milliseconds / GeographicLatency.estimate(from: pair.from, to: pair.to).milliseconds)
        }
        ratios.sort()
        return ratios.isEmpty ? 1 : ratios[ratios.count / 2]
    }

    private static func estimate(_ from: GeoCoordinate, _ to: GeoCoordinate, _ ratio: Double) -> Int64 {
        let latency = GeographicLatency.estimate(from: from, to: to).milliseconds * ratio
        return min(Latency(milliseconds: latency), .longest).microseconds
    }

    private func grown(_ table: LatencyTable, by site: Site, like model: Int?) -> LatencyTable {
        let count = snapshot.sites.count
        var grown = LatencyTable(rowCount: count + 1, columnCount: count + 1)
        for from in 0..<count {
            for to in 0..<count { grown[from, to] = table[from, to] }
        }
        grown[count, count] = .zero
        for other in 0..<count {
            if let model {
                grown[count, other] = other == model ? Self.neighbourhood : table[model, other]
                grown[other, count] = other == model ? Self.neighbourhood : table[other, model]
            } else {
                let place = snapshot.sites[other].coordinate
                let ratio = ratio(
                    snapshot.sites.indices.filter { $0 != other }.map { end in
                        (table[other, end], place, snapshot.sites[end].coordinate)
                    })
                let latency = Latency(microseconds: Self.estimate(place, site.coordinate, ratio))
                grown[count, other] = latency
                grown[other, count] = latency
            }
        }
        return grown
    }

    /// Links like the model's, and one to it; or to the three nearest sites.
    private func newLinks(of site: Site, like model: Int?, _ links: [Link]) -> [Link] {
        if let model {
            let id = snapshot.sites[model].id
            var new: [Link] = []
            for link in links where link.from == id || link.to == id {
                var copy = link
                if copy.from == id { copy.from = site.id } else { copy.to = site.id }
                new.append(copy)
            }
            return new + [
                Link(from: site.id, to: id, latency: Self.neighbourhood),
                Link(from: id, to: site.id, latency: Self.neighbourhood),
            ]
        }
        let near = snapshot.sites.indices.sorted {
            (site.coordinate.distance(to: snapshot.sites[$0].coordinate), $0)
                < (site.coordinate.distance(to: snapshot.sites[$1].coordinate), $1)
        }
        return near.prefix(3).flatMap { other in
            let end = snapshot.sites[other]
            let latency = GeographicLatency.estimate(from: site.coordinate, to: end.coordinate)
            return [
                Link(from: site.id, to: end.id, latency: latency), Link(from: end.id, to: site.id, latency: latency),
            ]
        }
    }
}
