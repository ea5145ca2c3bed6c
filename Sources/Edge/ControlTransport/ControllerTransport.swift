internal import AsyncHTTPClient
internal import Foundation
internal import NIOCore
internal import NIOPosix
internal import NIOSSL
internal import Synchronization

/// Where a controller is.
struct ControllerAddress: Sendable, Hashable, CustomStringConvertible {
    /// Without a slash at the end.
    let url: String
    /// Host and port.
    let description: String

    init(_ text: String) throws(ControllerError) {
        guard let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(),
            scheme == "http" || scheme == "https", let host = parts.host, !host.isEmpty,
            parts.query == nil, parts.fragment == nil, parts.user == nil
        else {
            throw ControllerError(
                .usage,
                "'\(text)' is no controller; expected http://HOST:PORT or https://HOST:PORT, several with commas between"
            )
        }
        url = text.hasSuffix("/") ? String(text.dropLast()) : text
        let port = parts.port ?? (scheme == "https" ? 443 : 80)
        description = "\(host.trimmingCharacters(in: CharacterSet(charactersIn: "[]"))):\(port)"
    }
}

/// The HTTP client underneath: one for each file of authorities, for as long as the process lives, on the threads that all share.
enum ControllerTransport {
    private static let clients = Mutex<[String: HTTPClient]>([:])

    static func client(authority: String?) throws(ControllerError) -> HTTPClient {
        let path = authority ?? ""
        if let known = clients.withLock({ $0[path] }) { return known }
        var tls = TLSConfiguration.makeClientConfiguration()
        if let authority {
            let certificates = (try? NIOSSLCertificate.fromPEMFile(authority)) ?? []
            guard !certificates.isEmpty else {
                throw ControllerError(
                    .usage, "\(authority): holds no certificates; expected authorities' certificates as PEM")
            }
            tls.trustRoots = .certificates(certificates)
        }
        // Streams of events say something every 15 s; what is silent for longer is gone.
        let timeout = HTTPClient.Configuration.Timeout(connect: .seconds(5), read: .seconds(60))
        let configuration = HTTPClient.Configuration(
            tlsConfiguration: tls, redirectConfiguration: .disallow, timeout: timeout)
        return clients.withLock { clients in
            if let known = clients[path] { return known }
            let client = HTTPClient(eventLoopGroup: MultiThreadedEventLoopGroup.singleton, configuration: configuration)
            clients[path] = client
            return client
        }
    }

    /// A failure in one line.
    static func words(_ error: any Error, at base: ControllerAddress, within seconds: Double) -> any Error {
        switch error {
        case is CancellationError: return error
        case let error as HTTPClientError where error == .deadlineExceeded || error == .readTimeout:
            return ControllerError(.unreachable, "\(base) did not answer within \(seconds) s")
        case let error as HTTPClientError where error == .connectTimeout:
            return ControllerError(.unreachable, "\(base): no controller there: no connection within 5 s")
        case let error as HTTPClientError where error == .remoteConnectionClosed:
            return ControllerError(.unreachable, "\(base): the controller closed the connection")
        case let error as HTTPClientError where error == .cancelled: return CancellationError()
        case let error as NIOConnectionError:
            let cause = error.connectionErrors.first.map { reason($0.error) }
            let name = error.dnsAError ?? error.dnsAAAAError
            return ControllerError(
                .unreachable,
                "\(base): no controller there: \(cause ?? (name == nil ? "no address" : "the name is not known"))")
        case is NIOSSLError, is BoringSSLError, is NIOSSLExtraError:
            return ControllerError(
                .unreachable,
                "\(base): no TLS with it: \(trust(error)); expected a certificate of an authority of the system's or of --ca"
            )
        default: return ControllerError(.unreachable, "\(base): no controller there: \(reason(error))")
        }
    }

    private static func reason(_ error: any Error) -> String {
        switch error {
        case let error as IOError: SystemWords.of(error.errnoCode)
        case let error as ChannelError: if case .connectTimeout = error { "no connection in time" } else { "\(error)" }
        default: String("\(error)".prefix(200))
        }
    }

    private static func trust(_ error: any Error) -> String {
        let text = "\(error)"
        return text.contains("CERTIFICATE_VERIFY_FAILED") || text.contains("certificate")
            ? "its certificate is not trusted" : String(text.prefix(200))
    }
}

/// The system's words for its error numbers.
enum SystemWords {
    static func of(_ number: CInt) -> String {
        NSError(domain: NSPOSIXErrorDomain, code: Int(number)).localizedFailureReason
            ?? POSIXErrorCode(rawValue: number).map { "\($0)" } ?? "error \(number)"
    }
}
