internal import MediaTransport
internal import MeshEdge
internal import Probing

/// The relay's own time for each datagram out: sender, relay and receivers take turns on one thread, and only the relay's turns count.
struct ThroughputBench {
    var world: BenchWorld
    let size: Int

    struct Outcome {
        var outPerSecond: Double
        var sent: Int
        var received: Int
    }

    init(fanOut: Int, size: Int) throws {
        world = try BenchWorld(fanOut: fanOut)
        self.size = size
    }

    mutating func run(seconds: Double) throws -> Outcome {
        let socket = try DatagramSocket(BenchWorld.loopback)
        var relay = Relay(configuration: .init(site: 1), secret: Array(0..<32))
        var responder = ProbeResponder(secret: Array(0..<32))
        try relay.adopt(world.table, at: MonotonicTime.now)
        world.admit(to: &relay, at: MonotonicTime.now)
        var batch = Array(
            repeating: Departure(address: BenchWorld.loopback, offset: 0, length: 0), count: DatagramSocket.batch)
        var drain = Array(repeating: UInt8(0), count: 64)
        var (spent, received) = (UInt64(0), 0)
        let end = MonotonicTime.now + UInt64(seconds * 1e9)
        while MonotonicTime.now < end {
            for datagram in world.datagrams(DatagramSocket.batch, size: size) {
                world.sender.send(datagram, to: socket.address)
            }
            let begin = BenchWorld.processorTime
            while relay.receiveBatch(&batch, from: socket, probes: &responder) {
                _ = relay.flush(at: MonotonicTime.now) { socket.send($0, from: $1, count: $2, of: $3) }
            }
            spent += BenchWorld.processorTime - begin
            for receiver in world.receivers {
                while true {
                    var rooms = Array(
                        repeating: Departure(address: BenchWorld.loopback, offset: 0, length: 64), count: 64)
                    let count = try receiver.receive(into: &drain, rooms: &rooms, count: 64)
                    received += count
                    if count < 64 { break }
                }
            }
        }
        let sent = relay.counters.sent
        return Outcome(outPerSecond: Double(sent) * 1e9 / Double(max(1, spent)), sent: sent, received: received)
    }

    /// Forged datagrams dropped in a second of the relay's time: right in all but the tag, which costs most.
    mutating func refuse(seconds: Double) throws -> Double {
        let socket = try DatagramSocket(BenchWorld.loopback)
        var relay = Relay(configuration: .init(site: 1), secret: Array(0..<32))
        var responder = ProbeResponder(secret: Array(0..<32))
        try relay.adopt(world.table, at: MonotonicTime.now)
        world.admit(to: &relay, at: MonotonicTime.now)
        var batch = Array(
            repeating: Departure(address: BenchWorld.loopback, offset: 0, length: 0), count: DatagramSocket.batch)
        var spent: UInt64 = 0
        var forged = world.datagrams(DatagramSocket.batch, size: size)
        for index in forged.indices { forged[index][size - 1] ^= 1 }
        let end = MonotonicTime.now + UInt64(seconds * 1e9)
        while MonotonicTime.now < end {
            for datagram in forged { world.sender.send(datagram, to: socket.address) }
            let begin = BenchWorld.processorTime
            while relay.receiveBatch(&batch, from: socket, probes: &responder) {}
            spent += BenchWorld.processorTime - begin
        }
        guard relay.counters.refused(.forged) == relay.counters.received, relay.waiting == 0 else {
            preconditionFailure("a forged datagram was taken")
        }
        return Double(relay.counters.received) * 1e9 / Double(max(1, spent))
    }
}
