import MeshAPI
import Synchronization

/// Requests and streams at once by bearer, so that none holds all that there are.
final class BearerShares: Sendable {
    private let counts = Mutex<[String: Int]>([:])

    /// A place that a bearer holds; given back once, at the latest when nobody knows of it any more.
    final class Place: Sendable {
        private let leaving: Mutex<(@Sendable () -> Void)?>

        fileprivate init(_ leave: @escaping @Sendable () -> Void) { leaving = Mutex(leave) }

        deinit { leave() }

        func leave() {
            let work = leaving.withLock { leaving in
                defer { leaving = nil }
                return leaving
            }
            work?()
        }
    }

    /// Takes a place.
    ///
    /// - Parameter kind: what for; each kind is counted for itself.
    /// - Throws: when the bearer holds all that they may.
    func enter(_ principal: Principal, _ configuration: ServerConfiguration, kind: String = "requests")
        throws(Problem) -> Place
    {
        let limit = configuration.share(of: principal.role)
        let name = "\(kind):\(principal.subject)"
        let isIn = counts.withLock { counts in
            let count = counts[name, default: 0]
            guard count < limit else { return false }
            counts[name] = count + 1
            return true
        }
        guard isIn else { throw Problem(.tooMany, "more than \(limit) \(kind) at once", retryAfter: 1) }
        return Place { [weak self] in
            self?.counts.withLock { counts in
                let left = (counts[name] ?? 1) - 1
                counts[name] = left > 0 ? left : nil
            }
        }
    }
}
