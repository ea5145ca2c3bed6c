public import NIOCore

/// The asking side of the probe protocol, as a value: what happened goes in, what to send comes out. No socket, no clock.
///
/// A run says hello, gets a cookie, sends its probes at a steady pace, then its trains one by one, and asks after each what
/// arrived. It ends by itself in bounded time, whatever the responder does. Only what answers something that was sent is believed: the run's
/// number, the sequence and the time of sending must all match. The time that a responder says it held a probe is not taken off, so that nobody
/// can make itself look nearer than it is.
public struct ProbeRun: Sendable {
    /// What to do after an event.
    public struct Step: Sendable, Hashable {
        /// Datagrams to send now, back to back.
        public var send: [ByteBuffer] = []
        /// When ``ProbeRun/wake(at:)`` is to be called, nanoseconds, unless something comes before; `nil` if the run is over.
        public var wakeAt: UInt64?
        /// How the run ended; `nil` while it goes on.
        public var outcome: ProbeOutcome?
    }

    enum Phase: Sendable {
        case hello(attempt: Int)
        case probing
        /// All probes are sent; their echoes may still come.
        case draining
        /// A train was sent; the query goes out when its packets have had time to pass.
        case train(Int)
        case query(train: Int, attempt: Int)
        case over
    }

    let plan: ProbePlan
    let run: UInt64
    var phase = Phase.hello(attempt: 0)
    var cookie = ProbeCookie(high: 0, low: 0)
    var wakeAt: UInt64?
    var samples = ProbeSamples()
    var trains: [TrainMeasurement] = []

    /// A run, not yet begun.
    ///
    /// - Parameters:
    ///   - plan: What to do; its ``ProbePlan/problem`` must be `nil`.
    ///   - run: 64 random bits.
    public init(plan: ProbePlan, run: UInt64) {
        precondition(plan.problem == nil, plan.problem ?? "")
        self.plan = plan
        self.run = run
    }

    /// Begins.
    public mutating func start(at now: UInt64) -> Step { sayHello(attempt: 1, at: now) }

    /// Time has passed.
    public mutating func wake(at now: UInt64) -> Step {
        guard let due = wakeAt, now >= due else { return Step(wakeAt: wakeAt) }
        switch phase {
        case .hello(let attempt):
            guard attempt < plan.attempts else { return end(.noAnswer(attempts: attempt)) }
            return sayHello(attempt: attempt + 1, at: now)
        case .probing: return sendProbe(at: now)
        case .draining: return sendTrain(0, at: now)
        case .train(let train): return sendQuery(train: train, attempt: 1, at: now)
        case .query(let train, let attempt):
            guard attempt < plan.attempts else { return sendTrain(train + 1, at: now) }
            return sendQuery(train: train, attempt: attempt + 1, at: now)
        case .over: return Step()
        }
    }

    /// A datagram came from the responder.
    public mutating func receive(_ datagram: ByteBuffer, at now: UInt64) -> Step {
        guard let reply = try? ProbeDatagram(decoding: datagram), reply.run == run else { return ignore() }
        switch (reply.message, phase) {
        case (.challenge(let cookie), .hello):
            self.cookie = cookie
            phase = .probing
            return sendProbe(at: now)
        case (.echo(let echo), .probing), (.echo(let echo), .draining):
            samples.take(echo, at: now, timeout: plan.timeout)
            if case .draining = phase, samples.isComplete { return sendTrain(0, at: now) }
            return Step(wakeAt: wakeAt)
        case (.reflection(let packet, let length), _) where Int(packet.train) < trains.count:
            trains[Int(packet.train)].reflections.take(index: packet.index, length: length, at: now)
            return Step(wakeAt: wakeAt)
        case (.report(let report), .query(let train, _)) where Int(report.train) == train:
            trains[train].report = report
            return sendTrain(train + 1, at: now)
        default: return ignore()
        }
    }

    private mutating func ignore() -> Step {
        samples.discarded += 1
        return Step(wakeAt: wakeAt)
    }

    private mutating func sayHello(attempt: Int, at now: UInt64) -> Step {
        phase = .hello(attempt: attempt)
        return send([.hello(length: ProbeDatagram.leastRequestLength)], thenWakeAt: now + retryDelay(attempt))
    }

    private mutating func sendProbe(at now: UInt64) -> Step {
        let probe = samples.send(at: now)
        let isLast = samples.sentCount == plan.probeCount
        if isLast { phase = .draining }
        return send(
            [.probe(cookie, probe, length: plan.probeLength)], thenWakeAt: now + (isLast ? plan.timeout : plan.interval)
        )
    }

    private mutating func sendTrain(_ train: Int, at now: UInt64) -> Step {
        guard train < plan.trainCount else {
            return end(.measured(samples.report(trains: trains, reflected: plan.reflectsTrains)))
        }
        phase = .train(train)
        trains.append(TrainMeasurement())
        let packets = (0..<plan.trainLength).map { index in
            ProbeMessage.train(
                cookie,
                TrainPacket(
                    train: UInt16(train), index: UInt16(index), count: UInt16(plan.trainLength),
                    isReflected: plan.reflectsTrains),
                length: plan.trainPacketLength)
        }
        return send(packets, thenWakeAt: now + max(samples.patience, 50_000_000))
    }

    private mutating func sendQuery(train: Int, attempt: Int, at now: UInt64) -> Step {
        phase = .query(train: train, attempt: attempt)
        return send(
            [.query(cookie, train: UInt16(train), length: ProbeDatagram.leastRequestLength)],
            thenWakeAt: now + retryDelay(attempt))
    }

    private func retryDelay(_ attempt: Int) -> UInt64 { min(plan.retryAfter << UInt64(attempt - 1), 60_000_000_000) }

    private mutating func send(_ messages: [ProbeMessage], thenWakeAt due: UInt64) -> Step {
        wakeAt = due
        return Step(send: messages.map { ProbeDatagram(run: run, message: $0).encoded() }, wakeAt: due)
    }

    private mutating func end(_ outcome: ProbeOutcome) -> Step {
        phase = .over
        wakeAt = nil
        return Step(outcome: outcome)
    }
}
