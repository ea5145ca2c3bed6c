import NIOCore
import Probing

/// A prober and a responder with a link each way between them, on a clock that only events move. The same seed gives the same run.
struct SimulatedPath {
    var forward: EmulatedLink
    var backward: EmulatedLink
    /// Nanoseconds by which the responder's clock is ahead.
    var clockOffset: UInt64 = 0
    var responder = ProbeResponder(secret: Array(0..<32))

    /// What really happened, which the prober has to find out.
    struct Truth {
        /// Nanoseconds there and back of each probe that came back, in order of sending.
        var roundTrips: [UInt64] = []
        var probesSent = 0
        var probesLostForward = 0
        var echoesLost = 0
        /// Mbit/s of the way there whenever a train began.
        var ratesOfTrains: [Double] = []
    }

    private struct Event {
        var at: UInt64
        var order: Int
        var isRequest: Bool
        var data: ByteBuffer
        var probeSentAt: UInt64?
    }

    mutating func run(_ plan: ProbePlan, number: UInt64) -> (outcome: ProbeOutcome, truth: Truth, ended: UInt64) {
        var (prober, truth) = (ProbeRun(plan: plan, run: number), Truth())
        var (now, wakeAt, order) = (UInt64(1_000_000_000), UInt64?.none, 0)
        var events: [Event] = []
        var ended: ProbeOutcome?

        func carryOut(_ step: ProbeRun.Step, _ path: inout SimulatedPath) {
            (wakeAt, ended) = (step.wakeAt, step.outcome)
            for datagram in step.send {
                let isProbe = Self.kind(of: datagram) == 3
                if isProbe { truth.probesSent += 1 }
                if Self.kind(of: datagram) == 5, datagram.getInteger(at: 34, as: UInt16.self) == 0 {
                    truth.ratesOfTrains.append(path.forward.rate(at: now) ?? .infinity)
                }
                guard let at = path.forward.arrival(ofBytes: datagram.readableBytes, at: now) else {
                    if isProbe { truth.probesLostForward += 1 }
                    continue
                }
                order += 1
                events.append(
                    Event(at: at, order: order, isRequest: true, data: datagram, probeSentAt: isProbe ? now : nil))
            }
        }

        carryOut(prober.start(at: now), &self)
        while ended == nil {
            let next = events.indices.min { (events[$0].at, events[$0].order) < (events[$1].at, events[$1].order) }
            if let next, wakeAt.map({ events[next].at <= $0 }) ?? true {
                let event = events.remove(at: next)
                now = event.at
                if event.isRequest {
                    let source = ProbeSource(ipv4: 0x7F00_0001, port: 4_000)
                    guard let reply = responder.receive(event.data, from: source, at: now &+ clockOffset) else {
                        continue
                    }
                    guard let at = backward.arrival(ofBytes: reply.readableBytes, at: now) else {
                        if event.probeSentAt != nil { truth.echoesLost += 1 }
                        continue
                    }
                    order += 1
                    events.append(
                        Event(at: at, order: order, isRequest: false, data: reply, probeSentAt: event.probeSentAt))
                } else {
                    if let sentAt = event.probeSentAt { truth.roundTrips.append(now - sentAt) }
                    carryOut(prober.receive(event.data, at: now), &self)
                }
            } else if let due = wakeAt {
                now = due
                carryOut(prober.wake(at: now), &self)
            } else {
                preconditionFailure("the run neither ended nor said when to be woken")
            }
        }
        return (ended ?? .noAnswer(attempts: 0), truth, now)
    }

    private static func kind(of datagram: ByteBuffer) -> UInt8? { datagram.getInteger(at: 5, as: UInt8.self) }
}
