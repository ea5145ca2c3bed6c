import MediaTransport
import MeshAPI
import MeshEdge
import Testing

/// Relays that are joined by nothing but a list of what they send, on a clock that tests move.
struct RelayRig {
    static let secretBytes = [UInt8](repeating: 0x51, count: 32)
    var relays: [UInt16: Relay] = [:]
    var now: UInt64 = 5_000_000_000
    /// What went to addresses that are no relay's.
    var delivered: [(to: PeerAddress, bytes: [UInt8])] = []
    /// Relays that neither hear nor speak.
    var dead: Set<UInt16> = []

    static func address(site: UInt16) -> PeerAddress { PeerAddress(ipv4: 0x0A01_0000 + UInt32(site), port: 4_480) }
    static func address(stream: UInt32) -> PeerAddress { PeerAddress(ipv4: 0x0A02_0000 + stream, port: 5_000) }

    static var secret: SessionSecret {
        get throws { try #require(SessionSecret(session: 7, epoch: 3, bytes: secretBytes)) }
    }

    /// What two neighbours share.
    static func linkSecret(_ one: UInt16, _ other: UInt16) -> [UInt8] {
        Array(repeating: UInt8(min(one, other)) ^ UInt8(max(one, other)) &* 16, count: 32)
    }

    /// A table for a site whose routes say who is next, from each origin.
    static func table(
        site: UInt16, version: UInt64 = 1, neighbours: [UInt16] = [], routes: [RelayTable.Route] = [],
        epoch: UInt8 = 3
    ) -> RelayTable {
        RelayTable(
            version: version, site: site,
            neighbours: neighbours.map {
                .init(
                    site: $0, address: address(site: $0).description,
                    secret: SecretBytes(linkSecret($0, site)))
            },
            sessions: [.init(number: 7, keys: [.init(epoch: epoch, secret: SecretBytes(secretBytes))], routes: routes)])
    }

    mutating func add(
        _ table: RelayTable, salt: UInt64? = nil, configure: (inout Relay.Configuration) -> Void = { _ in }
    ) throws {
        var configuration = Relay.Configuration(site: table.site)
        configuration.roomCount = 256
        configure(&configuration)
        var relay = Relay(
            configuration: configuration, secret: Array(repeating: UInt8(table.site), count: 32),
            salt: salt ?? UInt64(table.site))
        try relay.adopt(table, at: now)
        relays[table.site] = relay
    }

    /// Hands over what relays have in line until nothing is left.
    mutating func settle() {
        var isBusy = true
        while isBusy {
            isBusy = false
            for site in relays.keys.sorted() {
                var out: [(PeerAddress, [UInt8])] = []
                _ = relays[site]?.flush(at: now) { departures, start, count, bytes in
                    for departure in departures[start..<start + count] {
                        let range = Int(departure.offset)..<Int(departure.offset + departure.length)
                        out.append((departure.address, Array(bytes[range])))
                    }
                    return count
                }
                guard !dead.contains(site) else { continue }
                for (address, bytes) in out {
                    isBusy = true
                    let target = relays.keys.first { Self.address(site: $0) == address }
                    if let target {
                        if !dead.contains(target) {
                            relays[target]?.receive(bytes, from: Self.address(site: site), at: now)
                        }
                    } else {
                        delivered.append((address, bytes))
                    }
                }
            }
        }
    }

    /// Lets time pass in steps of 10 ms, with signs of life.
    mutating func pass(milliseconds: Int) {
        for _ in 0..<max(1, milliseconds / 10) {
            now += 10_000_000
            for site in relays.keys.sorted() { relays[site]?.wake(at: now) }
            settle()
        }
    }

    /// Sends a request the way a participant does, and gives the replies' bytes.
    mutating func send(_ bytes: [UInt8], from address: PeerAddress, to site: UInt16) -> [[UInt8]] {
        delivered = []
        relays[site]?.receive(bytes, from: address, at: now)
        settle()
        return delivered.filter { $0.to == address }.map(\.bytes)
    }

    /// A request for a stream, with a cookie.
    static func request(
        stream: UInt32, site: UInt16, mode: AttachRequest.Mode, cookie: (high: UInt64, low: UInt64) = (0, 0),
        sequence: UInt64, session: UInt32 = 7
    ) throws -> [UInt8] {
        let header = MediaHeader(
            kind: .attach, epoch: 3, session: session, stream: stream, origin: site, sequence: sequence)
        return ControlDatagram.signed(header, key: try secret.attachmentKeys(stream: stream).up) {
            AttachRequest(cookie: cookie, mode: mode).encode(into: &$0)
        }
    }

    /// Attaches a participant through challenge and cookie; what the server said.
    @discardableResult
    mutating func attach(
        stream: UInt32, to site: UInt16, mode: AttachRequest.Mode = .active, sequence: UInt64 = 1,
        from address: PeerAddress? = nil
    ) throws -> AttachReply.Status? {
        let address = address ?? Self.address(stream: stream)
        var replies = send(
            try Self.request(stream: stream, site: site, mode: mode, sequence: sequence), from: address, to: site)
        if let challenge = replies.first, challenge[2] == MediaHeader.Kind.challenge.rawValue {
            let cookie = ControlDatagram.cookie(of: challenge.span)
            replies = send(
                try Self.request(stream: stream, site: site, mode: mode, cookie: cookie, sequence: sequence + 1),
                from: address, to: site)
        }
        guard let reply = replies.first(where: { $0[2] == MediaHeader.Kind.attached.rawValue }) else { return nil }
        let key = try Self.secret.attachmentKeys(stream: stream).down
        let isGenuine = DatagramTag.verifies(reply.span, authenticated: reply.count - 16, key: key)
        guard isGenuine else { return nil }
        return try AttachReply(decoding: reply.span).status
    }

    /// A media datagram.
    static func media(
        stream: UInt32, origin: UInt16, sequence: UInt64, trafficClass: TrafficClass = .audio, length: Int = 100,
        epoch: UInt8 = 3
    ) throws -> [UInt8] {
        let header = MediaHeader(
            kind: .media, epoch: epoch, session: 7, stream: stream, trafficClass: trafficClass, origin: origin,
            sequence: sequence)
        let payload = Array(repeating: UInt8(truncatingIfNeeded: sequence), count: length)
        return try #require(SealedMedia.seal(payload, header: header, key: try secret.mediaKey))
    }

    /// The streams whose participants were delivered media, sorted; a participant twice if it got two.
    func listeners() -> [UInt32] {
        delivered.filter { $0.bytes[2] == 1 && $0.to.low >> 16 & 0xFF == 2 }.map { UInt32($0.to.low & 0xFFFF) }.sorted()
    }

    func counters(_ site: UInt16) -> RelayCounters { relays[site]?.counters ?? RelayCounters() }
}
