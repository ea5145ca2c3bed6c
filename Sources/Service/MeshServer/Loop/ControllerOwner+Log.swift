import Logging
import MeshAPI
import MeshControl

extension ControllerOwner {
    /// What those who run the service look for in its log.
    func tell(_ command: Command, _ outcome: Outcome) {
        let logger = loop.logger
        switch command {
        case .control(.sessionCreated(let opening)):
            let people = "\(opening.participants.count)"
            logger.info("session created", metadata: ["session": "\(opening.id)", "participants": "\(people)"])
        case .control(.sessionEnded(let id)): logger.info("session ended", metadata: ["session": "\(id)"])
        case .register(let id, let registration):
            guard case .server(_, isNew: true) = outcome.answer else { return }
            logger.info(
                "server registered", metadata: ["server": "\(id)", "capacity": "\(registration.capacity)"])
        case .drain(let id): logger.info("server draining", metadata: ["server": "\(id)"])
        case .fail(let id): logger.info("server failed", metadata: ["server": "\(id)"])
        case .remove(let id): logger.info("server removed", metadata: ["server": "\(id)"])
        case .revoke(let token, _): logger.info("token revoked", metadata: ["token": "\(token)"])
        default: break
        }
    }
}
