internal import Foundation
public import MediaTransport
internal import NIOCore
public import Probing
internal import Synchronization

/// A ``MeshParticipant`` on a UDP socket, on a thread of its own. Probes go by the same socket as media, so that they find the way that media will take.
public final class ParticipantLoop: Sendable {
    private typealias Order = @Sendable (inout State) -> Void

    /// What the thread has in hand.
    struct State {
        var participant: MeshParticipant?
        var probes: [PeerAddress: (run: ProbeRun, wakeAt: UInt64?, done: @Sendable (ProbeOutcome) -> Void)] = [:]
        var now: UInt64
    }

    private static let batch = 8

    private let socket: DatagramSocket
    private let turn: UInt64
    private let orders = Mutex<(pending: [Order], isStopped: Bool)>(([], false))
    private let deliver: @Sendable (MeshParticipant.Delivery, UInt64) -> Void
    private let tell: @Sendable (MeshParticipant.Event, UInt64) -> Void

    /// Where its datagrams come from.
    public var address: PeerAddress { socket.address }

    /// Opens the socket and starts the thread.
    ///
    /// - Parameters:
    ///   - turn: Nanoseconds between two looks at what came: 0 for at once. Where many participants share a machine, longer turns cost less of it; the kernel notes
    ///     when datagrams came, so that times stay exact.
    ///   - deliver: Called on the thread with each piece of a stream and the time of its arrival.
    ///   - tell: Called on the thread with what happens.
    /// - Throws: ``SocketError``.
    public init(
        at address: PeerAddress, through: PeerAddress? = nil, turn: UInt64 = 0,
        deliver: @escaping @Sendable (MeshParticipant.Delivery, UInt64) -> Void,
        tell: @escaping @Sendable (MeshParticipant.Event, UInt64) -> Void = { _, _ in }
    ) throws(SocketError) {
        socket = try DatagramSocket(address, buffer: 1 << 20, through: through, isTimed: turn > 0)
        self.turn = turn
        self.deliver = deliver
        self.tell = tell
        let thread = Thread { [self] in run() }
        thread.name = "participant"
        thread.start()
    }

    /// Does something with the participant on its thread; `nil` if there is none yet or any more.
    public func perform<Result: Sendable>(
        _ body: @escaping @Sendable (inout MeshParticipant, UInt64) -> Result
    ) async -> Result? {
        await withCheckedContinuation { continuation in
            let isTaken = order { state in
                let now = state.now
                guard var participant = state.participant.take() else {
                    continuation.resume(returning: nil)
                    return
                }
                let result = body(&participant, now)
                state.participant = participant
                continuation.resume(returning: result)
            }
            if !isTaken { continuation.resume(returning: nil) }
        }
    }

    /// Begins to be a participant.
    public func begin(_ make: @escaping @Sendable (UInt64) -> MeshParticipant) {
        _ = order { $0.participant = make($0.now) }
    }

    /// Sends a piece of the own stream, without waiting for it to go.
    public func send(_ payload: [UInt8], as trafficClass: TrafficClass) {
        _ = order { state in
            let now = state.now
            _ = state.participant?.send(payload, as: trafficClass, at: now)
        }
    }

    /// Probes a server.
    public func probe(_ address: PeerAddress, plan: ProbePlan) async -> ProbeOutcome {
        await withCheckedContinuation { continuation in
            let number = UInt64.random(in: .min ... .max)
            let isTaken = order { [socket] state in
                // A probe of the same server that is under way ends without an answer.
                state.probes[address]?.done(.noAnswer(attempts: 0))
                var run = ProbeRun(plan: plan, run: number)
                let step = run.start(at: state.now)
                for datagram in step.send { socket.send(Array(datagram.readableBytesView), to: address) }
                state.probes[address] = (run, step.wakeAt, { continuation.resume(returning: $0) })
            }
            if !isTaken { continuation.resume(returning: .noAnswer(attempts: 0)) }
        }
    }

    /// Ends the thread; the socket closes with it.
    public func stop() {
        orders.withLock { $0.isStopped = true }
        socket.wake()
    }

