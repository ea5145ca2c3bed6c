internal import Glibc
public import NIOCore
internal import NIOPosix

/// Runs probes on a UDP socket.
public enum ProbeClient {
    /// Probes one responder and says what was found.
    ///
    /// Ends by itself: at the latest after the hellos' attempts, the probes at their interval, one timeout, and the trains' attempts.
    ///
    /// - Parameters:
    ///   - host: A name or an address.
    ///   - port: The responder's UDP port.
    ///   - group: Where the socket lives; the process's own if left out.
    /// - Throws: ``ProbeError``. That nobody answers is an outcome, not an error.
    public static func probe(
        host: String, port: Int, plan: ProbePlan = ProbePlan(), on group: (any EventLoopGroup)? = nil
    ) async throws(ProbeError) -> ProbeOutcome {
        let address: SocketAddress
        do {
            address = try SocketAddress.makeAddressResolvingHost(host, port: port)
        } catch {
            throw ProbeError(
                .unknownHost, "\(host): no such host; expected a name or an address that this machine can look up")
        }
        return try await probe(address, plan: plan, on: group)
    }

    /// Probes the responder at an address. See ``probe(host:port:plan:on:)``.
    public static func probe(
        _ address: SocketAddress, plan: ProbePlan = ProbePlan(), on group: (any EventLoopGroup)? = nil
    ) async throws(ProbeError) -> ProbeOutcome {
        if let problem = plan.problem { throw ProbeError(.invalidPlan, problem) }
        let group: any EventLoopGroup = group ?? MultiThreadedEventLoopGroup.singleton
        let done = group.next().makePromise(of: ProbeOutcome.self)
        let channel: any Channel
        do {
            channel = try await DatagramBootstrap(group: done.futureResult.eventLoop)
                .receivingInBatches()
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(
                            ProbeHandler(ProbeRun(plan: plan, run: .random(in: .min ... .max)), to: address, done: done)
                        )
                    }
                }
                .connect(to: address).get()
        } catch {
            done.fail(error)
            throw ProbeError(.socket, "\(Endpoint.text(of: address)): cannot open a socket: \(error)")
        }
        do {
            let outcome = try await withTaskCancellationHandler {
                try await done.futureResult.get()
            } onCancel: {
                channel.close(promise: nil)
            }
            try? await channel.close().get()
            return outcome
        } catch let error as ProbeError {
            try? await channel.close().get()
            throw error
        } catch {
            throw ProbeError(.socket, "\(Endpoint.text(of: address)): \(error)")
        }
    }
}

/// Carries datagrams and wake-ups between a socket and a run.
private final class ProbeHandler: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    typealias OutboundOut = AddressedEnvelope<ByteBuffer>

    private var run: ProbeRun
    private let address: SocketAddress
    private var done: EventLoopPromise<ProbeOutcome>?
    private var alarm: Scheduled<Void>?

    init(_ run: ProbeRun, to address: SocketAddress, done: EventLoopPromise<ProbeOutcome>) {
        self.run = run
        self.address = address
        self.done = done
    }

    func channelActive(context: ChannelHandlerContext) {
        carryOut(run.start(at: MonotonicClock.now), in: context)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        carryOut(run.receive(unwrapInboundIn(data).data, at: MonotonicClock.now), in: context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        finish(.failure(ProbeError(.cancelled, "\(Endpoint.text(of: address)): probing was stopped")))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let refused = error as? IOError, refused.errnoCode == ECONNREFUSED else {
            finish(.failure(error))
            return
        }
        finish(
            .failure(
                ProbeError(.refused, "\(Endpoint.text(of: address)): nobody listens there (the machine answers so)")))
    }

    private func carryOut(_ step: ProbeRun.Step, in context: ChannelHandlerContext) {
        for datagram in step.send {
            context.write(
                wrapOutboundOut(AddressedEnvelope(remoteAddress: address, data: datagram)), promise: nil)
        }
        if !step.send.isEmpty { context.flush() }
        if let outcome = step.outcome { finish(.success(outcome)) }
        alarm?.cancel()
        guard let due = step.wakeAt else { return }
        let deadline = NIODeadline.uptimeNanoseconds(due)
        alarm = context.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) { [weak self] in
            guard let self else { return }
            carryOut(run.wake(at: MonotonicClock.now), in: context)
        }
    }

    private func finish(_ result: Result<ProbeOutcome, any Error>) {
        alarm?.cancel()
        done?.completeWith(result)
        done = nil
    }
}
