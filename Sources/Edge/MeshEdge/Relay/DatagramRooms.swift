internal import MediaTransport

/// The memory that datagrams lie in from arrival to the departure of the last copy: rooms of one size, counted references.
struct DatagramRooms: Sendable {
    /// Bytes of a room: the longest datagram and some, so that a longer one shows.
    static let size = 1_536

    var bytes: [UInt8]
    private var references: [UInt32]
    private var free: [UInt32]
    private(set) var freeCount: Int

    init(count: Int) {
        bytes = Array(repeating: 0, count: count * Self.size)
        references = Array(repeating: 0, count: count)
        free = (0..<UInt32(count)).reversed()
        freeCount = count
    }

    /// Takes a room that is empty, held once.
    @inline(__always)
    mutating func take() -> Int? {
        guard freeCount > 0 else { return nil }
        freeCount -= 1
        let room = Int(free[freeCount])
        references[room] = 1
        return room
    }

    @inline(__always)
    mutating func hold(_ room: Int) { references[room] += 1 }

    /// Lets go of a room once; the last makes it empty.
    @inline(__always)
    mutating func release(_ room: Int) {
        references[room] -= 1
        guard references[room] == 0 else { return }
        free[freeCount] = UInt32(room)
        freeCount += 1
    }
}
