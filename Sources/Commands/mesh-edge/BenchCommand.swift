internal import ArgumentParser
internal import MediaTransport
internal import MeshAPI
internal import MeshEdge

struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Measure the relay on this machine, over loopback.",
        discussion: """
            Throughput is datagrams out in a second of the relay's own processor time, system calls included: what one core does. Latency is what
            the relay adds to a datagram's way when it carries half of that (or --rate), beside the same way without a relay.

            EXAMPLE
              mesh-edge bench --fan-out 10 --size 200 --seconds 3
            """)

    @Option(name: .customLong("fan-out"), help: "Receivers of each datagram, 1 to 100.")
    var fanOut = 10
    @Option(help: "Bytes of a datagram, 44 to 1,400.")
    var size = 200
    @Option(help: "Seconds that each part measures, 0.1 to 60.")
    var seconds = 3.0
    @Option(help: "Datagrams out a second in the latency part; half of what one core does if left out.")
    var rate: Double?
    @Option(help: "Participants of the memory part, 0 for none.")
    var participants = 1_000

    func validate() throws {
        guard (1...100).contains(fanOut) else { throw ValidationError("--fan-out is \(fanOut); expected 1 to 100") }
        guard (MediaWire.overhead...MediaWire.greatestLength).contains(size) else {
            throw ValidationError("--size is \(size); expected \(MediaWire.overhead) to \(MediaWire.greatestLength)")
        }
        guard (0.1...60).contains(seconds) else { throw ValidationError("--seconds is \(seconds); expected 0.1 to 60") }
        guard (0...100_000).contains(participants) else {
            throw ValidationError("--participants is \(participants); expected 0 to 100000")
        }
    }

    func run() throws {
        var bench = try ThroughputBench(fanOut: fanOut, size: size)
        let throughput = try bench.run(seconds: seconds)
        print(
            "throughput: \(Int(throughput.outPerSecond)) datagrams out/s on one core (\(throughput.sent) sent, "
                + "\(throughput.received) arrived, fan-out \(fanOut), \(size) bytes)")
        bench = try ThroughputBench(fanOut: fanOut, size: size)
        let junk = try bench.refuse(seconds: seconds / 2)
        print("refusing: \(Int(junk)) forged datagrams/s dropped on one core")
        let rate = rate ?? throughput.outPerSecond / 2
        var steady = try LatencyBench(fanOut: fanOut, size: size)
        let latency = try steady.run(seconds: seconds, outPerSecond: rate)
        print("at \(Int(latency.outPerSecond)) out/s: " + latency.text)
        if participants > 0 { print(try MemoryBench.run(participants: participants)) }
    }
}
