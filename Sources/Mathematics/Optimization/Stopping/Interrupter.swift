import Synchronization

/// A one-way request to stop: once triggered it stays so. Solvers poll it; any thread may trigger it.
///
/// After OR-Tools' `SolveInterrupter`.
public final class Interrupter: Sendable {
    private let flag = Atomic<Bool>(false)

    /// Creates an interrupter that is not triggered.
    public init() {}

    /// Asks every solve that holds this interrupter to stop.
    public func interrupt() {
        flag.store(true, ordering: .releasing)
    }

    /// Whether somebody asked to stop.
    public var isInterrupted: Bool { flag.load(ordering: .acquiring) }
}
