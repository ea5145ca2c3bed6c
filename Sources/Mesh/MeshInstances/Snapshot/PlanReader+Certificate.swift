internal import MeshTypes

extension JSONReader {
    /// Reads how a bound was made: a word, or the data of a bound by potentials.
    mutating func boundCertificate() throws(InputError) -> BoundCertificate {
        switch try choice(CertificateName.self) {
        case .path: return .path
        case .openPath: return .openPath
        }
    }
}

extension JSONBuilder {
    /// Writes how a bound was made.
    mutating func boundCertificate(_ certificate: BoundCertificate) {
        switch certificate {
        case .path: string(CertificateName.path.rawValue)
        case .openPath: string(CertificateName.openPath.rawValue)
        case .potentials: object { _ in }
        }
    }
}
