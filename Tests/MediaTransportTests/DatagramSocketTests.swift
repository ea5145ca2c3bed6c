import MediaTransport
import Testing

@Suite("Datagram sockets")
struct DatagramSocketTests {
    private let loopback = PeerAddress(ipv4: 0x7F00_0001, port: 0)

    @Test("Entries have the layout that C expects")
    func layout() { #expect(Departure.matchesC) }

    @Test(
        "A batch arrives, in order, with its source",
        arguments: [PeerAddress(ipv4: 0x7F00_0001, port: 0), PeerAddress(high: 0, low: 1, port: 0)])
    func batch(address: PeerAddress) throws {
        let (sender, receiver) = (try DatagramSocket(address), try DatagramSocket(address))
        let bytes = (0..<200).map { UInt8(truncatingIfNeeded: $0) }
        let departures = (0..<150).map {
            Departure(address: receiver.address, offset: UInt32($0), length: UInt32($0 % 40))
        }
        #expect(sender.send(departures, from: 10, count: 140, of: bytes) == 140)
        var (buffer, taken) = ([UInt8](repeating: 0, count: 64 * 32), [[UInt8]]())
        var rooms: [Departure] = []
        while taken.count < 140 {
            rooms = (0..<64).map { Departure(address: loopback, offset: UInt32($0 * 32), length: 32) }
            receiver.wait(nanoseconds: 1_000_000_000)
            let count = try receiver.receive(into: &buffer, rooms: &rooms, count: 64)
            guard count > 0 else { break }
            for room in rooms[..<count] {
                #expect(room.address == sender.address)
                // The length is the datagram's own even where it was cut.
                taken.append(Array(repeating: buffer[Int(room.offset)], count: Int(room.length)))
            }
        }
        #expect(taken.map(\.count) == (10..<150).map { $0 % 40 })
    }

    @Test("A timed socket says how long ago a datagram came, another says nothing")
    func ages() async throws {
        let loopback = PeerAddress(ipv4: 0x7F00_0001, port: 0)
        let sender = try DatagramSocket(loopback)
        for isTimed in [true, false] {
            let receiver = try DatagramSocket(loopback, isTimed: isTimed)
            var isKnown = false
            // The kernel begins to note times a moment after it is asked to.
            for _ in 0..<100 where !isKnown {
                #expect(sender.send([1, 2, 3], to: receiver.address))
                let since = MonotonicTime.now
                // Whoever does not look at datagrams is not woken by them.
                receiver.wait(nanoseconds: 30_000_000, forDatagrams: false)
                var rooms = [Departure(address: loopback, offset: 0, length: 100)]
                var buffer = [UInt8](repeating: 0, count: 100)
                #expect(try receiver.receive(into: &buffer, rooms: &rooms, count: 1) == 1)
                let (waited, age) = ((MonotonicTime.now - since) / 1_000, UInt64(rooms[0].age))
                #expect(age <= waited + 1_000)
                isKnown = age >= 29_000
                if !isTimed { break }
            }
            #expect(isKnown == isTimed)
        }
    }

    @Test("A wait ends by a wake, and by its time")
    func waits() throws {
        let socket = try DatagramSocket(loopback)
        let begin = MonotonicTime.now
        socket.wake()
        socket.wait(nanoseconds: 5_000_000_000)
        #expect(MonotonicTime.now - begin < 4_000_000_000)
        socket.wait(nanoseconds: 3_000_000)
        #expect(MonotonicTime.now - begin >= 3_000_000)
    }

    @Test("A port that is taken is refused with the system's words")
    func taken() throws {
        let first = try DatagramSocket(loopback)
        let error = #expect(throws: SocketError.self) { try DatagramSocket(first.address) }
        #expect(error?.description == "cannot listen on port \(first.address.port): Address already in use")
    }
}
