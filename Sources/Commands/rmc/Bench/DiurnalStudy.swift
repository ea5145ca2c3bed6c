internal import MeshControl
internal import MeshEngine
internal import MeshSimulation
internal import MeshTypes
internal import Optimization

/// A day of demand that follows the sun: what the controller rents, against one server site for each session.
///
/// With one server site a session is at the site that is nearest to those of its people who are ever there, all day, with servers for
/// its fullest hour: nothing is told of who comes when, so that is what must be provisioned. What it would rent if servers could come and go by
/// the hour there is told too. The controller plans every hour anew; what a millisecond is worth to it is lowered as long as the 95th percentile
/// of pair latencies over the day is no higher than with one server site.
struct DiurnalStudy {
    /// What a way to serve the day takes.
    struct Day {
        /// Rent of each hour.
        var rents: [Double] = []
        /// Pairs by latency, in tenths of a millisecond.
        var latencies = [Int](repeating: 0, count: 20_000)
        var unserved = 0

        var peak: Double { rents.max() ?? 0 }

        /// A percentile of all pairs of the day, milliseconds.
        func latency(_ part: Double) -> Double {
            var left = Int((part * Double(latencies.reduce(0, +))).rounded(.up))
            for (bin, count) in latencies.enumerated() {
                left -= count
                if left <= 0 { return Double(bin) / 10 }
            }
            return Double(latencies.count) / 10
        }

        mutating func add(_ milliseconds: Double) {
            latencies[min(latencies.count - 1, max(0, Int(milliseconds * 10)))] += 1
        }
    }

    /// The controller's day, and what a millisecond was worth in it.
    private(set) var planned = Day()
    private(set) var latencyValue = 0.0
    /// One site a session: servers as needed by the hour, and the rent of what must be provisioned.
    private(set) var single = Day()
    private(set) var provisioned = 0.0

    /// What a millisecond may be worth, dearest first.
    private static let values = [2, 1, 0.5, 0.2, 0.1, 0.05, 0.02]

    private let world: DiurnalWorld
    /// Latency of everybody to every site, milliseconds.
    private let access: [[Double]]

    private init(_ world: DiurnalWorld) {
        self.world = world
        access = world.people.map { person in
            world.sites.map {
                GeographicLatency.estimate(
                    from: person.report.coordinate,
                    to: GeoCoordinate(latitude: $0.latitude, longitude: $0.longitude)
                ).milliseconds
            }
        }
    }

    static func run(_ world: DiurnalWorld, threads: Int, interrupter: Interrupter) throws -> DiurnalStudy {
        var study = DiurnalStudy(world)
        study.serveSingly()
        var best: (day: Day, value: Double)?
        for value in values where !interrupter.isInterrupted {
            let day = try study.plan(latencyValue: value, threads: threads)
            guard day.latency(0.95) <= study.single.latency(0.95) else { break }
            if best.map({ day.peak < $0.day.peak }) ?? true { best = (day, value) }
        }
        guard let best else {
            throw CommandFailure(.noAnswer, "no plan has pair latencies as low as one server site for each session")
        }
        (study.planned, study.latencyValue) = best
        return study
    }

    private mutating func serveSingly() {
        var members: [[Int]] = Array(repeating: [], count: world.sessionCount)
        for (number, person) in world.people.enumerated() { members[person.session].append(number) }
        single.rents = Array(repeating: 0, count: 24)
        for people in members where !people.isEmpty {
            let sums = world.sites.indices.map { site in people.reduce(0.0) { $0 + access[$1][site] } }
            let site = sums.indices.min { (sums[$0], $0) < (sums[$1], $1) } ?? 0
            var most = 0
            for hour in 0..<24 {
                let present = people.filter { world.isPresent($0, hour: hour) }
                let servers = (present.count + world.sites[site].loadPerServer - 1) / world.sites[site].loadPerServer
                most = max(most, servers)
                single.rents[hour] += Double(servers) * world.sites[site].price
                for one in present {
                    for other in present where other != one { single.add(access[one][site] + access[other][site]) }
                }
            }
            provisioned += Double(most) * world.sites[site].price
        }
    }

    /// A day under the controller.
    private func plan(latencyValue: Double, threads: Int) throws -> Day {
        var day = Day()
        let start = ControlTime(milliseconds: 0)
        var controller = MeshController(
            configuration: ControlConfiguration(threads: threads), solvers: SolverSelection.planning, at: start)
        for site in world.sites { _ = try controller.handle(.siteUp(site), at: start) }
        _ = try controller.handle(.measured(MeasurementDigest(links: links)), at: start)
        let policy = SessionPolicy(siteLimit: 8, movePrice: 1, latencyValue: latencyValue)
        let numbers = Dictionary(uniqueKeysWithValues: world.sites.enumerated().map { ($1.id, $0) })
        var isThere = Array(repeating: false, count: world.people.count)
        // The evening before, so that the day begins with meshes.
        for hour in -2..<24 {
            let time = ControlTime(milliseconds: Int64(hour + 2) * 3_600_000)
            for event in changes(&isThere, hour: (hour + 24) % 24, policy, isFirst: hour == -2) {
                _ = try controller.handle(event, at: time)
            }
            _ = controller.tick(at: time)
            if hour >= 0 { measure(controller, numbers, &day) }
        }
        return day
    }

    private var links: [MeasurementDigest.SiteLink] {
        var links: [MeasurementDigest.SiteLink] = []
        for from in world.sites.indices {
            for to in world.sites.indices where to != from {
                links.append(
                    .init(from: world.sites[from].id, to: world.sites[to].id, latency: world.linkLatency(from, to)))
            }
        }
        return links
    }

    /// Who comes and goes at an hour.
    private func changes(
        _ isThere: inout [Bool], hour: Int, _ policy: SessionPolicy, isFirst: Bool
    ) -> [ControlEvent] {
        var joining: [[ParticipantReport]] = Array(repeating: [], count: world.sessionCount)
        var leaving: [ParticipantID] = []
        for (number, person) in world.people.enumerated() where world.isPresent(number, hour: hour) != isThere[number] {
            isThere[number].toggle()
            if isThere[number] {
                joining[person.session].append(person.report)
            } else {
                leaving.append(person.report.id)
            }
        }
        var events: [ControlEvent] = leaving.isEmpty ? [] : [.left(leaving)]
        for (session, reports) in joining.enumerated() where isFirst || !reports.isEmpty {
            let id = world.sessionID(session)
            events.append(
                isFirst
                    ? .sessionCreated(
                        SessionOpening(id: id, type: "conference", policy: policy, participants: reports))
                    : .joined(id, reports))
        }
        return events
    }

    private func measure(_ controller: MeshController, _ numbers: [SiteID: Int], _ day: inout Day) {
        var rent = 0.0
        var there: [ParticipantID: Int] = [:]
        for (number, person) in world.people.enumerated() { there[person.report.id] = number }
        for session in 0..<world.sessionCount {
            guard let mesh = controller.mesh(of: world.sessionID(session)) else { continue }
            rent += mesh.cost.rent
            day.unserved += mesh.unserved.count
            let served = mesh.assignment.compactMap { id, site in
                there[id].flatMap { person in numbers[site].map { (access[person][$0], $0) } }
            }
            // Links are great circles: no way round is shorter.
            for (place, one) in served.enumerated() {
                for (other, two) in served.enumerated() where other != place {
                    day.add(one.0 + two.0 + (one.1 == two.1 ? 0 : world.linkLatency(one.1, two.1)))
                }
            }
        }
        day.rents.append(rent)
    }
}
