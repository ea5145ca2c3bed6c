internal import CGLPKShims
package import Optimization

/// A GLPK problem object and the thread's right to use it, opened and closed within one synchronous call.
///
/// All calls go through the C shim, which contains GLPK's errors. Not `Sendable`: GLPK's memory belongs to the thread
/// that allocated it. A session that is used after it was closed, or on another thread, throws and touches nothing.
@safe package final class GLPKSession {
    /// The C session; `nil` once closed. Read only inside the closure of ``call(_:_:)``.
    var handle: OpaquePointer?
    /// What the C shim asks whether to stop; kept here because GLPK holds its address while it works.
    private var question: StopQuestion?

    private init(handle: OpaquePointer) {
        unsafe self.handle = handle
    }

    /// Opens a session, hands it to `body` and closes it, whatever happens.
    package static func run<Value>(
        memoryLimit: Int? = nil, _ body: (GLPKSession) throws(SolverError) -> Value
    ) throws(SolverError) -> Value {
        let limit = memoryLimit.map { Int32(clamping: max(1, $0)) } ?? 0
        guard let handle = unsafe glpk_session_open(limit) else {
            throw SolverError(.memoryLimit, "no memory to open a GLPK session")
        }
        let session = unsafe GLPKSession(handle: handle)
        defer { session.close() }
        return try body(session)
    }

    private func close() {
        if let handle = unsafe handle { _ = unsafe glpk_session_close(handle) }
        unsafe handle = nil
    }

    /// Whether the shim's clock is the one that GLPK reads, on which quick interruption rests.
    package static var canInterrupt: Bool { glpk_session_clock_is_ours() != 0 }

    /// Whether the session may still be used.
    var isOpen: Bool { unsafe handle != nil }

    /// Makes one call to the shim and turns its status into an error.
    ///
    /// - Parameter operation: what was being done, for the error's message.
    func call(_ operation: String, _ body: () -> Int32) throws(SolverError) {
        guard unsafe handle != nil else {
            throw SolverError(.libraryFailure, "\(operation): the GLPK session is closed; it lives for one call only")
        }
        let status = body()
        switch Int(status) {
        case GLPK_SHIM_OK: return
        case GLPK_SHIM_MEMORY: throw SolverError(.memoryLimit, "\(operation): \(message)")
        case GLPK_SHIM_WRONG_THREAD:
            throw SolverError(.libraryFailure, "\(operation): a GLPK session was used on another thread than its own")
        case GLPK_SHIM_LOST:
            throw SolverError(.libraryFailure, "\(operation): the GLPK session was lost to an earlier failure")
        case GLPK_SHIM_BUSY:
            throw SolverError(.libraryFailure, "\(operation): the GLPK session was used from within its own callback")
        case GLPK_SHIM_MODEL: throw SolverError(.unreadableModel, "\(operation): \(message)")
        default: throw SolverError(.libraryFailure, "\(operation): \(message)")
        }
    }

    /// GLPK's words on the last call that failed.
    private var message: String {
        guard let handle = unsafe handle else { return "" }
        return unsafe String(cString: glpk_session_message(handle))
    }

    /// What GLPK printed since its output is kept.
    var output: String {
        guard let handle = unsafe handle else { return "" }
        return unsafe String(cString: glpk_session_output(handle))
    }

    /// Keeps what GLPK prints from now on.
    func keepOutput() {
        if let handle = unsafe handle { unsafe glpk_session_keep_output(handle, 1) }
    }

    /// Whether the last solve was stopped by the monitor.
    private var wasStopped: Bool {
        guard let handle = unsafe handle else { return false }
        return unsafe glpk_session_was_stopped(handle) != 0
    }

    /// Runs `body`, during which GLPK asks `monitor` at every iteration; returns why it was stopped, if it was.
    func watched(by monitor: StopMonitor, _ body: () throws(SolverError) -> Void) throws(SolverError) -> Termination? {
        let question = StopQuestion(monitor: monitor)
        self.question = question
        if let handle = unsafe handle {
            unsafe glpk_session_set_stop(
                handle,
                { context in
                    guard let context = unsafe context else { return 0 }
                    return unsafe Unmanaged<StopQuestion>.fromOpaque(context).takeUnretainedValue().ask()
                }, Unmanaged.passUnretained(question).toOpaque())
        }
        defer {
            if let handle = unsafe handle { unsafe glpk_session_set_stop(handle, nil, nil) }
            self.question = nil
        }
        try body()
        return wasStopped ? question.answer : nil
    }

    /// Asks the monitor and remembers the first answer that says stop.
    private final class StopQuestion {
        private let monitor: StopMonitor
        private(set) var answer: Termination?

        init(monitor: StopMonitor) { self.monitor = monitor }

        func ask() -> Int32 {
            answer = monitor.stopReason
            return answer == nil ? 0 : 1
        }
    }

    /// Makes GLPK fail on purpose: how the tests see a failure contained.
    package func provokeFailure() throws(SolverError) {
        try call("provoked failure") { unsafe glpk_session_provoke_failure(handle) }
    }
}
