public import MediaTransport

extension Relay {
    /// Puts the copies of a genuine, new datagram in line.
    ///
    /// - Parameter source: The neighbour it came from, which does not get it back; -1 if from a participant.
    @inline(__always)
    mutating func forward(
        _ header: MediaHeader, session: Int, room: Int, length: UInt32, source: Int, at now: UInt64
    ) {
        let rank = header.trafficClass.rank
        let offset = UInt32(room * DatagramRooms.size)
        let key = SessionState.routeKey(origin: header.origin, trafficClass: header.trafficClass)
        if let route = sessions[session].routes[key] {
            for branch in route.branches {
                follow(branch, rank: rank, offset: offset, length: length, source: source, at: now)
            }
            if now < route.retiredAt {
                for neighbour in route.retiring where neighbour != source {
                    send(toNeighbour: neighbour, rank: rank, offset: offset, length: length, at: now)
                }
            }
        }
        let bit = UInt8(1) << header.trafficClass.rawValue
        for index in sessions[session].listeners.indices {
            let listener = sessions[session].listeners[index]
            guard listener.stream != header.stream, listener.classes & bit != 0 else { continue }
            let departure = Departure(address: listener.address, offset: offset, length: length)
            guard enqueue(departure, rank: rank, at: now) else { continue }
            sessions[session].listeners[index].sent += 1
            sessions[session].listeners[index].lastSent = now
        }
    }

    @inline(__always)
    private mutating func follow(
        _ branch: CompiledBranch, rank: Int, offset: UInt32, length: UInt32, source: Int, at now: UInt64
    ) {
        let isSilent = neighbours[branch.neighbour].isSilent
        if isSilent {
            for spare in branch.spares where spare != source && !neighbours[spare].isSilent {
                send(toNeighbour: spare, rank: rank, offset: offset, length: length, at: now)
                counters.spared += 1
            }
            // It may only be that it is not heard: for two seconds it gets its share still.
            guard now - min(now, neighbours[branch.neighbour].lastHeard) < 2_000_000_000 else { return }
        }
        guard branch.neighbour != source else { return }
        send(toNeighbour: branch.neighbour, rank: rank, offset: offset, length: length, at: now)
    }

    @inline(__always)
    private mutating func send(toNeighbour index: Int, rank: Int, offset: UInt32, length: UInt32, at now: UInt64) {
        let departure = Departure(address: neighbours[index].address, offset: offset, length: length)
        if enqueue(departure, rank: rank, at: now) { neighbours[index].sent += 1 }
    }

    /// Puts a copy of a media datagram in its class's line; false if that is full.
    @inline(__always)
    private mutating func enqueue(_ departure: Departure, rank: Int, at now: UInt64) -> Bool {
        guard lines[rank + 1].append(departure, at: now) else {
            counters.overflow[rank] += 1
            return false
        }
        rooms.hold(Int(departure.offset) / DatagramRooms.size)
        counters.forwarded += 1
        return true
    }

    /// Puts a datagram of the relay's own in line, before all media.
    mutating func say(
        _ header: MediaHeader, to address: PeerAddress, key: DatagramKey?, at now: UInt64,
        body: (inout MutableSpan<UInt8>) -> Void
    ) {
        guard let length = MediaWire.length(of: header.kind), let room = takeRoom() else {
            counters.noRoom += 1
            return
        }
        let start = room * DatagramRooms.size
        do {
            var span = scratch.mutableSpan
            header.encode(into: &span)
            body(&span)
        }
        if let key {
            let tag = DatagramTag(
                of: scratch.span.extracting(0..<length), authenticated: length - MediaWire.tagLength,
                key: SaltedKey(key, of: scratch.span))
            var span = scratch.mutableSpan
            tag.encode(into: &span, at: length - MediaWire.tagLength)
        }
        for index in 0..<length { rooms.bytes[start + index] = scratch[index] }
        if !lines[0].append(Departure(address: address, offset: UInt32(start), length: UInt32(length)), at: now) {
            rooms.release(room)
            counters.noRoom += 1
        }
    }

    /// Sends what is in line, as far as capacity and the taker allow: signs of life first, then audio, content, video.
    ///
    /// - Parameter send: Takes a stretch of departures (from, count) of the bytes given; returns how many it took.
    /// - Returns: Whether something is left in line.
    @inline(__always)
    public mutating func flush(
        at now: UInt64, _ send: (_ departures: [Departure], _ from: Int, _ count: Int, _ bytes: [UInt8]) -> Int
    ) -> Bool {
        refillBytes(at: now)
        for rank in lines.indices {
            dropStale(rank, at: now)
            while lines[rank].count > 0 {
                let allowed = allowance(rank)
                guard allowed > 0 else { return true }
                let sent = send(lines[rank].entries, lines[rank].head, allowed, rooms.bytes)
                for _ in 0..<sent {
                    let departure = lines[rank].removeFirst()
                    counters.sentBytes += Int(departure.length)
                    rooms.release(Int(departure.offset) / DatagramRooms.size)
                    if configuration.megabitsPerSecond != nil { byteTokens -= Double(departure.length + 48) }
                }
                counters.sent += sent
                if sent < allowed { return true }
            }
        }
        return false
    }

    /// How many of the next in a line the capacity allows now; signs of life always.
    @inline(__always)
    private func allowance(_ rank: Int) -> Int {
        let stretch = min(lines[rank].stretch, DatagramSocket.batch)
        guard rank > 0, configuration.megabitsPerSecond != nil else { return stretch }
        var (tokens, count) = (byteTokens, 0)
        while count < stretch, tokens > 0 {
            tokens -= Double(lines[rank].entries[lines[rank].head + count].length + 48)
            count += 1
        }
        return count
    }

    private mutating func refillBytes(at now: UInt64) {
        guard let rate = configuration.megabitsPerSecond else { return }
        let bytesPerSecond = rate * 125_000
        byteTokens = min(bytesPerSecond * 0.02, byteTokens + Double(now - min(now, bytesAt)) * bytesPerSecond / 1e9)
        bytesAt = now
    }

    private mutating func dropStale(_ rank: Int, at now: UInt64) {
        guard rank > 0 else { return }
        while let first = lines[rank].first, now > first.since + configuration.staleAfter {
            rooms.release(Int(lines[rank].removeFirst().offset) / DatagramRooms.size)
            counters.stale[rank - 1] += 1
        }
    }

    /// When something is in line only for want of capacity: when some of it may go. Nanoseconds.
    package func nextDeparture(at now: UInt64) -> UInt64? {
        guard configuration.megabitsPerSecond != nil, waiting > 0 else { return nil }
        return now + 1_000_000
    }
}
