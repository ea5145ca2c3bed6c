package import Optimization

/// Counts work, and looks at the clock and the interrupter whenever so much was done that it is time to.
///
/// A unit is an arc priced in passing, one to two nanoseconds. Between two looks lie ``patience`` units and one
/// step of whoever works, so a stop takes effect within a fraction of a millisecond.
package struct WorkMeter {
    /// Units between two looks.
    package static let patience = 1 << 16

    private let monitor: StopMonitor
    /// What must be left of the time limit for the answer to be written.
    private let reserve: Duration
    private var sinceLook = 0
    /// How often it looked.
    package private(set) var looks = 0
    /// The most work between two looks.
    package private(set) var longestStretch = 0

    /// Starts counting.
    package init(monitor: StopMonitor, problem: FlowProblem) {
        self.init(monitor: monitor, network: FlowNetwork(problem))
    }

    init(monitor: StopMonitor, network: borrowing FlowNetwork) {
        self.monitor = monitor
        // Flows, potentials and the two bounds of a stopped solve.
        reserve = .nanoseconds(12 * (network.arcs.count + network.supplies.count))
    }

    /// A meter that never stops anything.
    static func unlimited(for network: borrowing FlowNetwork) -> WorkMeter {
        WorkMeter(monitor: StopMonitor(criteria: .none, interrupter: nil), network: network)
    }

    /// Notes work; says why to stop when it is time to look and something says so.
    @inline(__always)
    mutating func spend(_ work: Int) -> Termination? {
        sinceLook &+= work
        return sinceLook < Self.patience ? nil : look()
    }

    /// Looks now.
    mutating func look() -> Termination? {
        looks += 1
        longestStretch = max(longestStretch, sinceLook)
        sinceLook = 0
        if let reason = monitor.stopReason { return reason }
        guard let left = monitor.timeLeft, left < reserve else { return nil }
        return .limitReached(.time)
    }
}
