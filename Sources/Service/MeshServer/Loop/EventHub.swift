import CoreMetrics
import Dispatch
import MeshAPI
import MeshTypes
import NIOCore
import Synchronization

/// Tells subscribers of every change of a session's mesh, as server-sent events.
///
/// A change is spelled once and shared by all who hear it. Spelling and telling happen on a queue of its own, so that
/// the controller's thread waits for nobody. A subscriber that does not keep up is let go; it comes back with the last
/// event's id and hears what it missed.
final class EventHub: Sendable {
    typealias Stream = AsyncStream<ByteBuffer>

    private struct Feed {
        var mesh: Mesh
        /// The last changes, oldest first.
        var recent: [(version: Int, frame: ByteBuffer)] = []
        var subscribers: [Int: Stream.Continuation] = [:]
    }

    private struct State {
        var feeds: [SessionID: Feed] = [:]
        var nextSubscriber = 0
        var count = 0
        var isClosed = false
    }

    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "events", qos: .userInitiated)
    private let metrics: ServiceMetrics
    /// Changes of a session that can be heard later.
    static let memory = 128
    /// Events that may wait for a subscriber.
    static let backlog = 256

    init(metrics: ServiceMetrics) { self.metrics = metrics }

    /// Subscribers now.
    var count: Int { state.withLock { $0.count } }

    /// A session's mesh is a new one.
    func publish(_ view: SessionView) {
        queue.async { [self] in
            let old = state.withLock { state in state.feeds[view.id]?.mesh }
            guard let old else {
                return state.withLock { $0.feeds[view.id] = Feed(mesh: view.mesh) }
            }
            guard let data = try? JSONText.encode(MeshChange(from: old, to: view.mesh)) else { return }
            let frame = Self.frame(event: "change", id: view.mesh.version, data: data)
            let lagging = state.withLock { state -> [Stream.Continuation] in
                guard var feed = state.feeds[view.id] else { return [] }
                feed.mesh = view.mesh
                feed.recent.append((view.mesh.version, frame))
                if feed.recent.count > Self.memory { feed.recent.removeFirst() }
                var lagging: [Stream.Continuation] = []
                for (number, subscriber) in feed.subscribers {
                    if case .enqueued = subscriber.yield(frame) { continue }
                    lagging.append(subscriber)
                    feed.subscribers[number] = nil
                }
                state.feeds[view.id] = feed
                return lagging
            }
            // Outside of the lock: ending a stream calls back.
            lagging.forEach { $0.finish() }
            metrics.lagging.increment(by: lagging.count)
        }
    }

    /// A session is gone: its subscribers hear that, and their streams end.
    func dissolve(_ id: SessionID) {
        queue.async { [self] in
            let feed = state.withLock { $0.feeds.removeValue(forKey: id) }
            let frame = Self.frame(event: "dissolved", id: (feed?.mesh.version ?? 0) + 1, data: Array("{}".utf8))
            for subscriber in feed.map({ Array($0.subscribers.values) }) ?? [] {
                subscriber.yield(frame)
                subscriber.finish()
            }
        }
    }

    /// A stream that begins with what was missed since `lastEvent`, or with the whole mesh.
    ///
    /// - Returns: the stream, and what ends it; `nil` when the service stops.
    func subscribe(to view: SessionView, lastEvent: Int?) throws -> (stream: Stream, end: @Sendable () -> Void)? {
        let (stream, continuation) = Stream.makeStream(bufferingPolicy: .bufferingOldest(Self.backlog))
        let number = try state.withLock { state -> Int? in
            guard !state.isClosed else { return nil }
            var feed = state.feeds[view.id] ?? Feed(mesh: view.mesh)
            if let lastEvent, lastEvent == feed.mesh.version {
                // Nothing was missed.
            } else if let lastEvent, let first = feed.recent.first?.version, first - 1 <= lastEvent,
                lastEvent < feed.mesh.version
            {
                for (version, frame) in feed.recent where version > lastEvent { continuation.yield(frame) }
            } else {
                continuation.yield(
                    Self.frame(event: "mesh", id: feed.mesh.version, data: try JSONText.encode(feed.mesh)))
            }
            let number = state.nextSubscriber
            state.nextSubscriber += 1
            state.count += 1
            feed.subscribers[number] = continuation
            state.feeds[view.id] = feed
            return number
        }
        guard let number else {
            continuation.finish()
            return nil
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { state in
                state.count -= 1
                state.feeds[view.id]?.subscribers[number] = nil
            }
        }
        return (stream, { continuation.finish() })
    }

    /// Sends a comment to all, so that a connection that is gone is noticed and none in between is cut for silence.
    func keepAlive() {
        queue.async { [self] in
            let comment = ByteBuffer(string: ": still here\n\n")
            let all = state.withLock { $0.feeds.values.flatMap { $0.subscribers.values } }
            for subscriber in all { subscriber.yield(comment) }
        }
    }

    /// Ends all streams; for a shutdown that drains.
    func close() {
        let all = state.withLock { state in
            state.isClosed = true
            return state.feeds.values.flatMap { $0.subscribers.values }
        }
        all.forEach { $0.finish() }
    }

    private static func frame(event: String, id: Int, data: [UInt8]) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.writeString("id: \(id)\nevent: \(event)\ndata: ")
        buffer.writeBytes(data)
        buffer.writeString("\n\n")
        return buffer
    }
}
