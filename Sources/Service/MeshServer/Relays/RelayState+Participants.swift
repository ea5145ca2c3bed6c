import MediaTransport
import MeshAPI
import MeshControl
import MeshTypes
import NIOCore

extension RelayState {
    mutating func attach(
        _ id: ParticipantID, in session: SessionID, place: GeoCoordinate?, time: ControlTime
    ) -> Attachment? {
        guard let known = sessions[session], known.placements[id] != nil,
            let secret = SessionSecret(
                session: known.number, epoch: 0, bytes: secret(ofSession: known.number).bytes),
            let stream = nextStream(in: session)
        else { return nil }
        attached.removeValue(forKey: id)?.subscriber?.finish()
        attached[id] = Attached(session: session, stream: stream, place: place)
        publishView(id, nextVersion(time))
        guard let view = attached[id]?.view else { return nil }
        let keys = secret.attachmentKeys(stream: stream)
        return Attachment(
            id: id.local.description, token: "", session: known.number, stream: stream, mesh: view,
            keys: ParticipantKeys(
                epoch: 0, media: SecretBytes(secret.mediaKey.bytes), up: SecretBytes(keys.up.bytes),
                down: SecretBytes(keys.down.bytes)))
    }

    mutating func subscribe(
        _ id: ParticipantID, lastEvent: UInt64?, _ continuation: AsyncStream<ByteBuffer>.Continuation
    ) -> Bool {
        guard let entry = attached[id], let view = entry.view else { return false }
        entry.subscriber?.finish()
        attached[id]?.subscriber = continuation
        if lastEvent != view.version, let frame = Self.frame(view) { continuation.yield(frame) }
        return true
    }

    /// Makes a participant's view anew, and tells it if that is another.
    mutating func publishView(_ id: ParticipantID, _ next: UInt64) {
        guard let entry = attached[id], let session = sessions[entry.session],
            let (site, spare) = session.placements[id]
        else { return }
        let listed = candidates(for: entry.place, site, spare)
        func live(_ site: SiteID?) -> UInt16? { site.flatMap { sites[$0] }.flatMap { $0.isLive ? $0.number : nil } }
        var view = ParticipantMesh(
            version: entry.view?.version ?? 0, controller: identity.folder, epoch: identity.epoch, site: live(site),
            spare: live(spare),
            servers: listed.compactMap { id in
                sites[id].map { server in
                    ParticipantMesh.Server(
                        site: server.number, id: id.description, address: server.address ?? "",
                        probe: !entry.asked.contains(id), latitude: server.coordinate.latitude,
                        longitude: server.coordinate.longitude)
                }
            })
        guard view != entry.view else { return }
        view.version = next
        attached[id]?.asked.formUnion(listed)
        attached[id]?.view = view
        if let frame = Self.frame(view) { attached[id]?.subscriber?.yield(frame) }
    }

    /// The servers that a participant hears of: its own, its spare, and those nearest to it.
    private func candidates(for place: GeoCoordinate?, _ site: SiteID?, _ spare: SiteID?) -> [SiteID] {
        var live = sites.filter(\.value.isLive).map { id, site in (id: id, number: site.number, at: site.coordinate) }
        if live.count > Self.candidateLimit, let place {
            live.sort { ($0.at.distance(to: place), $0.number) < ($1.at.distance(to: place), $1.number) }
        } else {
            live.sort { $0.number < $1.number }
        }
        var listed = live.prefix(Self.candidateLimit).map(\.id)
        for site in [site, spare].compactMap({ $0 }) where !listed.contains(site) && sites[site]?.isLive == true {
            listed.append(site)
        }
        return listed
    }

    private static func frame(_ view: ParticipantMesh) -> ByteBuffer? {
        guard let text = try? view.json() else { return nil }
        return ByteBuffer(string: "id: \(view.version)\nevent: mesh\ndata: \(text)\n\n")
    }
}
