import Foundation
import MeshAPI
import MeshControl
import MeshTypes

/// A checksum that two runs compare their outcomes by: FNV-1a, 64 bits, over a spelling of the directives and the
/// answer. Not a seal against anybody: it finds builds that differ, and damage.
package struct OutcomeDigest: Sendable, Hashable {
    /// The checksum so far.
    package private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

    /// The checksum of some bytes.
    package static func of(_ bytes: [UInt8]) -> UInt64 {
        var digest = OutcomeDigest()
        digest.feed(bytes)
        return digest.value
    }

    /// The checksum of an outcome.
    package static func of(_ outcome: Outcome) -> UInt64 {
        var digest = OutcomeDigest()
        for directive in outcome.directives { digest.feed(directive) }
        switch outcome.answer {
        case .done: digest.feed("done")
        case .count(let count): digest.feed("count \(count)")
        case .created(let session):
            digest.feed("created \(session.id) \(session.mesh.version)")
            for (participant, site) in session.mesh.assignment.sorted(by: { $0.key < $1.key }) {
                digest.feed("\(participant) \(site)")
            }
        case .joined(let join):
            digest.feed("joined \(join.session) \(join.version)")
            for placement in join.participants { digest.feed("\(placement.id) \(placement.site?.description ?? "-")") }
        case .server(let record, let isNew): digest.feed("server \(record.id) \(record.slots) \(isNew)")
        // Not of the log.
        case .receipt, .issued: break
        case .refused(let problem): digest.feed("refused \(problem.type) \(problem.detail)")
        }
        return digest.value
    }

    /// Takes bytes in.
    mutating func feed(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    }

    private mutating func feed(_ text: String) {
        feed(text.utf8)
        feed(CollectionOfOne(0))
    }

    private mutating func feed(_ step: TransitionStep) {
        switch step {
        case .provision(let session, let site, let servers): feed("provision \(session) \(site) \(servers)")
        case .attach(let session, let participant, let site): feed("attach \(session) \(participant) \(site)")
        case .move(let session, let participant, let site): feed("move \(session) \(participant) \(site)")
        case .detach(let session, let participant, let site): feed("detach \(session) \(participant) \(site)")
        case .release(let session, let site, let servers): feed("release \(session) \(site) \(servers)")
        // Links and routes are few; their own spelling does.
        case .connect, .install, .remove, .disconnect: feed("\(step)")
        }
    }

    private mutating func feed(_ directive: Directive) {
        switch directive {
        case .step(let step): feed(step)
        case .decline(let session, let participant, let reason, let price):
            feed("decline \(session) \(participant) \(reason.rawValue) \(price.map(\.description) ?? "-")")
        case .publish(let session, let version): feed("publish \(session) \(version)")
        case .dissolve(let session): feed("dissolve \(session)")
        case .scheduleTick(let time): feed("tick \(time.milliseconds)")
        }
    }
}
