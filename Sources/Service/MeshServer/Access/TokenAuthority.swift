import Crypto
import Foundation
import JWTKit
package import MeshAPI
import MeshControl
import MeshTypes
import Synchronization

/// What a token says: enough to sign it again, and of no use to whoever cannot.
package struct IssuedToken: Sendable, Hashable, Codable {
    /// Names the token, for revoking it.
    package var id: String
    /// What was asked for.
    package var request: TokenRequest
    /// When it was signed and when it expires, seconds since 1970.
    package var issuedAt: Double
    package var expires: Double
    /// The opening of the session that it ends with.
    package var opening: UInt32?
    /// The tenure of the participant that it ends with.
    package var tenure: Int64?
}

/// Signs tokens and checks them: JSON web tokens, HMAC with SHA-256.
///
/// Checked tokens are remembered until they expire, so that a client that asks often costs one signature.
package final class TokenAuthority: Sendable {
    private struct Claims: JWTPayload {
        var iat: IssuedAtClaim?
        var sub: SubjectClaim
        var exp: ExpirationClaim
        var iss: IssuerClaim
        var role: Role
        var session: String?
        var participant: String?
        var server: String?
        var jti: IDClaim?
        var opening: UInt32?
        var tenure: Int64?

        func verify(using algorithm: some JWTAlgorithm) throws {}
    }

    private struct Known {
        var principal: Principal
        var expires: Double
    }

    let key: OperatorKey
    private let keys: JWTKeyCollection
    private let known = Mutex<[String: Known]>([:])
    private let now: @Sendable () -> Double
    private static let issuer = "rmc"
    private static let knownLimit = 100_000
    /// The longest that a token may live, seconds.
    package static let longestLifetime = 30 * 24 * 3600

    /// An authority that signs with what is derived from a key. `now` is in seconds since 1970.
    package init(
        _ key: OperatorKey, now: @escaping @Sendable () -> Double = { Date().timeIntervalSince1970 }
    ) async {
        self.key = key
        self.now = now
        keys = JWTKeyCollection()
        // Sorted, so that the same claims are the same token.
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .secondsSince1970
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        await keys.add(
            hmac: HMACKey(key: key.signingKey), digestAlgorithm: .sha256,
            serializer: DefaultJWTSerializer(jsonEncoder: encoder))
    }

    /// Seconds since 1970.
    var time: Double { now() }

    /// What a token is to say.
    ///
    /// - Parameters:
    ///   - opening: the session's, if there is one: the token ends with it.
    ///   - tenure: the participant's, if the token is to end with it.
    package func prepare(
        _ request: TokenRequest, defaultLifetime: Int, opening: UInt32? = nil, tenure: Int64? = nil
    ) -> IssuedToken {
        let time = now()
        let id = unsafe SymmetricKey(size: .bits128).withUnsafeBytes { bytes in unsafe Data(bytes) }
        return IssuedToken(
            id: id.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: ""),
            request: request, issuedAt: time, expires: time + Double(request.lifetime ?? defaultLifetime),
            opening: opening, tenure: tenure)
    }

    /// Signs a token.
    package func issue(_ request: TokenRequest, defaultLifetime: Int) async throws -> TokenResponse {
        try await sign(prepare(request, defaultLifetime: defaultLifetime))
    }

    /// Signs what a token says; the same gives the same token.
    package func sign(_ issued: IssuedToken) async throws -> TokenResponse {
        let (request, expires) = (issued.request, issued.expires)
        let subject =
            switch request.role {
            case .operator: "operator"
            case .edge: "edge:\(request.server?.description ?? "*")"
            case .participant:
                "participant:\(request.session?.description ?? "")/\(request.participant?.description ?? "*")"
            }
        let claims = Claims(
            iat: IssuedAtClaim(value: Date(timeIntervalSince1970: issued.issuedAt)),
            sub: SubjectClaim(value: subject), exp: ExpirationClaim(value: Date(timeIntervalSince1970: expires)),
            iss: IssuerClaim(value: Self.issuer), role: request.role, session: request.session?.description,
            participant: request.participant?.description, server: request.server?.description,
            jti: IDClaim(value: issued.id), opening: issued.opening, tenure: issued.tenure)
        return TokenResponse(
            id: issued.id, token: try await keys.sign(claims),
            expires: Timestamp.text(ControlTime(milliseconds: Int64(expires * 1000))))
    }

    /// The token to show from now on, with as long a life, when the one that is shown has lived half of its own: of edges, which run for good. `nil` when it is not
    /// time, and for whoever else.
    package func renewal(of token: String, _ principal: Principal) async throws -> String? {
        guard principal.role == .edge, let claims = try? await keys.verify(token, as: Claims.self),
            let issued = claims.iat?.value.timeIntervalSince1970
        else { return nil }
        let life = claims.exp.value.timeIntervalSince1970 - issued
        guard now() > issued + life / 2, life >= 1 else { return nil }
        let request = TokenRequest(role: .edge, server: principal.server, lifetime: Int(life.rounded()))
        var renewed = prepare(request, defaultLifetime: 0)
        // It goes by the same identifier: whoever revokes one token revokes what came of it.
        if let id = principal.token { renewed.id = id }
        return try await sign(renewed).token
    }

    /// Who bears a token.
    package func principal(of token: String) async throws(Problem) -> Principal {
        let now = now()
        if let known = known.withLock({ $0[token] }), known.expires > now { return known.principal }
        if key.matches(token) { return Principal(role: .operator, subject: "operator") }
        let claims: Claims
        do {
            claims = try await keys.verify(token, as: Claims.self)
        } catch {
            throw Problem(.unauthenticated, "the token is not one of this service")
        }
        let expires = claims.exp.value.timeIntervalSince1970
        guard claims.iss.value == Self.issuer, expires > now else {
            throw Problem(.unauthenticated, "the token has expired")
        }
        let principal = Principal(
            role: claims.role, subject: claims.sub.value, session: claims.session.map { SessionID($0) },
            participant: claims.participant.map { ParticipantID($0) }, server: claims.server.map { SiteID($0) },
            token: claims.jti?.value, expires: expires, opening: claims.opening, tenure: claims.tenure)
        known.withLock { known in
            if known.count >= Self.knownLimit { known.removeAll() }
            known[token] = Known(principal: principal, expires: expires)
        }
        return principal
    }
}
