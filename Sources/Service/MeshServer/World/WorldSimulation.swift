import Foundation
import Logging
import MeshAPI
import MeshControl
import MeshInstances
import MeshTypes
import ServiceLifecycle

/// A simulated world on measured latencies: servers that send heartbeats, people who come, report, move and go.
///
/// Everything goes through the same commands as requests do. What people and servers measure is drawn from the file's
/// latencies with a little noise. The same seed gives the same people in the same order; when each comes depends on the
/// clock.
final class WorldSimulation: Service {
    private let service: MeshService
    private let world: Snapshot
    private let siteCount: Int
    private let population: Int
    private let seed: UInt64
    private let print: @Sendable (String) -> Void
    private let base: String

    init(
        _ service: MeshService, _ configuration: ServerConfiguration, print: @escaping @Sendable (String) -> Void
    ) throws {
        self.service = service
        self.print = print
        population = configuration.integer("world-participants")
        seed = UInt64(configuration.integer("seed"))
        let path = Self.found(configuration.text("world-data"))
        do {
            world = try SnapshotReader.read(try InputFile.read(path))
        } catch {
            throw ServiceRun.Failure(
                description: "\(error.description); --world-data names the snapshot to draw from", isData: true)
        }
        guard !world.participants.isEmpty else {
            throw ServiceRun.Failure(description: "\(path): holds nobody; expected people to draw from", isData: true)
        }
        siteCount = min(configuration.integer("world-sites"), world.sites.count)
        base = ServiceApplication.url(configuration, port: configuration.integer("port"))
    }

    /// A file where it is said to be, or else, for one that comes with the program, in a folder above it.
    private static func found(_ path: String) -> String {
        let files = FileManager.default
        guard !path.hasPrefix("/"), !files.fileExists(atPath: path) else { return path }
        var folder = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        while folder.path != "/" {
            let candidate = folder.appending(path: path).path
            if files.fileExists(atPath: candidate) { return candidate }
            folder = folder.deletingLastPathComponent()
        }
        return path
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            do {
                try await self.live()
            } catch is CancellationError {
            } catch {
                self.service.logger.error("the simulated world ended", metadata: ["reason": "\(error)"])
            }
        }
    }

    private func live() async throws {
        while !service.isReady { try await Task.sleep(for: .milliseconds(20)) }
        // People of an earlier run are gone.
        for session in service.views.sessions(after: "world-", limit: 10_000).items
        where session.id.description.hasPrefix("world-") {
            _ = try await service.change(.control(.sessionEnded(session.id)), key: nil, .whenCarriedOut)
        }
        try await registerServers()
        announce()
        var people = Population(seed: seed)
        var second = 0
        while true {
            try await Task.sleep(for: .seconds(1))
            second += 1
            for site in world.sites.prefix(siteCount) { service.leases.renew(site.id, at: ServiceClock.uptime()) }
            if second % 30 == 0 { measureSites(&people.random) }
            try await people.step(toward: population, of: world) { command in
                _ = try await self.service.change(command, key: nil, .whenCarriedOut)
            } measure: { participant, row, random in
                self.measure(participant, row, &random)
            }
        }
    }

    /// Says that this is a simulation, and how to look at it.
    private func announce() {
        print(
            """
            rmc: a simulated world: \(siteCount) servers, about \(population) people, on \(world.source ?? "latencies of a file")
            Look at it (the key is in the data folder, operator.key):
              KEY="Authorization: Bearer $(cat \(service.configuration.text("data"))/operator.key)"
              curl -s -H "$KEY" '\(base)/v1/sessions?limit=5'
              curl -s -H "$KEY" '\(base)/v1/sessions/world-1/explain'
              curl -sN -H "$KEY" '\(base)/v1/sessions/world-1/mesh/events'
              curl -s '\(base)/metrics' | grep rmc_tick
            """)
    }

    private func registerServers() async throws {
        var random = WorldRandom(state: seed)
        for site in world.sites.prefix(siteCount) {
            let request = ServerRequest(
                latitude: site.coordinate.latitude, longitude: site.coordinate.longitude,
                capacity: site.loadPerServer * site.totalServers, price: site.price * Double(site.totalServers),
                region: site.region, provider: site.provider, name: site.name)
            _ = try await service.change(.register(site.id, request), key: nil, .whenCarriedOut)
            service.leases.renew(site.id, at: ServiceClock.uptime())
        }
        measureSites(&random)
    }

    private var now: Double { Double(service.clock.now.milliseconds) / 1000 }

    private func measureSites(_ random: inout WorldRandom) {
        guard case .dense(let table) = world.network else { return }
        let now = now
        for from in 0..<siteCount {
            for to in 0..<siteCount where from != to {
                guard let latency = table[from, to] else { continue }
                _ = service.desk.take(
                    MeasurementLine(
                        from: world.sites[from].id.description, to: world.sites[to].id.description,
                        rtt: random.noisy(latency.milliseconds)),
                    time: now, now: now, isSite: true)
            }
        }
    }

    /// Somebody measures the sites that are near.
    private func measure(_ participant: ParticipantID, _ row: Int, _ random: inout WorldRandom) {
        let now = now
        let near = (0..<siteCount).map { ($0, world.accessLatency(participant: row, site: $0)) }
            .sorted { $0.1 < $1.1 }.prefix(8)
        for (site, latency) in near where latency.microseconds > 0 {
            _ = service.desk.take(
                MeasurementLine(
                    from: participant.description, to: world.sites[site].id.description,
                    rtt: random.noisy(latency.milliseconds)),
                time: now, now: now, isSite: false)
        }
    }
}
