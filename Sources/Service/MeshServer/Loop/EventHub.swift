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
        /// The session's number, which no other has or had: what tells a session from an earlier one of the same identifier.
        var life: UInt32
        var mesh: Mesh
        /// The last changes, oldest first.
        var recent: [(version: Int, frame: ByteBuffer)] = []
        /// What became known of the present version since it was told, if anything did.
        var figures: ByteBuffer?
        var subscribers: [Int: Stream.Continuation] = [:]

        /// The identifier of an event: unlike any of an earlier session that had the same name.
        func id(_ version: Int) -> UInt64 { EventHub.id(life, version) }
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

    /// A session has a mesh of a new version, or more is known of the one that it has.
    func publish(_ view: SessionView) {
        queue.async { [self] in
            let known = state.withLock { state in state.feeds[view.id] }
            guard let old = known, old.life == view.life else {
                // What is left of a session that had the same name before.
                if known != nil { end(view.id) }
                return state.withLock { $0.feeds[view.id] = Feed(life: view.life, mesh: view.mesh) }
            }
            guard let frame = Self.frame(from: old, to: view.mesh) else { return }
            let lagging = state.withLock { state -> [Stream.Continuation] in
                guard var feed = state.feeds[view.id] else { return [] }
                if view.mesh.version == feed.mesh.version {
                    feed.figures = frame
                } else {
                    feed.figures = nil
                    feed.recent.append((view.mesh.version, frame))
                    if feed.recent.count > Self.memory { feed.recent.removeFirst() }
                }
                feed.mesh = view.mesh
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

    /// What is told of a mesh to those who know an earlier one; `nil` when there is nothing to tell.
    private static func frame(from old: Feed, to mesh: Mesh) -> ByteBuffer? {
        if mesh.version == old.mesh.version {
            let figures = MeshFigures(mesh)
            guard figures != MeshFigures(old.mesh), let data = try? JSONText.encode(figures) else { return nil }
            return frame(event: "figures", id: old.id(mesh.version), data: data)
        }
        guard let data = try? JSONText.encode(MeshChange(from: old.mesh, to: mesh)) else { return nil }
        return frame(event: "change", id: old.id(mesh.version), data: data)
    }

    /// A session is gone: its subscribers hear that, and their streams end.
    func dissolve(_ id: SessionID) { queue.async { [self] in end(id) } }

    /// Ends what is told of a session whose life is over, but nothing of a later one.
    func dissolve(_ id: SessionID, life: UInt32) {
        queue.async { [self] in
            if state.withLock({ $0.feeds[id]?.life == life }) { end(id) }
        }
    }

    private func end(_ id: SessionID) {
        guard let feed = state.withLock({ $0.feeds.removeValue(forKey: id) }) else { return }
        let frame = Self.frame(event: "dissolved", id: feed.id(feed.mesh.version + 1), data: Array("{}".utf8))
        for subscriber in feed.subscribers.values {
            subscriber.yield(frame)
            subscriber.finish()
        }
    }

    /// A stream that begins with what was missed since `lastEvent`, or with the whole mesh.
    ///
    /// - Returns: the stream, and what ends it; `nil` when the service stops.
    func subscribe(to view: SessionView, lastEvent: UInt64?) throws -> (stream: Stream, end: @Sendable () -> Void)? {
        let (stream, continuation) = Stream.makeStream(bufferingPolicy: .bufferingOldest(Self.backlog))
        let number = try state.withLock { state -> Int? in
            guard !state.isClosed else { return nil }
            var feed = state.feeds[view.id] ?? Feed(life: view.life, mesh: view.mesh)
            let missed = lastEvent.flatMap { last -> [ByteBuffer]? in
                if last == feed.id(feed.mesh.version) { return [] }
                guard let first = feed.recent.first?.version, last >= feed.id(first - 1),
                    last < feed.id(feed.mesh.version)
                else { return nil }
                return feed.recent.filter { feed.id($0.version) > last }.map(\.frame)
            }
            if let missed {
                for frame in missed { continuation.yield(frame) }
                if let figures = feed.figures { continuation.yield(figures) }
            } else {
                continuation.yield(
                    Self.frame(
                        event: "mesh", id: feed.id(feed.mesh.version), data: try JSONText.encode(feed.mesh)))
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

    /// Sessions that something is kept of.
    var feedCount: Int { state.withLock { $0.feeds.count } }

    /// Versions are in the lower half, so that within a session they count as they do.
    private static func id(_ life: UInt32, _ version: Int) -> UInt64 {
        UInt64(life) << 32 | UInt64(UInt32(clamping: version))
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

    private static func frame(event: String, id: UInt64, data: [UInt8]) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.writeString("id: \(id)\nevent: \(event)\ndata: ")
        buffer.writeBytes(data)
        buffer.writeString("\n\n")
        return buffer
    }
}
