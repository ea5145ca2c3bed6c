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
    let method: HTTPRequest.Method
    let path: String
    /// Why the token holds no more, if it does not: then only what was answered before is answered.
    let ended: Problem?

    /// An identifier of the path.
    func identifier<Entity>(_ name: String) throws(Problem) -> Identifier<Entity> {
        let text = parameters[name] ?? ""
        guard FieldReader.wasIdentifier(text) else {
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

    /// Refuses somebody who is not in the session.
    func mustHold(_ id: ParticipantID, _ view: SessionView) throws(Problem) {
        guard service.views.session(of: view.qualified(id)) == view.id else {
            throw Problem(.unknown, "there is no participant \(id) in session \(view.id)")
        }
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
        guard FieldReader.wasIdentifier(text) else {
            throw Problem(
                .invalid, "\(name) is no identifier",
                errors: [.init(pointer: "", detail: "query parameter \(name): expected an identifier")])
        }
        return Identifier(text)
    }

    /// Reads the body as JSON. A large one is read on a thread of its own, one at a time, so that others are served
    /// meanwhile.
    func decode<Value: Sendable>(
        _ read: @escaping @Sendable (JSONTree) throws(Problem) -> Value
    ) async throws(Problem) -> Value {
        guard !body.isEmpty else { throw Problem(.malformed, "the body is empty; expected JSON") }
        return try await service.apart(body.count) { () throws(Problem) in try read(try FieldReader.tree(body)) }
    }

    /// Refuses a body that is there and no JSON.
    func mustBeJSONIfAny() throws(Problem) {
        if !body.isEmpty { _ = try FieldReader.tree(body) }
    }

    /// What the `Idempotency-Key` names.
    func idempotencyKey() throws(Problem) -> IdempotencyKey? {
        guard let name = HTTPField.Name.idempotencyKey, let text = headers[name] else { return nil }
        guard !text.isEmpty, text.utf8.count <= 255, text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            throw Problem(
                .malformed, "the Idempotency-Key has \(text.utf8.count) bytes; expected 1 to 255 printable ones")
        }
        var digest = OutcomeDigest()
        digest.feed("\(method.rawValue) \(path)\n".utf8)
        digest.feed(body)
        return IdempotencyKey(subject: principal.subject, key: text, fingerprint: digest.value)
    }

    /// Does something that is not in the log once for each idempotency key; what came of it is kept with the key.
    func once(_ work: () async throws -> Answer) async throws -> Answer {
        guard let key = try idempotencyKey() else {
            if let ended { throw ended }
            return try await work()
        }
        if let known = try await service.answered(key) { return known }
        if let ended { throw ended }
        if case .answered(let answer) = try service.answers.begin(key) { return answer }
        do {
            let answer = try await work()
            return try await service.keep(answer, under: key)
        } catch {
            service.answers.abandon(key)
            throw error
        }
    }

    /// Has a change made, once for each idempotency key, and says what came of it. What was answered before under the key
    /// is answered again, whatever has happened since.
    ///
    /// - Parameter make: looks whether the change may be made now, and says which it is.
    func change(
        _ acknowledgement: Submission.Acknowledgement = .whenCarriedOut,
        make: () throws(Problem) -> Command
    ) async throws -> Answer {
        let key = try idempotencyKey()
        let answer: Answer
        do {
            if let ended { throw ended }
            let command = try make()
            // What is asked again must be answered as before, so the answer is waited for.
            answer = try await service.change(command, key: key, key == nil ? acknowledgement : .whenCarriedOut)
        } catch {
            guard let key, let known = try await service.answered(key) else { throw error }
            answer = known
        }
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

    /// What a path allows.
    static func options(_ methods: String) -> Reply {
        var reply = nothing
        reply.headers[.allow] = methods
        return reply
    }

    /// Lets a page of another origin read the answer, and ask for more than a page may, if its origin is allowed.
    mutating func allow(_ origin: String, of origins: Set<String>) {
        guard !origins.isEmpty else { return }
        headers[.vary] = "Origin"
        guard origins.contains(origin) || origins.contains("*") else { return }
        headers[.accessControlAllowOrigin] = origin
        headers[.accessControlExposeHeaders] = "Location, Retry-After, Mesh-Protocol, Allow"
        guard let methods = headers[.allow] else { return }
        headers[.accessControlAllowMethods] = methods
        headers[.accessControlAllowHeaders] =
            "Authorization, Content-Type, Idempotency-Key, Last-Event-ID, Mesh-Protocol"
        headers[.accessControlMaxAge] = "600"
    }

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
