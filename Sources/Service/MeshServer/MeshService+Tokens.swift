import MeshAPI
import MeshControl
import MeshTypes
import Synchronization

extension MeshService {
    /// Why a token holds no more: it was revoked or has expired, or the session or the participant that it is for is no
    /// more there.
    func ended(_ principal: Principal) -> Problem? {
        if let token = principal.token, views.isRevoked(token) {
            return Problem(.unauthenticated, "the token was revoked")
        }
        if let expires = principal.expires, expires <= authority.time {
            return Problem(.unauthenticated, "the token has expired")
        }
        guard let id = principal.session, principal.opening != nil || principal.tenure != nil else { return nil }
        guard let view = views.session(id), principal.opening ?? view.life == view.life else {
            return Problem(.unauthenticated, "the session that the token was for has ended")
        }
        guard let tenure = principal.tenure, let participant = principal.participant else { return nil }
        let seat = views.seat(of: view.qualified(participant))
        return seat == Views.Seat(session: id, tenure: tenure)
            ? nil : Problem(.unauthenticated, "the participant that the token was for has left")
    }

    /// What a token that ends with a participant's stay says.
    func tenancyToken(of id: ParticipantID, in view: SessionView, lifetime: Int) -> IssuedToken {
        authority.prepare(
            TokenRequest(role: .participant, session: view.id, participant: id), defaultLifetime: lifetime,
            opening: view.life, tenure: views.seat(of: view.qualified(id))?.tenure ?? 0)
    }

    /// Ends streams whose bearers are no more what their tokens say, once a second.
    func watchStreams() {
        let watch = Task { [weak self] in
            while !Task.isCancelled {
                try? await Task.sleep(for: .seconds(1))
                guard let self else { return }
                if self.isReady { self.streams.end { self.ended($0) != nil } }
            }
        }
        streamWatch.withLock { $0 = watch }
    }
}
