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
    var window = ReplayWindow()
    var sequence: UInt64
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

    init(site: UInt16, address: PeerAddress, secret: [UInt8], own: UInt16, sequence: UInt64, now: UInt64) {
        self.site = site
        self.address = address
        self.secret = secret
        outgoing = KeyDerivation.linkKey(secret: secret, from: own, to: site)
        incoming = KeyDerivation.linkKey(secret: secret, from: site, to: own)
        self.sequence = sequence
        lastHeard = now
    }

    /// Takes what a beat says of the link.
    mutating func take(_ beat: LinkBeat, at now: UInt64) {
        heard = (beat.sentAt, now)
        if beat.echo > 0, now > beat.echo &+ beat.held {
            let sample = Double(now - beat.echo - beat.held) / 1e6
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
    var epoch: UInt8
    var keys: AttachmentKeys
    var address: PeerAddress
    var mode: AttachRequest.Mode
    var classes: UInt8
    var window = ReplayWindow()
    var sequence: UInt64
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

/// A session at this server.
struct SessionState: Sendable {
    let number: UInt32
    var secrets: [(secret: SessionSecret, mediaKey: DatagramKey)]
    var routes: [UInt32: CompiledRoute] = [:]
    var listeners: [Listener] = []
    var windowIndex: [UInt64: Int] = [:]
    var windows: [(window: ReplayWindow, used: UInt64)] = []
    static let windowLimit = 16_384

    @inline(__always)
    static func routeKey(origin: UInt16, trafficClass: TrafficClass) -> UInt32 {
        UInt32(origin) << 2 | UInt32(trafficClass.rawValue)
    }

    /// The window of a stream's datagrams of one class that entered at one site.
    @inline(__always)
    static func windowKey(_ header: MediaHeader) -> UInt64 {
        UInt64(header.stream) << 16 | UInt64(header.trafficClass.rawValue) << 12 | UInt64(header.origin)
    }

    @inline(__always)
    func key(epoch: UInt8) -> DatagramKey? {
        for entry in secrets where entry.secret.epoch == epoch { return entry.mediaKey }
        return nil
    }

    /// The window's place; made if there is none. When there are too many, those that rested for a minute go.
    @inline(__always)
    mutating func window(_ key: UInt64, at now: UInt64) -> Int {
        if let index = windowIndex[key] { return index }
        if windows.count >= Self.windowLimit { sweepWindows(at: now) }
        windows.append((ReplayWindow(), now))
        windowIndex[key] = windows.count - 1
        return windows.count - 1
    }

    private mutating func sweepWindows(at now: UInt64) {
        let old = windows
        var kept: [UInt64: Int] = [:]
        windows.removeAll(keepingCapacity: true)
        for (key, index) in windowIndex where now - min(now, old[index].used) < 60_000_000_000 {
            kept[key] = windows.count
            windows.append(old[index])
        }
        windowIndex = kept
    }
}
