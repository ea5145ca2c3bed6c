import Foundation
import NIOSSL

/// The certificate that a service shows, from files that may be renewed.
struct Certificates: Sendable {
    let chain: String
    let key: String

    /// Where a service has its certificate; `nil` for one that speaks without.
    init?(_ configuration: ServerConfiguration) {
        (chain, key) = (configuration.text("tls-certificate"), configuration.text("tls-key"))
        if chain.isEmpty { return nil }
    }

    /// Reads the files.
    ///
    /// - Throws: ``ConfigurationError`` that names the file.
    func load() throws(ConfigurationError) -> TLSConfiguration {
        var status = stat()
        guard unsafe stat(key, &status) == 0 else {
            throw ConfigurationError(description: "--tls-key \(key): cannot be read; expected a private key (PEM)")
        }
        guard status.st_mode & 0o007 == 0 else {
            throw ConfigurationError(
                description: "--tls-key \(key): others can read it; expected mode 0600, or 0640 for a group")
        }
        let (certificates, privateKey): ([NIOSSLCertificate], NIOSSLPrivateKey)
        do {
            certificates = try NIOSSLCertificate.fromPEMFile(chain)
        } catch {
            throw ConfigurationError(
                description: "--tls-certificate \(chain): cannot be read; expected a certificate chain (PEM)")
        }
        guard !certificates.isEmpty else {
            throw ConfigurationError(description: "--tls-certificate \(chain): holds no certificate (PEM)")
        }
        do {
            privateKey = try NIOSSLPrivateKey(file: key, format: .pem)
        } catch {
            throw ConfigurationError(description: "--tls-key \(key): is no private key (PEM)")
        }
        var tls = TLSConfiguration.makeServerConfiguration(
            certificateChain: certificates.map { .certificate($0) }, privateKey: .privateKey(privateKey))
        tls.minimumTLSVersion = .tlsv12
        do {
            _ = try NIOSSLContext(configuration: tls)
        } catch {
            throw ConfigurationError(description: "\(chain) and \(key): the key is not that of the certificate")
        }
        return tls
    }
}
