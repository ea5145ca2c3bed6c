internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1

/// One of a stream of server-sent events.
public struct ServerEvent: Sendable, Hashable {
    /// Its number, to resume after.
    public var id: String?
    /// What kind of event; `message` if it does not say.
    public var name: String
    /// What it carries, lines joined.
    public var data: String

    /// Creates an event.
    public init(id: String? = nil, name: String = "message", data: String) {
        self.id = id
        self.name = name
        self.data = data
    }
}

extension ControllerClient {
    /// The events of a stream, until it ends or fails; the caller connects again with the last event's number.
    public func events(_ path: String, after lastEvent: String? = nil) -> AsyncThrowingStream<ServerEvent, any Error> {
        AsyncThrowingStream { continuation in
            let task = Task {
                do {
                    try await withEachController { base in
                        var request = request("GET", base.url + path, accept: "text/event-stream")
                        if let lastEvent { request.headers.add(name: "Last-Event-ID", value: lastEvent) }
                        let response = try await execute(request, at: base, within: nil)
                        guard response.status == .ok else {
                            throw Self.problem(try await Self.collect(response, at: base))
                        }
                        var parser = EventParser()
                        do {
                            for try await part in response.body {
                                for event in parser.take(part.readableBytesView) { continuation.yield(event) }
                            }
                        } catch {
                            try Task.checkCancellation()
                            // Not another controller's turn yet: the caller connects again, to whoever is there then.
                            throw ControllerError(.response, "the stream of events broke")
                        }
                    }
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: error)
                }
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }
}

/// Takes a stream of events apart (HTML standard, 9.2.6): lines of `field: value`, an empty line ends an event.
package struct EventParser: Sendable {
    private var line: [UInt8] = []
    private var data: [String] = []
    private var id: String?
    private var name = "message"
    private var endsInReturn = false
    private let limit = 16 << 20

    package init() {}

    /// Takes some bytes; the events that they complete. A line longer than 16 MB is cut.
    package mutating func take(_ bytes: some Sequence<UInt8>) -> [ServerEvent] {
        var events: [ServerEvent] = []
        for byte in bytes {
            if byte == 0x0A, endsInReturn {
                endsInReturn = false
                continue
            }
            endsInReturn = byte == 0x0D
            if byte == 0x0A || byte == 0x0D {
                if let event = finishLine() { events.append(event) }
            } else if line.count < limit {
                line.append(byte)
            }
        }
        return events
    }

    private mutating func finishLine() -> ServerEvent? {
        let text = String(decoding: line, as: UTF8.self)
        line.removeAll(keepingCapacity: true)
        guard !text.isEmpty else {
            defer { (data, name) = ([], "message") }
            return data.isEmpty ? nil : ServerEvent(id: id, name: name, data: data.joined(separator: "\n"))
        }
        let colon = text.firstIndex(of: ":")
        let field = colon.map { text[..<$0] } ?? text[...]
        var value = colon.map { text[text.index(after: $0)...] } ?? ""
        if value.hasPrefix(" ") { value = value.dropFirst() }
        switch field {
        case "data": data.append(String(value))
        case "event": name = String(value)
        case "id": id = String(value)
        default: break
        }
        return nil
    }
}
