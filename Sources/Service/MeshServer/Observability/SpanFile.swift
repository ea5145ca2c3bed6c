import Foundation
import Synchronization
package import Tracing

/// A tracer that writes each span that ends as a line of JSON: what a collector's file receiver takes in, and what `jq`
/// reads. No library of a tracing backend is needed for that.
///
///     {"name":"GET /v1/pool","kind":"server","trace":"4bf9…","span":"00f0…","start":1790000000000000000,
///      "seconds":0.0004,"attributes":{"http.response.status_code":200},"failed":false}
///
/// A request that carries `traceparent` (W3C Trace Context) continues its trace. Attributes name routes, statuses and
/// stages; never places, tokens or people.
package final class SpanFile: Tracer {
    package typealias Span = FileSpan

    private let path: String
    private let limit: Int
    /// The file, and how much is in it; touched on the queue alone.
    private let file: Mutex<(handle: FileHandle, size: Int)>
    private let queue = DispatchQueue(label: "spans", qos: .utility)

    /// Appends to a file, which is made when it is not there.
    ///
    /// - Parameter limit: bytes; a file that would have more is kept once, under its name with `.1`, and begun anew.
    package init(path: String, limit: Int = .max) throws {
        (self.path, self.limit) = (path, limit)
        file = Mutex(try Self.open(path))
    }

    private static func open(_ path: String) throws -> (handle: FileHandle, size: Int) {
        let descriptor = unsafe Glibc.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw StoreError("\(path): cannot be written; expected a file for spans") }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        return (handle, Int(clamping: (try? handle.seekToEnd()) ?? 0))
    }

    package func startSpan<Instant: TracerInstant>(
        _ operationName: String, context: @autoclosure () -> InstrumentationContext, ofKind kind: SpanKind,
        at instant: @autoclosure () -> Instant, function: String, file fileID: String, line: UInt
    ) -> FileSpan {
        var context = context()
        let parent = context.spanIdentity
        let identity = SpanIdentity(
            trace: parent?.trace ?? SpanIdentity.random(bytes: 16), span: SpanIdentity.random(bytes: 8))
        context.spanIdentity = identity
        return FileSpan(
            context: context, identity: identity, parent: parent?.span, name: operationName, kind: kind,
            start: instant().nanosecondsSinceEpoch, write: { [weak self] in self?.write($0) })
    }

    private func write(_ line: SpanLine) {
        guard let bytes = try? JSONText.encode(line) else { return }
        append(bytes + [UInt8(ascii: "\n")])
    }

    /// Appends a line, to a file that is begun anew when it would have too much.
    package func append(_ bytes: [UInt8]) {
        queue.async { [self] in
            file.withLock { file in
                if file.size > 0, file.size + bytes.count > limit {
                    _ = unsafe rename(path, path + ".1")
                    if let next = try? Self.open(path) { file = next }
                }
                try? file.handle.write(contentsOf: Data(bytes))
                file.size += bytes.count
            }
        }
    }

    /// Returns when all spans that ended are in the file.
    package func forceFlush() { queue.sync {} }

    package func inject<Carrier, Inject: Injector>(
        _ context: InstrumentationContext, into carrier: inout Carrier, using injector: Inject
    ) where Inject.Carrier == Carrier {
        guard let identity = context.spanIdentity else { return }
        injector.inject("00-\(identity.trace)-\(identity.span)-01", forKey: "traceparent", into: &carrier)
    }

    package func extract<Carrier, Extract: Extractor>(
        _ carrier: Carrier, into context: inout InstrumentationContext, using extractor: Extract
    ) where Extract.Carrier == Carrier {
        guard let text = extractor.extract(key: "traceparent", from: carrier) else { return }
        context.spanIdentity = SpanIdentity(traceParent: text) ?? context.spanIdentity
    }
}

/// Which span of which trace: hexadecimal, as W3C Trace Context spells them.
struct SpanIdentity: Sendable, Hashable {
    var trace: String
    var span: String

    init(trace: String, span: String) { (self.trace, self.span) = (trace, span) }

