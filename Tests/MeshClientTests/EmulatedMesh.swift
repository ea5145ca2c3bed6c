import MediaTransport
import MeshAPI
import MeshClient
import MeshEdge
import TestSupport
import Testing

/// Relays and participants with emulated ways between them, on a clock that only events move. The same seed gives the same run.
///
/// Every way has a delay, jitter and loss; all sites are neighbours of each other and send to all others.
struct EmulatedMesh {
    static let secretBytes = [UInt8](repeating: 0x42, count: 32)
    static let session: UInt32 = 9
    private static let second: UInt64 = 1_000_000_000

    var relays: [UInt16: Relay] = [:]
    var participants: [UInt32: MeshParticipant] = [:]
    var now: UInt64 = 10 * second
    var random: SplitMix64
    /// One-way delay of any way, nanoseconds, and what of it varies.
    var delay: UInt64 = 10_000_000
    var jitter: UInt64 = 1_000_000
    var loss = 0.0
    /// Relays that neither hear nor speak.
    var dead: Set<UInt16> = []
    /// Sequences that each participant was delivered, by whose they are, in order of arrival, with the time.
    var heard: [UInt32: [UInt32: [(sequence: UInt64, at: UInt64)]]] = [:]
    var events: [(stream: UInt32, event: MeshParticipant.Event, at: UInt64)] = []
    var sitesOf: [UInt32: (site: UInt16, spare: UInt16?)] = [:]
    /// Who sent what to whom, if somebody overhears.
    var ledger: NonceLedger?
    /// How far the clock of a relay's machine is from the others', nanoseconds.
    var skew: [UInt16: Int64] = [:]
    private var queue: [UInt64: [(to: PeerAddress, from: PeerAddress, bytes: [UInt8])]] = [:]
    private var order: [UInt64] = []
    private var version: UInt64 = 0

    init(sites: Int, seed: UInt64, configure: (inout Relay.Configuration) -> Void = { _ in }) throws {
        random = SplitMix64(seed: seed)
        for site in 1...UInt16(sites) {
            var configuration = Relay.Configuration(site: site)
            configuration.roomCount = 512
            configure(&configuration)
            relays[site] = Relay(
                configuration: configuration, secret: Array(repeating: UInt8(site), count: 32), salt: UInt64(site))
        }
        try publishTables()
    }

    static func linkSecret(_ one: UInt16, _ other: UInt16) -> [UInt8] {
        Array(repeating: UInt8(one ^ other), count: 32)
    }

    static func address(site: UInt16) -> PeerAddress { PeerAddress(ipv4: 0x0A01_0000 + UInt32(site), port: 4_480) }
    static func address(stream: UInt32) -> PeerAddress { PeerAddress(ipv4: 0x0A02_0000 + stream, port: 5_000) }

    /// The epochs that are in the tables, the present one first.
    var epochs: [UInt8] = [0]

    static func secret(epoch: UInt8) -> [UInt8] { secretBytes.map { $0 ^ epoch } }

