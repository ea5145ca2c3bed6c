import Foundation
import MeshControl

/// The log of a data folder carried out again, from the oldest snapshot on, and held against what the service noted
/// when it ran: a checksum of each outcome, and the bytes of each snapshot.
package struct LogReplay: Sendable {
    /// The first command whose outcome is another.
    package struct Difference: Sendable {
        /// The command's place in the log.
        package var position: EventStore.Position
        /// The kind of command.
        package var command: String
        /// The checksum that was noted, and that of the replay.
        package var noted: UInt64
        package var found: UInt64
    }

    /// Commands carried out.
    package private(set) var commands = 0
    /// Outcomes that were noted, and are the same.
    package private(set) var sameOutcomes = 0
    /// Outcomes that nobody noted: the last moments before a crash.
    package private(set) var unnoted = 0
    /// Snapshots met on the way, and those of them that the replay gave byte for byte.
    package private(set) var snapshots = 0
    package private(set) var sameSnapshots = 0
    /// The first difference, if there is one.
    package private(set) var difference: Difference?
    /// What is damaged, if anything.
    package private(set) var damage: String?
    /// Builds that wrote parts of the log.
    package private(set) var builds: [String] = []
    /// A checksum of the state at the end.
    package private(set) var finalDigest: UInt64 = 0
    /// Seconds that it took.
    package private(set) var seconds = 0.0

    /// Replays a folder.
    ///
    /// - Parameters:
    ///   - against: checksums of another build, by position, to compare with instead of those that were noted.
    ///   - each: hears of each command's place and checksum.
    /// - Throws: ``StoreError`` when there is nothing to replay.
    package init(
        folder: String, against: [EventStore.Position: UInt64]? = nil,
        each: (EventStore.Position, UInt64) -> Void = { _, _ in }
    ) throws {
        let begin = ContinuousClock.now
        let path = "\(folder)/\(EventStore.fileName)"
        guard FileManager.default.fileExists(atPath: path) else {
            throw StoreError("\(path): there is no log; expected the data folder of a service")
        }
        let store: EventStore
        do {
            if FolderLock.isHeld(folder) { throw FolderLock.InUse(description: "\(folder) is in use by a service") }
            store = try EventStore(folder: folder, readOnly: true)
        } catch let error as FolderLock.InUse {
            throw StoreError("\(error); stop it, or replay a copy of the folder")
        }
        defer { store.close() }
        let kept = try store.snapshots()
        guard let first = kept.compactMap(\.snapshot).first else {
            throw StoreError("\(path): there is no whole snapshot to start from")
        }
        var state = try ServiceState(encoded: first.state)
        let later = Dictionary(
            kept.compactMap(\.snapshot).dropFirst().map { ($0.position, $0.state) },
            uniquingKeysWith: { first, _ in first })
        let noted = try store.outcomes(from: state.ordinal + 1)
        var result = (commands: 0, same: 0, unnoted: 0, snapshots: 0, sameSnapshots: 0)
        var (difference, builds): (Difference?, [String]) = (nil, [])
        let wrong = try store.read(after: first.position) { row in
            let command = try CommandCoder.decode(row.payload)
            if case .started(let build) = command, builds.last != build { builds.append(build) }
            let digest = OutcomeDigest.of(state.apply(command, at: row.time))
            each(row.position, digest)
            result.commands += 1
            if let expected = against.map({ $0[row.position] }) ?? noted[state.ordinal] {
                if expected == digest {
                    result.same += 1
                } else if difference == nil {
                    difference = Difference(
                        position: row.position, command: Self.kind(of: command), noted: expected, found: digest)
                }
            } else {
                result.unnoted += 1
            }
            if let bytes = later[row.position] {
                result.snapshots += 1
                if try state.encoded() == bytes { result.sameSnapshots += 1 }
            }
        }
        damage = wrong ?? store.damage
        (commands, sameOutcomes, unnoted) = (result.commands, result.same, result.unnoted)
        (snapshots, sameSnapshots) = (result.snapshots, result.sameSnapshots)
        (self.difference, self.builds) = (difference, builds)
        finalDigest = OutcomeDigest.of(try state.encoded())
        seconds = (ContinuousClock.now - begin) / .seconds(1)
    }

    /// Whether the replay gave what the service gave.
    package var isSame: Bool { difference == nil && sameSnapshots == snapshots && damage == nil }

    /// The kind of a command, in a word.
    private static func kind(of command: Command) -> String {
        let name =
            if case .control(let event) = command { String(describing: event) } else { String(describing: command) }
        return String(name.prefix { $0 != "(" })
    }
}
