internal import MediaTransport

/// Whom an address belongs to.
enum Peer: Sendable, Hashable {
    case neighbour(Int)
    case participant(Int)
}

/// Another site's server.
struct NeighbourState: Sendable {
    let site: UInt16
    var address: PeerAddress
    var secret: [UInt8]
    let outgoing: DatagramKey
    let incoming: DatagramKey
    /// The salt of the neighbour's present life; `nil` before it has shown that it lives.
    var salt: UInt64?
    var window = ReplayWindow()
    /// When the last beats were sent, as they said: what echoes one of them was made since.
    private var sentAt = InlineArray<32, UInt64>(repeating: 0)
    private var beats = 0
    var lastHeard: UInt64
    var isSilent = false
    var lastBeat: UInt64 = 0
    var sent = 0
    var received = 0
    /// What the neighbour's last beat said, and when it came.
    var heard: (sentAt: UInt64, at: UInt64) = (0, 0)
    /// Counts at the last time that loss was computed.
    var mark: (theirs: UInt64, ours: Int)?
    var loss = 0.0
    var roundTrip: Double?

    init(site: UInt16, address: PeerAddress, secret: [UInt8], own: UInt16, now: UInt64) {
        self.site = site
        self.address = address
        self.secret = secret
        outgoing = KeyDerivation.linkKey(secret: secret, from: own, to: site)
        incoming = KeyDerivation.linkKey(secret: secret, from: site, to: own)
        lastHeard = now
    }

    /// A beat is sent.
    mutating func beats(at now: UInt64) {
        lastBeat = now
        sentAt[beats & 31] = now
        beats += 1
    }

    /// Whether a beat answers one of the last that were sent here, so that nobody can have recorded it earlier.
    func answers(_ beat: LinkBeat) -> Bool {
        guard beat.echo > 0 else { return false }
        for index in sentAt.indices where sentAt[index] == beat.echo { return true }
        return false
    }

    /// Takes what a beat says of the link.
    mutating func take(_ beat: LinkBeat, at now: UInt64) {
        heard = (beat.sentAt, now)
        if answers(beat), let sample = RoundTrip.milliseconds(from: beat.echo, held: beat.held, to: now) {
            roundTrip = roundTrip.map { $0 + (sample - $0) / 8 } ?? sample
        }
        guard let mark, beat.forwarded >= mark.theirs else {
            mark = (beat.forwarded, received)
            return
        }
        let expected = Double(beat.forwarded - mark.theirs)
        guard expected >= 64 else { return }
        let share = max(0, 1 - Double(received - mark.ours) / expected)
        loss += (share - loss) / 4
        self.mark = (beat.forwarded, received)
    }
}

/// A participant at this server.
struct Attachment: Sendable {
    let session: UInt32
    let stream: UInt32
    var salt: UInt64
    var epoch: UInt8
    var keys: AttachmentKeys
    var address: PeerAddress
    var mode: AttachRequest.Mode
    var classes: UInt8
    var window = ReplayWindow()
    var lastHeard: UInt64
    var lastBeat: UInt64 = 0
    var heard: (sentAt: UInt64, at: UInt64) = (0, 0)
    var received = 0
    var roundTrip: Double?
}

/// An active participant, as media are handed out: all that is needed lies side by side.
struct Listener: Sendable {
    let address: PeerAddress
    let stream: UInt32
    let attachment: Int32
    let classes: UInt8
    var sent = 0
    var lastSent: UInt64 = 0
}

/// A branch with neighbours by index.
struct CompiledBranch: Sendable, Hashable {
    var neighbour: Int
    var spares: [Int]
}

/// What happens to media of one class that entered at one site.
struct CompiledRoute: Sendable {
    var branches: [CompiledBranch]
    /// What the table before had and this one has not, until ``retiredAt``.
    var retiring: [Int] = []
    var retiredAt: UInt64 = 0
}

/// What a window is of: a stream's datagrams of one class under one salt that entered at one site.
struct WindowKey: Sendable, Hashable {
    let place: UInt64
    let salt: UInt64

    @inline(__always)
    init(_ header: MediaHeader) {
        place =
            UInt64(header.stream) << 16 | UInt64(header.trafficClass.rawValue) << 12 | UInt64(header.origin)
        salt = header.salt
    }
}

/// Which datagrams of a stream came, and the key that they are under.
struct StreamWindow: Sendable {
    var window = ReplayWindow()
    var used: UInt64
    var key: SaltedKey
    /// The epoch that the key is of; `nil` once the table has other secrets.
    var epoch: UInt8?
}

/// A session at this server.
struct SessionState: Sendable {
    let number: UInt32
    var secrets: [(secret: SessionSecret, mediaKey: DatagramKey)]
    var routes: [UInt32: CompiledRoute] = [:]
    var listeners: [Listener] = []
    var windowIndex: [WindowKey: Int] = [:]
    var windows: [StreamWindow] = []
    var sweptAt: UInt64 = 0
    static let windowLimit = 16_384

    @inline(__always)
    static func routeKey(origin: UInt16, trafficClass: TrafficClass) -> UInt32 {
        UInt32(origin) << 2 | UInt32(trafficClass.rawValue)
    }

    @inline(__always)
    func key(epoch: UInt8) -> DatagramKey? {
        for entry in secrets where entry.secret.epoch == epoch { return entry.mediaKey }
        return nil
    }

    /// Makes a window; `nil` if there are as many as there may be and all were used in the last minute.
    mutating func makeWindow(_ key: WindowKey, _ salted: SaltedKey, epoch: UInt8, at now: UInt64) -> Int? {
        if windows.count >= Self.windowLimit, now >= sweptAt + 1_000_000_000 || sweptAt == 0 { sweepWindows(at: now) }
        guard windows.count < Self.windowLimit else { return nil }
        windows.append(StreamWindow(used: now, key: salted, epoch: epoch))
        windowIndex[key] = windows.count - 1
        return windows.count - 1
    }

    /// Takes over what is known of streams from the state under the last table.
    mutating func inherit(_ old: SessionState) {
        (listeners, windows, windowIndex) = (old.listeners, old.windows, old.windowIndex)
        let isSame = secrets.elementsEqual(old.secrets) { $0.secret == $1.secret }
        if !isSame { for index in windows.indices { windows[index].epoch = nil } }
    }

    private mutating func sweepWindows(at now: UInt64) {
        sweptAt = now
        let old = windows
        var kept: [WindowKey: Int] = [:]
        windows.removeAll(keepingCapacity: true)
        for (key, index) in windowIndex where now - min(now, old[index].used) < 60_000_000_000 {
            kept[key] = windows.count
            windows.append(old[index])
        }
        windowIndex = kept
    }
}
