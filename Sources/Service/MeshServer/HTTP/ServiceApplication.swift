import Foundation
package import Hummingbird
import HummingbirdCore
import HummingbirdHTTP2
import HummingbirdTLS
import Logging
import NIOCore
import NIOSSL
package import ServiceLifecycle
import UnixSignals

/// The service behind HTTP.
package enum ServiceApplication {
    /// What serves a service: HTTP/1.1, or HTTPS with HTTP/1.1 and 2 where a certificate is configured.
    ///
    /// - Parameter onReady: called with the port when connections are accepted.
    package static func make(
        _ service: MeshService, onReady: @escaping @Sendable (Int) async -> Void = { _ in }
    ) throws -> Application<ServiceResponder> {
        let configuration = service.configuration
        let connections = DescriptorLimit.fitting(configuration.integer("connections"), service.logger)
        let limits = ConnectionLimits(configuration, connections: connections)
        var headers = HTTP1Channel.Configuration.DecoderConfiguration()
        headers.maxHeaderFieldSize = configuration.integer("header-limit")
        headers.maxHeaderListSize = configuration.integer("header-limit")
        headers.maxHeaderFieldCount = 100
        let channel = HTTP1Channel.Configuration(
            additionalChannelHandlers: [WatchInstaller(limits)],
            idleTimeout: .milliseconds(Int64(configuration.number("idle-timeout") * 1000)),
            httpDecoderConfiguration: headers)
        let server: HTTPServerBuilder
        if let certificates = Certificates(configuration) {
            let idleTimeout = configuration.seconds("idle-timeout")
            let tls = try certificates.load()
            server = HTTPServerBuilder { responder in
                @Sendable func make(_ tls: TLSConfiguration) throws -> HTTP2UpgradeChannel {
                    try HTTP2UpgradeChannel(
                        tlsConfiguration: tls,
                        configuration: .init(idleTimeout: idleTimeout, streamConfiguration: channel),
                        responder: responder)
                }
                let guarded = GuardedChannel(try make(tls), limits)
                service.reloading { guarded.exchange(try make(try certificates.load())) }
                return guarded
            }
        } else {
            server = HTTPServerBuilder { responder in
                GuardedChannel(HTTP1Channel(responder: responder, configuration: channel), limits)
            }
        }
        var logger = service.logger
        logger.logLevel = max(logger.logLevel, .warning)
        return Application(
            responder: ServiceResponder(service: service), server: server,
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.text("host"), port: configuration.integer("port")),
                backlog: 1024, reuseAddress: true,
                availableConnectionsDelegate: MaximumAvailableConnections(connections)),
            onServerRunning: { channel in await onReady(channel.localAddress?.port ?? 0) }, logger: logger)
    }

    /// Where a service listens, as a URL.
    static func url(_ configuration: ServerConfiguration, port: Int) -> String {
        let (host, isSecure) = (configuration.text("host"), !configuration.text("tls-certificate").isEmpty)
        return "\(isSecure ? "https" : "http")://\(host.contains(":") ? "[\(host)]" : host):\(port)"
    }

    /// Serves until the process is told to end (SIGTERM, SIGINT), then drains: streams end, requests are answered, a
    /// last snapshot is kept.
    package static func run(
        _ service: MeshService, background: [any Service] = [],
        onReady: @escaping @Sendable (Int) async -> Void
    ) async throws {
        let application = try make(service, onReady: onReady)
        let group = ServiceGroup(
            configuration: .init(
                services: [application] as [any Service] + background + [
                    StreamEnder(service: service), CertificateRenewer(service: service),
                ],
                gracefulShutdownSignals: [.sigterm, .sigint], logger: service.logger))
        try await group.run()
        service.stop()
    }

    /// Reads the certificate anew when the process is told to (SIGHUP); the old one stays when the new one is none.
    private struct CertificateRenewer: Service {
        let service: MeshService

        func run() async throws {
            await cancelWhenGracefulShutdown {
                for await _ in await UnixSignalsSequence(trapping: .sighup) { service.reload() }
            }
        }
    }

    /// Ends the streams of events first when the service is told to end: they would keep their connections for ever.
    private struct StreamEnder: Service {
        let service: MeshService

        func run() async throws {
            try? await gracefulShutdown()
            service.endStreams()
        }
    }
}

extension ConnectionLimits {
    init(_ configuration: ServerConfiguration, connections: Int) {
        func time(_ name: String) -> TimeAmount { .milliseconds(Int64(configuration.number(name) * 1000)) }
        let share = configuration.text("address-connections")
        self.init(
            head: time("head-timeout"), body: time("body-timeout"), request: time("request-timeout"),
            stall: time("idle-timeout"), bodyLimit: configuration.bodyLimit,
            ofAddress: share.isEmpty ? max(1, connections / 2) : configuration.integer("address-connections"))
    }
}

/// How many files and connections the system lets a process have.
enum DescriptorLimit {
    /// What the service needs besides connections.
    private static let reserve = 64

    /// As many connections as are wanted and the system allows: at the limit the system would refuse each one anew.
    static func fitting(_ wanted: Int, _ logger: Logger) -> Int {
        var limit = rlimit()
        let files = __rlimit_resource_t(UInt32(RLIMIT_NOFILE.rawValue))
        guard unsafe getrlimit(files, &limit) == 0 else { return wanted }
        if limit.rlim_cur < limit.rlim_max, limit.rlim_cur < rlim_t(wanted + reserve) {
            limit.rlim_cur = min(limit.rlim_max, rlim_t(wanted + reserve))
            _ = unsafe setrlimit(files, &limit)
            _ = unsafe getrlimit(files, &limit)
        }
        let most = max(1, Int(clamping: limit.rlim_cur) - reserve)
        if most < wanted {
            logger.warning(
                "fewer connections than wanted: the limit of descriptors is lower",
                metadata: ["connections": "\(most)", "wanted": "\(wanted)", "descriptors": "\(limit.rlim_cur)"])
        }
        return min(wanted, most)
    }
}