    /// Reads a `traceparent`; `nil` for what is none.
    init?(traceParent text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count >= 4, parts[0].count == 2, parts[1].count == 32, parts[2].count == 16,
            parts[1...2].allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) } }),
            parts[1].contains(where: { $0 != "0" }), parts[2].contains(where: { $0 != "0" })
        else { return nil }
        self.init(trace: String(parts[1]), span: String(parts[2]))
    }

    /// Random hexadecimal digits.
    static func random(bytes: Int) -> String {
        (0..<bytes).map { _ in
            let text = String(UInt8.random(in: 0...255), radix: 16)
            return text.utf8.count == 1 ? "0" + text : text
        }.joined()
    }
}

private enum SpanIdentityKey: InstrumentationContextKey {
    typealias Value = SpanIdentity
}

extension InstrumentationContext {
    var spanIdentity: SpanIdentity? {
        get { self[SpanIdentityKey.self] }
        set { self[SpanIdentityKey.self] = newValue }
    }
}

/// A span as it is written.
struct SpanLine: Sendable, Encodable {
    /// A value of an attribute.
    enum Value: Sendable, Encodable {
        case integer(Int64), number(Double), flag(Bool), text(String)

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .integer(let value): try container.encode(value)
            case .number(let value): try container.encode(value)
            case .flag(let value): try container.encode(value)
            case .text(let value): try container.encode(value)
            }
        }
    }

    var name: String
    var kind: String
    var trace: String
    var span: String
    var parent: String?
    /// Nanoseconds since 1970.
    var start: UInt64
    var seconds: Double
    var failed: Bool
    var attributes: [String: Value]
}

/// A span on its way into a file.
package final class FileSpan: Tracing.Span {
    private struct State {
        var name: String
        var attributes: SpanAttributes = [:]
        var isFailed = false
        var isEnded = false
    }

    package let context: InstrumentationContext
    private let identity: SpanIdentity
    private let parent: String?
    private let kind: SpanKind
    private let start: UInt64
    private let write: @Sendable (SpanLine) -> Void
    private let state: Mutex<State>

    init(
        context: InstrumentationContext, identity: SpanIdentity, parent: String?, name: String, kind: SpanKind,
        start: UInt64, write: @escaping @Sendable (SpanLine) -> Void
    ) {
        (self.context, self.identity, self.parent, self.kind) = (context, identity, parent, kind)
        (self.start, self.write) = (start, write)
        state = Mutex(State(name: name))
    }

    package var operationName: String {
        get { state.withLock { $0.name } }
        set { state.withLock { $0.name = newValue } }
    }

    package var attributes: SpanAttributes {
        get { state.withLock { $0.attributes } }
        set { state.withLock { $0.attributes = newValue } }
    }

    package var isRecording: Bool { state.withLock { !$0.isEnded } }

    package func setStatus(_ status: SpanStatus) { state.withLock { $0.isFailed = status.code == .error } }
    package func addEvent(_ event: SpanEvent) {}
    package func addLink(_ link: SpanLink) {}

    package func recordError<Instant: TracerInstant>(
        _ error: any Error, attributes: SpanAttributes, at instant: @autoclosure () -> Instant
    ) {
        state.withLock { $0.isFailed = true }
    }

    package func end<Instant: TracerInstant>(at instant: @autoclosure () -> Instant) {
        let end = instant().nanosecondsSinceEpoch
        let ended = state.withLock { state -> State? in
            defer { state.isEnded = true }
            return state.isEnded ? nil : state
        }
        guard let ended else { return }
        var values: [String: SpanLine.Value] = [:]
        ended.attributes.forEach { name, value in
            switch value {
            case .int32(let number): values[name] = .integer(Int64(number))
            case .int64(let number): values[name] = .integer(number)
            case .double(let number): values[name] = number.isFinite ? .number(number) : .text("\(number)")
            case .bool(let flag): values[name] = .flag(flag)
            case .string(let text): values[name] = .text(text)
            default: break
            }
        }
        write(
            SpanLine(
                name: ended.name, kind: "\(kind)", trace: identity.trace, span: identity.span, parent: parent,
                start: start, seconds: Double(end >= start ? end - start : 0) / 1e9, failed: ended.isFailed,
                attributes: values))
    }
}
