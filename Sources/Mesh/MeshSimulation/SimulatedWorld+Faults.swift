import MeshControl
import MeshInstances
import MeshTypes

extension SimulatedWorld {
    /// All links between sites, each with an inflation of its own.
    mutating func siteLinks() -> [MeasurementDigest.SiteLink] {
        var links: [MeasurementDigest.SiteLink] = []
        links.reserveCapacity(siteReports.count * siteReports.count)
        for from in siteReports.indices {
            for to in 0..<from {
                let latency = linkLatency(from, to)
                links.append(.init(from: siteReports[from].id, to: siteReports[to].id, latency: latency))
                links.append(.init(from: siteReports[to].id, to: siteReports[from].id, latency: latency))
            }
        }
        return links
    }

    private mutating func linkLatency(_ from: Int, _ to: Int) -> Double {
        let places = (siteReports[from], siteReports[to])
        let distance = GeoCoordinate(latitude: places.0.latitude, longitude: places.0.longitude)
            .distance(to: GeoCoordinate(latitude: places.1.latitude, longitude: places.1.longitude))
        let inflation = 1.4 + 1.2 * random.fraction()
        let latency = 1 + 2 * inflation * distance / GeographicLatency.kilometresPerMillisecond
        return (latency * 1000).rounded() / 1000
    }

    /// Something breaks, or something that is broken is mended.
    mutating func fault() -> [ControlEvent] {
        guard !siteReports.isEmpty else { return [] }
        if !broken.isEmpty, random.chance(0.4) {
            let position = random.integer(in: 0...broken.count - 1)
            let fault = broken.remove(at: position)
            switch fault {
            case .site(let site):
                return [.siteUp(siteReports[site]), overload(site, capacity: 1)]
            case .link(let from, let to): return [link(from, to, latency: linkLatency(from, to))]
            }
        }
        let site = random.integer(in: 0...siteReports.count - 1)
        switch random.integer(in: 0...4) {
        case 0:
            broken.append(.site(site))
            return [.siteDown(siteReports[site].id)]
        case 1:
            broken.append(.site(site))
            return [.siteDraining(siteReports[site].id)]
        case 2:
            broken.append(.site(site))
            return [overload(site, capacity: Double(random.integer(in: 0...9)) / 10)]
        default:
            let other = random.integer(in: 0...siteReports.count - 1)
            guard other != site else { return [] }
            broken.append(.link(site, other))
            let latency = random.chance(0.5) ? nil : linkLatency(site, other) * Double(random.integer(in: 2...6))
            return [link(site, other, latency: latency)]
        }
    }

    private func overload(_ site: Int, capacity: Double) -> ControlEvent {
        .measured(MeasurementDigest(overloads: [.init(site: siteReports[site].id, capacity: capacity)]))
    }

    private func link(_ from: Int, _ to: Int, latency: Double?) -> ControlEvent {
        .measured(
            MeasurementDigest(links: [
                .init(from: siteReports[from].id, to: siteReports[to].id, latency: latency),
                .init(from: siteReports[to].id, to: siteReports[from].id, latency: latency),
            ]))
    }
}
