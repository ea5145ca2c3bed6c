import Foundation
import HTTPTypes
import Hummingbird
import MeshAPI
import MeshTypes
import NIOCore

/// A request on its way through the service: who asks, for what, with which body.
struct Call: Sendable {
    let service: MeshService
    let principal: Principal
    let parameters: [String: String]
    let query: [String: String]
    let headers: HTTPFields
    let body: [UInt8]
    /// A checksum of method, path and body, for idempotency.
    let fingerprint: UInt64

    /// An identifier of the path.
    func identifier<Entity>(_ name: String) throws(Problem) -> Identifier<Entity> {
        let text = parameters[name] ?? ""
        guard FieldReader.isIdentifier(text) else {
            throw Problem(.unknown, "the path names what cannot be an identifier")
        }
        return Identifier(text)
    }

    var session: SessionID { get throws(Problem) { try identifier("id") } }
    var participant: ParticipantID { get throws(Problem) { try identifier("pid") } }
    var server: SiteID { get throws(Problem) { try identifier("id") } }

    /// The session's view, if the caller may see it.
    func visibleSession() throws(Problem) -> SessionView {
        let id = try session
        try principal.mustReach(session: id)
        guard let view = service.views.session(id) else { throw Problem(.unknown, "there is no session \(id)") }
        return view
    }

    /// A whole number of the query.
    func integer(_ name: String, default value: Int, in range: ClosedRange<Int>) throws(Problem) -> Int {
        guard let text = query[name] else { return value }
        guard let number = Int(text), range.contains(number) else {
            throw Problem(
                .invalid,
                "\(name) is \(text.prefix(40).debugDescription); expected \(range.lowerBound) to \(range.upperBound)",
                errors: [
                    .init(
                        pointer: "",
                        detail: "query parameter \(name): expected \(range.lowerBound) to \(range.upperBound)")
                ])
        }
        return number
    }

    /// An identifier of the query.
    func queryIdentifier<Entity>(_ name: String) throws(Problem) -> Identifier<Entity>? {
        guard let text = query[name] else { return nil }
        guard FieldReader.isIdentifier(text) else {
            throw Problem(
                .invalid, "\(name) is no identifier",
                errors: [.init(pointer: "", detail: "query parameter \(name): expected an identifier")])
        }
        return Identifier(text)
    }

    /// The body as JSON.
    func tree() throws(Problem) -> JSONTree {
        guard !body.isEmpty else { throw Problem(.malformed, "the body is empty; expected JSON") }
        return try FieldReader.tree(body)
    }

    /// What the `Idempotency-Key` names.
    func idempotencyKey() throws(Problem) -> IdempotencyKey? {
        guard let name = HTTPField.Name("Idempotency-Key"), let text = headers[name] else { return nil }
        guard !text.isEmpty, text.utf8.count <= 255, text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            throw Problem(
                .malformed, "the Idempotency-Key has \(text.utf8.count) bytes; expected 1 to 255 printable ones")
        }
        return IdempotencyKey(subject: principal.subject, key: text, fingerprint: fingerprint)
    }

    /// Does something that is not kept in the log once for each idempotency key, for as long as the service runs.
    func once(_ work: () async throws -> Answer) async throws -> Answer {
        guard let key = try idempotencyKey() else { return try await work() }
        if case .answered(let answer) = try service.answers.begin(key, at: service.clock.now) { return answer }
        do {
            let answer = try await work()
            service.answers.finish(key, answer, at: service.clock.now)
            return answer
        } catch {
            service.answers.abandon(key)
            throw error
        }
    }

    /// Has a change made, once for each idempotency key, and says what came of it.
    func change(
        _ command: Command, _ acknowledgement: Submission.Acknowledgement = .whenCarriedOut
    ) async throws -> Answer {
        let key = try idempotencyKey()
        // What is asked again must be answered as before, so the answer is waited for.
        let answer = try await service.change(
            command, key: key, key == nil ? acknowledgement : .whenCarriedOut)
        if case .refused(let problem) = answer { throw problem }
        return answer
    }
}

/// What goes back.
struct Reply: Sendable {
    var status: HTTPResponse.Status = .ok
    var contentType: String?
    var body = ResponseBody()
    var headers = HTTPFields()

    static func json(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Reply {
        bytes(try JSONText.encode(value), "application/json", status: status)
    }

    static func bytes(_ bytes: [UInt8], _ contentType: String, status: HTTPResponse.Status = .ok) -> Reply {
        Reply(status: status, contentType: contentType, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    static let nothing = Reply(status: .noContent)

    static func problem(_ problem: Problem) -> Reply {
        let bytes = (try? JSONText.encode(problem)) ?? []
        var reply = Reply.bytes(
            bytes, "application/problem+json", status: HTTPResponse.Status(code: problem.status))
        if let seconds = problem.retryAfter { reply.headers[.retryAfter] = "\(seconds)" }
        if problem.status == 401 { reply.headers[.wwwAuthenticate] = "Bearer" }
        return reply
    }

    var response: Response {
        var fields = headers
        if let contentType { fields[.contentType] = contentType }
        fields[.cacheControl] = "no-store"
        return Response(status: status, headers: fields, body: body)
    }
}
