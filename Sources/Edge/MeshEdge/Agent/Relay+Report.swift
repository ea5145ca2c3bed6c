internal import MediaTransport
public import MeshAPI

extension Relay {
    /// What the controller is told. O(participants + neighbours).
    ///
    /// - Parameter detailed: Whether with one entry a participant.
    public func report(detailed: Bool) -> RelayReport {
        var sent: [Int32: Int] = [:]
        for session in sessions { for listener in session.listeners { sent[listener.attachment] = listener.sent } }
        let links = neighbours.map { neighbour in
            RelayReport.LinkReport(
                site: neighbour.site, roundTrip: neighbour.roundTrip, loss: neighbour.loss, sent: neighbour.sent,
                received: neighbour.received, isSilent: neighbour.isSilent)
        }
        let reports = attachments.enumerated().compactMap { index, attachment in
            attachment.map {
                RelayReport.AttachmentReport(
                    session: $0.session, stream: $0.stream, isActive: $0.mode == .active, roundTrip: $0.roundTrip,
                    sent: sent[Int32(index)] ?? 0, received: $0.received)
            }
        }
        return RelayReport(
            tableVersion: tableVersion, controller: controller, epoch: controller == nil ? nil : epoch,
            participants: activeCount, reserves: reserveCount, isDraining: isDraining,
            links: links, counters: counters.byName, attachments: detailed ? reports : [])
    }
}
