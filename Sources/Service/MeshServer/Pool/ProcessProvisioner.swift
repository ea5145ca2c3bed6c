import Foundation
import Logging
import MeshAPI
import MeshTypes
import Synchronization

/// Runs an edge agent on this machine for each site that is rented, and ends it when nobody rents there.
///
/// The command is split at blanks; `{server}`, `{controller}` and `{capacity}` are filled in. A token for that one
/// server is handed over in the variable `RMC_TOKEN`, not on the command line, where others could read it. A process
/// that ends by itself while it is rented is started again, twice at most; then its server fails.
final class ProcessProvisioner: Provisioner {
    private struct Running {
        var process: Process
        var starts: Int
    }

    private let running = Mutex<[SiteID: Running]>([:])
    private let command: [String]
    private let controller: String
    private let logger: Logger
    private weak let service: MeshService?

    init(_ configuration: ServerConfiguration, _ service: MeshService) {
        command = configuration.text("edge-command").split(separator: " ").map(String.init)
        controller = ServiceApplication.url(configuration, port: configuration.integer("port"))
        logger = service.logger
        self.service = service
    }

    func acquire(_ site: SiteID) { Task { await start(site, starts: 1) } }

    private func start(_ site: SiteID, starts: Int) async {
        guard let service, !command.isEmpty else { return }
        let capacity = service.views.server(site)?.registration.capacity ?? 0
        let token = try? await service.authority.issue(
            TokenRequest(role: .edge, server: site), defaultLifetime: TokenAuthority.longestLifetime)
        guard let token else { return }
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = command.map { word in
            word.replacing("{server}", with: site.description).replacing("{controller}", with: controller)
                .replacing("{capacity}", with: "\(capacity)")
        }
        process.environment = ProcessInfo.processInfo.environment
            .filter { $0.key != OperatorKey.variable }
            .merging(["RMC_TOKEN": token.token], uniquingKeysWith: { _, new in new })
        process.standardOutput = FileHandle.nullDevice
        process.terminationHandler = { [weak self] process in self?.ended(site, process) }
        do {
            try running.withLock { running in
                guard running[site]?.process.isRunning != true else { return }
                try process.run()
                running[site] = Running(process: process, starts: starts)
            }
        } catch {
            logger.error("an edge process could not be started", metadata: ["server": "\(site)"])
            service.submit(own: .fail(site))
        }
    }

    private func ended(_ site: SiteID, _ process: Process) {
        let again = running.withLock { running -> Int? in
            guard let known = running[site], known.process === process else { return nil }
            running[site] = nil
            return known.starts
        }
        // Let go of by us: nothing to do.
        guard let again else { return }
        logger.warning(
            "an edge process ended", metadata: ["server": "\(site)", "status": "\(process.terminationStatus)"])
        if again < 3 {
            Task { await start(site, starts: again + 1) }
        } else {
            service?.submit(own: .fail(site))
        }
    }

    func release(_ site: SiteID) {
        let process = running.withLock { $0.removeValue(forKey: site)?.process }
        process?.terminate()
    }

    func stop() {
        let all = running.withLock { running in
            defer { running = [:] }
            return running.values.map(\.process)
        }
        for process in all { process.terminate() }
    }
}
