internal import MediaTransport

extension Relay {
    /// Time has passed: sends signs of life that are due, finds who is silent, lets go of who is gone.
    ///
    /// - Returns: When to be woken next. O(participants + neighbours).
    @discardableResult
    public mutating func wake(at now: UInt64) -> UInt64 {
        for index in neighbours.indices { watchNeighbour(index, at: now) }
        for session in sessions.indices {
            for place in sessions[session].listeners.indices {
                let listener = sessions[session].listeners[place]
                let last = Int(listener.attachment)
                guard let attachment = attachments[last] else { continue }
                // A beat now and then even beside media, for the round trip and for what only beats say.
                let isDue =
                    now >= listener.lastSent + configuration.beatEvery || now >= attachment.lastBeat + 500_000_000
                    || isDraining && now >= attachment.lastBeat + configuration.beatEvery
                if isDue {
                    sayBeat(to: last, at: now)
                    sessions[session].listeners[place].lastSent = now
                }
            }
        }
        for index in attachments.indices {
            guard let attachment = attachments[index] else { continue }
            if now > attachment.lastHeard + configuration.participantTimeout {
                remove(index)
            } else if attachment.mode == .reserve, now >= attachment.lastBeat + configuration.reserveBeatEvery {
                sayBeat(to: index, at: now)
            }
        }
        return now + min(configuration.beatEvery, configuration.linkBeatEvery) / 4
    }

    mutating func sayBeat(to index: Int, at now: UInt64) {
        guard let attachment = attachments[index] else { return }
        let header = MediaHeader(
            kind: .beat, epoch: attachment.epoch, session: attachment.session, stream: attachment.stream, salt: salt,
            origin: configuration.site, sequence: nextSequence())
        attachments[index]?.lastBeat = now
        // What is echoed is brought forward by the time for which it was held, so that the other side sees the way alone.
        let echo = attachment.heard.at == 0 ? 0 : attachment.heard.sentAt &+ (now &- attachment.heard.at)
        let beat = Beat(sentAt: now, echo: echo, mode: attachment.mode, isDraining: isDraining)
        say(header, to: attachment.address, key: attachment.keys.down, at: now) { beat.encode(into: &$0) }
    }

    private mutating func watchNeighbour(_ index: Int, at now: UInt64) {
        let neighbour = neighbours[index]
        let isSilent = now > neighbour.lastHeard + configuration.silentAfter
        if isSilent, !neighbour.isSilent { counters.silences += 1 }
        neighbours[index].isSilent = isSilent
        guard now >= neighbour.lastBeat + configuration.linkBeatEvery else { return }
        neighbours[index].beats(at: now)
        let header = MediaHeader(
            kind: .link, session: 0, stream: 0, salt: salt, origin: configuration.site, sequence: nextSequence())
        let held = neighbour.heard.at == 0 ? 0 : now &- neighbour.heard.at
        let beat = LinkBeat(
            sentAt: now, echo: neighbour.heard.sentAt, held: held, forwarded: UInt64(neighbour.sent))
        say(header, to: neighbour.address, key: neighbour.outgoing, at: now) { beat.encode(into: &$0) }
    }
}
