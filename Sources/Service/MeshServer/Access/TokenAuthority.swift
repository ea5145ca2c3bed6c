import Crypto
import Foundation
import JWTKit
package import MeshAPI
import MeshControl
import MeshTypes
import Synchronization

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
        await keys.add(hmac: HMACKey(key: key.signingKey), digestAlgorithm: .sha256)
    }

    /// Signs a token.
    package func issue(_ request: TokenRequest, defaultLifetime: Int) async throws -> TokenResponse {
        let expires = now() + Double(request.lifetime ?? defaultLifetime)
        let subject =
            switch request.role {
            case .operator: "operator"
            case .edge: "edge:\(request.server?.description ?? "*")"
            case .participant:
                "participant:\(request.session?.description ?? "")/\(request.participant?.description ?? "*")"
            }
        let claims = Claims(
            iat: IssuedAtClaim(value: Date(timeIntervalSince1970: now())),
            sub: SubjectClaim(value: subject), exp: ExpirationClaim(value: Date(timeIntervalSince1970: expires)),
            iss: IssuerClaim(value: Self.issuer), role: request.role, session: request.session?.description,
            participant: request.participant?.description, server: request.server?.description)
        return TokenResponse(
            token: try await keys.sign(claims),
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
        return try await issue(request, defaultLifetime: 0).token
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
            participant: claims.participant.map { ParticipantID($0) }, server: claims.server.map { SiteID($0) })
        known.withLock { known in
            if known.count >= Self.knownLimit { known.removeAll() }
            known[token] = Known(principal: principal, expires: expires)
        }
        return principal
    }
}
