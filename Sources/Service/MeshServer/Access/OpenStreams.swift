import MeshAPI
import Synchronization

/// The streams that are open, by whoever bears them: a stream ends when its bearer's token does.
final class OpenStreams: Sendable {
    private struct State {
        var next = 0
        var streams: [Int: (principal: Principal, end: @Sendable () -> Void)] = [:]
    }

    private let state = Mutex(State())

    /// Notes a stream; its number, to be closed with.
    func open(_ principal: Principal, end: @escaping @Sendable () -> Void) -> Int {
        state.withLock { state in
            state.next += 1
            state.streams[state.next] = (principal, end)
            return state.next
        }
    }

    func close(_ number: Int) { state.withLock { $0.streams[number] = nil } }

    /// Ends the streams of those who are no more what their tokens say.
    ///
    /// - Complexity: O(streams).
    func end(where isOver: (Principal) -> Bool) {
        let all = state.withLock { Array($0.streams.values) }
        for stream in all where isOver(stream.principal) { stream.end() }
    }
}
