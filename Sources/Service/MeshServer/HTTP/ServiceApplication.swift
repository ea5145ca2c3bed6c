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
        var headers = HTTP1Channel.Configuration.DecoderConfiguration()
        headers.maxHeaderFieldSize = configuration.integer("header-limit")
        headers.maxHeaderListSize = configuration.integer("header-limit")
        headers.maxHeaderFieldCount = 100
        let channel = HTTP1Channel.Configuration(
            idleTimeout: .milliseconds(Int64(configuration.number("idle-timeout") * 1000)),
            httpDecoderConfiguration: headers)
        let certificate = configuration.text("tls-certificate")
        let server: HTTPServerBuilder
        if certificate.isEmpty {
            server = .http1(configuration: channel)
        } else {
            var tls = TLSConfiguration.makeServerConfiguration(
                certificateChain: try NIOSSLCertificate.fromPEMFile(certificate).map { .certificate($0) },
                privateKey: .privateKey(try NIOSSLPrivateKey(file: configuration.text("tls-key"), format: .pem)))
            tls.minimumTLSVersion = .tlsv12
            server = try .http2Upgrade(
                tlsConfiguration: tls,
                configuration: .init(
                    idleTimeout: configuration.seconds("idle-timeout"), streamConfiguration: channel))
        }
        var logger = service.logger
        logger.logLevel = max(logger.logLevel, .warning)
        return Application(
            responder: ServiceResponder(service: service), server: server,
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.text("host"), port: configuration.integer("port")),
                backlog: 1024, reuseAddress: true,
                availableConnectionsDelegate: MaximumAvailableConnections(configuration.integer("connections"))),
            onServerRunning: { channel in await onReady(channel.localAddress?.port ?? 0) }, logger: logger)
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
                services: [application] as [any Service] + background + [StreamEnder(service: service)],
                gracefulShutdownSignals: [.sigterm, .sigint], logger: service.logger))
        try await group.run()
        service.stop()
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