    private func order(_ order: @escaping Order) -> Bool {
        let isTaken = orders.withLock { orders in
            if !orders.isStopped { orders.pending.append(order) }
            return !orders.isStopped
        }
        if isTaken { socket.wake() }
        return isTaken
    }

    private func run() {
        let none = PeerAddress(high: 0, low: 0, port: 0)
        // A participant's datagrams come one by one; each room costs on every turn.
        var buffer = [UInt8](repeating: 0, count: Self.batch * 1_536)
        var rooms = Array(repeating: Departure(address: none, offset: 0, length: 0), count: Self.batch)
        var state = State(now: MonotonicTime.now)
        var wakeAt = state.now
        var lookAt = state.now
        while true {
            let due = state.probes.values.compactMap(\.wakeAt).reduce(wakeAt, min)
            let before = MonotonicTime.now
            // A probe's answer is followed by the next, whose time of sending counts.
            let isResting = before < lookAt && state.probes.isEmpty
            let next = isResting ? min(due, lookAt) : due
            socket.wait(nanoseconds: next > before ? next - before : 0, forDatagrams: !isResting)
            state.now = MonotonicTime.now
            let (pending, isStopped) = orders.withLock { orders in
                defer { orders.pending.removeAll() }
                return (orders.pending, orders.isStopped)
            }
            for order in pending { order(&state) }
            if state.now >= lookAt || !state.probes.isEmpty {
                receive(into: &buffer, &rooms, &state)
                state.now = MonotonicTime.now
                if turn > 0 { lookAt = state.now + turn }
            }
            if state.now >= wakeAt { wakeAt = state.participant?.wake(at: state.now) ?? state.now + 50_000_000 }
            wakeProbes(&state)
            for event in state.participant?.takeEvents() ?? [] { tell(event, state.now) }
            for datagram in state.participant?.takeOutbox() ?? [] { socket.send(datagram.bytes, to: datagram.to) }
            if isStopped {
                for probe in state.probes.values { probe.done(.noAnswer(attempts: 0)) }
                return
            }
        }
    }

    private func receive(into buffer: inout [UInt8], _ rooms: inout [Departure], _ state: inout State) {
        let none = PeerAddress(high: 0, low: 0, port: 0)
        for _ in 0..<64 {
            for index in rooms.indices {
                rooms[index] = Departure(address: none, offset: UInt32(index * 1_536), length: 1_536)
            }
            let count = (try? socket.receive(into: &buffer, rooms: &rooms, count: rooms.count)) ?? 0
            let now = MonotonicTime.now
            for room in rooms[..<count] where room.length <= 1_536 {
                state.now = now - min(now, UInt64(room.age) * 1_000)
                let bytes = Array(buffer[Int(room.offset)..<Int(room.offset + room.length)])
                if bytes.first == 0x52 {
                    takeProbe(bytes, from: room.address, &state)
                } else if let piece = state.participant?.receive(bytes, from: room.address, at: state.now) {
                    deliver(piece, state.now)
                }
            }
            if count < rooms.count { return }
        }
    }

    private func takeProbe(_ bytes: [UInt8], from address: PeerAddress, _ state: inout State) {
        guard var probe = state.probes[address] else { return }
        carryOut(probe.run.receive(ByteBuffer(bytes: bytes), at: state.now), &probe, address, &state)
    }

    private func wakeProbes(_ state: inout State) {
        for (address, entry) in state.probes where entry.wakeAt.map({ state.now >= $0 }) ?? false {
            var probe = entry
            carryOut(probe.run.wake(at: state.now), &probe, address, &state)
        }
    }

    private func carryOut(
        _ step: ProbeRun.Step,
        _ probe: inout (run: ProbeRun, wakeAt: UInt64?, done: @Sendable (ProbeOutcome) -> Void), _ address: PeerAddress,
        _ state: inout State
    ) {
        for datagram in step.send { socket.send(Array(datagram.readableBytesView), to: address) }
        probe.wakeAt = step.wakeAt
        if let outcome = step.outcome {
            state.probes[address] = nil
            probe.done(outcome)
        } else {
            state.probes[address] = probe
        }
    }
}
