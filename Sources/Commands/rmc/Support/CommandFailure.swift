internal import MeshPlanning
internal import Optimization

/// The exit codes of the command line, after `sysexits.h`.
enum ExitStatus: Int32 {
    /// A check that the user asked for does not hold.
    case checkFailed = 1
    /// The command line is wrong.
    case usage = 64
    /// The input data are wrong.
    case badInput = 65
    /// A defect.
    case internalError = 70
    /// A limit was reached and no feasible answer is in hand.
    case noAnswer = 75
}

/// Why a command ends without success: the exit code, and one line for stderr unless all has been said on stdout.
struct CommandFailure: Error {
    let status: ExitStatus
    let message: String?

    init(_ status: ExitStatus, _ message: String? = nil) {
        self.status = status
        // One line, whatever a message from elsewhere holds.
        self.message = message.map { text in text.split(whereSeparator: \.isNewline).joined(separator: " ") }
    }

    /// A solve that failed as a call. What the solver refuses is the user's choice or data; the rest is a defect.
    init(_ error: SolverError) {
        switch error.code {
        case .unsupported: self.init(.usage, error.message)
        case .invalidProblem, .unreadableModel: self.init(.badInput, error.message)
        default: self.init(.internalError, error.description)
        }
    }

    /// A planning call that failed. A snapshot that contradicts itself is the user's; the rest is a defect.
    init(_ error: PlanningError) {
        switch error.code {
        case .inconsistentSnapshot: self.init(.badInput, error.message)
        case .solverFailure: self.init(.internalError, error.description)
        }
    }
}