    func keys(of stream: UInt32) throws -> ParticipantKeys {
        let secret = try #require(
            SessionSecret(session: Self.session, epoch: epochs[0], bytes: Self.secret(epoch: epochs[0])))
        let keys = secret.attachmentKeys(stream: stream)
        return ParticipantKeys(
            epoch: epochs[0], media: SecretBytes(secret.mediaKey.bytes), up: SecretBytes(keys.up.bytes),
            down: SecretBytes(keys.down.bytes))
    }

    /// Gives every relay a new table: all to all.
    mutating func publishTables() throws {
        version += 1
        for site in relays.keys {
            let others = relays.keys.filter { $0 != site }.sorted()
            let table = RelayTable(
                version: version, site: site,
                neighbours: others.map {
                    .init(
                        site: $0, address: Self.address(site: $0).description,
                        secret: SecretBytes(Self.linkSecret(site, $0)))
                },
                sessions: [
                    .init(
                        number: Self.session,
                        keys: epochs.map { .init(epoch: $0, secret: SecretBytes(Self.secret(epoch: $0))) },
                        routes: [.init(origin: site, branches: others.map { .init(to: $0) })])
                ])
            let moment = time(at: site)
            try relays[site]?.adopt(table, at: moment)
        }
    }

    func view(site: UInt16, spare: UInt16?) -> ParticipantMesh {
        ParticipantMesh(
            version: version, site: site, spare: spare,
            servers: relays.keys.sorted().map {
                .init(site: $0, id: "s\($0)", address: Self.address(site: $0).description)
            })
    }

    /// A relay ends and starts again at the same place, without its memory.
    mutating func restart(_ site: UInt16, salt: UInt64? = nil) throws {
        relays[site] = Relay(
            configuration: Relay.Configuration(site: site), secret: Array(repeating: UInt8(site), count: 32),
            salt: salt ?? random.next())
        try publishTables()
    }

    func time(at site: UInt16) -> UInt64 { now &+ UInt64(bitPattern: skew[site] ?? 0) }

    mutating func join(_ stream: UInt32, at site: UInt16, spare: UInt16? = nil, salt: UInt64? = nil) throws {
        let grant = Attachment(
            id: "p\(stream)", token: "t", session: Self.session, stream: stream, mesh: view(site: site, spare: spare),
            keys: try keys(of: stream))
        participants[stream] = try MeshParticipant(grant, salt: salt ?? UInt64(stream), at: now)
        sitesOf[stream] = (site, spare)
    }

    /// Tells a participant to go elsewhere, as the controller does.
    mutating func move(_ stream: UInt32, to site: UInt16, spare: UInt16? = nil, withKeys: Bool = false) throws {
        version += 1
        var view = view(site: site, spare: spare)
        if withKeys { view.keys = try keys(of: stream) }
        try participants[stream]?.adopt(view, at: now)
        sitesOf[stream] = (site, spare)
    }

    /// Lets time pass. Each participant sends audio every `every` ms.
    mutating func run(milliseconds: Int, every: Int = 20, speaking: Bool = true) {
        for step in 0..<milliseconds {
            now += 1_000_000
            deliver()
            for stream in participants.keys.sorted() {
                if speaking, (step + Int(stream)) % every == 0 {
                    participants[stream]?.send([1, 2, 3], as: .audio, at: now)
                }
                if step % 5 == 0 { participants[stream]?.wake(at: now) }
                for event in participants[stream]?.takeEvents() ?? [] { events.append((stream, event, now)) }
                for datagram in participants[stream]?.takeOutbox() ?? [] {
                    carry(datagram.bytes, from: Self.address(stream: stream), to: datagram.to)
                }
            }
            for site in relays.keys.sorted() {
                let moment = time(at: site)
                if step % 5 == 0 { relays[site]?.wake(at: moment) }
                flush(site)
            }
        }
    }

    private mutating func carry(_ bytes: [UInt8], from: PeerAddress, to: PeerAddress) {
        ledger?.take(bytes, from: from, epochs: epochs)
        let (lot, extra) = (random.fraction(), random.fraction())
        guard lot >= loss else { return }
        let at = (now + delay + UInt64(Double(jitter) * extra)) / 1_000_000
        queue[at, default: []].append((to, from, bytes))
    }

    /// What a server has sent and nobody has got yet.
    func underWay(from site: UInt16) -> [(to: PeerAddress, from: PeerAddress, bytes: [UInt8])] {
        queue.values.joined().filter { $0.from == Self.address(site: site) }
    }

    /// Sends something in somebody's name.
    mutating func inject(_ bytes: [UInt8], from: PeerAddress, to: PeerAddress) {
        queue[now / 1_000_000 + 1, default: []].append((to, from, bytes))
    }

    private mutating func deliver() {
        for (to, from, bytes) in queue.removeValue(forKey: now / 1_000_000) ?? [] {
            if let site = relays.keys.first(where: { Self.address(site: $0) == to }) {
                let moment = time(at: site)
                if !dead.contains(site) { relays[site]?.receive(bytes, from: from, at: moment) }
            } else {
                let stream = UInt32(to.low & 0xFFFF)
                if let piece = participants[stream]?.receive(bytes, from: from, at: now) {
                    heard[stream, default: [:]][piece.stream, default: []].append((piece.sequence, now))
                }
            }
        }
    }

    private mutating func flush(_ site: UInt16) {
        var out: [(PeerAddress, [UInt8])] = []
        let moment = time(at: site)
        _ = relays[site]?.flush(at: moment) { departures, start, count, bytes in
            for departure in departures[start..<start + count] {
                out.append(
                    (departure.address, Array(bytes[Int(departure.offset)..<Int(departure.offset + departure.length)])))
            }
            return count
        }
        guard !dead.contains(site) else { return }
        for (address, bytes) in out { carry(bytes, from: Self.address(site: site), to: address) }
    }

    /// What of a stream did not come between the first and the last that came.
    func missing(of stream: UInt32, at listener: UInt32) -> [UInt64] {
        let got = Set((heard[listener]?[stream] ?? []).map(\.sequence))
        guard let first = got.min(), let last = got.max() else { return [] }
        return (first...last).filter { !got.contains($0) }
    }

    func hasDuplicates(_ listener: UInt32) -> Bool {
        (heard[listener] ?? [:]).values.contains { Set($0.map(\.sequence)).count != $0.count }
    }

    /// The longest time between two pieces of a stream that follow each other at a listener, ms, from a time on.
    func longestGap(of stream: UInt32, at listener: UInt32, since: UInt64) -> Double {
        let times = (heard[listener]?[stream] ?? []).map(\.at).filter { $0 >= since } + [now]
        var (last, longest) = (since, UInt64(0))
        for time in times {
            longest = max(longest, time - last)
            last = time
        }
        return Double(longest) / 1e6
    }
}
