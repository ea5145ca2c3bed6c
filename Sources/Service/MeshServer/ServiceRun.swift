import Foundation
import Logging
import NIOCore
import ServiceLifecycle
import Tracing

/// Runs a service from its settings to its end.
package enum ServiceRun {
    /// Why a service did not run, in one line.
    package struct Failure: Error, CustomStringConvertible {
        /// The line.
        package let description: String
        /// Whether the data folder or the settings are at fault, and not the service.
        package let isData: Bool
    }

    /// Runs until the process is told to end.
    ///
    /// - Parameter print: takes the lines for the standard output: one when the service is ready.
    package static func run(
        _ configuration: ServerConfiguration, environment: [String: String],
        print: @escaping @Sendable (String) -> Void
    ) async throws {
        let logger = logger(configuration)
        do {
            let spans = configuration.text("trace-file")
            if !spans.isEmpty {
                InstrumentationSystem.bootstrap(try SpanFile(path: spans, limit: configuration.integer("trace-limit")))
            }
            if configuration.text("repair") == "true" {
                let damage = try StoreRepair.repair(folder: configuration.text("data"), configuration)
                logger.notice("repair", metadata: ["damage": "\(damage ?? "none")"])
            }
            let service = try await MeshService(configuration, environment: environment, logger: logger)
            let starter = Starter(service: service)
            var background: [any Service] = [starter]
            if configuration.text("world") == "wonder" {
                background.append(try WorldSimulation(service, configuration, print: print))
            }
            if !configuration.isLoopback, configuration.text("tls-certificate").isEmpty {
                logger.warning(
                    "others reach this address, and nothing is encrypted: keys and tokens go over the network as they are",
                    metadata: ["host": "\(configuration.text("host"))", "instead": "--tls-certificate, --tls-key"])
            }
            try await ServiceApplication.run(service, background: background) { port in
                await starter.port(port)
                do {
                    try await starter.wait()
                    print("rmc: ready on \(ServiceApplication.url(configuration, port: port))")
                } catch {}
            }
        } catch let error as Failure {
            throw error
        } catch let error as IOError {
            let place = "\(configuration.text("host")):\(configuration.text("port"))"
            let words = unsafe String(cString: strerror(error.errnoCode))
            throw Failure(
                description: "cannot listen on \(place) (--host, --port): \(words)", isData: true)
        } catch let error as ConfigurationError {
            throw Failure(description: error.description, isData: true)
        } catch {
            throw Failure(
                description: StoreError.line(error), isData: error is StoreError || error is FolderLock.InUse)
        }
    }

    static func logger(_ configuration: ServerConfiguration) -> Logger {
        let level = Logger.Level(rawValue: configuration.text("log-level")) ?? .info
        let isJSON = configuration.text("log-format") == "json"
        var logger = Logger(label: "rmc") { label in
            isJSON ? JSONLogHandler() as any LogHandler : StreamLogHandler.standardError(label: label)
        }
        logger.logLevel = level
        return logger
    }

    /// Restores the state while HTTP already answers that it is not ready yet.
    private actor Starter: Service {
        private let service: MeshService
        private var outcome: Result<Void, any Error>?
        private var waiting: [CheckedContinuation<Void, any Error>] = []
        private(set) var listening = 0

        init(service: MeshService) { self.service = service }

        func port(_ port: Int) { listening = port }

        func run() async throws {
            let service = service
            let outcome: Result<Void, any Error> = await withCheckedContinuation { continuation in
                DispatchQueue.global().async { continuation.resume(returning: Result { try service.start() }) }
            }
            self.outcome = outcome
            for continuation in waiting { continuation.resume(with: outcome) }
            waiting = []
            try outcome.get()
            try? await gracefulShutdown()
        }

        func wait() async throws {
            if let outcome { return try outcome.get() }
            try await withCheckedThrowingContinuation { waiting.append($0) }
        }
    }
}

extension StoreError {
    /// An error in one line.
    static func line(_ error: any Error) -> String {
        String(describing: error).split(separator: "\n").joined(separator: " ")
    }
}
