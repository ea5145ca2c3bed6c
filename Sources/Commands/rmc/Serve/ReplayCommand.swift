internal import ArgumentParser
internal import Foundation
internal import MeshServer

struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Carry the log of a service out again, and compare byte for byte.",
        discussion: """
            Starts from the oldest snapshot of the folder, carries out every command of the log after it, and compares
            each outcome with the checksum that the service noted, and the state with each later snapshot, byte for
            byte. Ends with 1 at any difference, and names the first command whose outcome is another.

            To bisect two builds: write the checksums of one with --checksums, and compare the other with --against.

            EXAMPLE
              rmc replay rmc-data
              rmc replay rmc-data --checksums old.txt
              rmc replay rmc-data --against old.txt
            """)

    @Argument(help: "The data folder of a service that does not run.")
    var folder: String
    @Option(help: ArgumentHelp("Write each command's place and checksum to a file.", valueName: "file"))
    var checksums: String?
    @Option(help: ArgumentHelp("Compare with the checksums of another build.", valueName: "file"))
    var against: String?
    @OptionGroup var output: OutputOptions

    func run() throws {
        let other = try against.map(read)
        var lines = ""
        let replay: LogReplay
        do {
            let isWriting = checksums != nil
            replay = try LogReplay(folder: folder, against: other) { position, digest in
                if isWriting { lines += "\(position.seq) \(position.sub) \(String(digest, radix: 16))\n" }
            }
        } catch let error as StoreError {
            throw CommandFailure(.badInput, error.description)
        }
        if let checksums { try OutputFile.write(Array(lines.utf8), to: checksums) }
        try output.print(text: text(replay), json: json(replay))
        if !replay.isSame { throw CommandFailure(.checkFailed) }
    }

    private func read(_ path: String) throws -> [EventStore.Position: UInt64] {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw CommandFailure(.badInput, "\(path): cannot be read; expected checksums of rmc replay")
        }
        var found: [EventStore.Position: UInt64] = [:]
        for (index, line) in text.split(separator: "\n").enumerated() {
            let words = line.split(separator: " ")
            guard words.count == 3, let seq = Int64(words[0]), let sub = Int64(words[1]),
                let digest = UInt64(words[2], radix: 16)
            else {
                throw CommandFailure(
                    .badInput, "\(path):\(index + 1): is '\(line.prefix(60))'; expected place, place and checksum")
            }
            found[.init(seq: seq, sub: sub)] = digest
        }
        return found
    }

    private func text(_ replay: LogReplay) -> String {
        var text =
            "replayed \(replay.commands) commands in \(replay.seconds) s: \(replay.sameOutcomes) outcomes the same, "
            + "\(replay.unnoted) not noted; \(replay.sameSnapshots) of \(replay.snapshots) snapshots the same byte for byte\n"
        if let difference = replay.difference {
            text +=
                "DIFFERS first at command \(difference.position.seq).\(difference.position.sub) (\(difference.command)): "
                + "noted \(String(difference.noted, radix: 16)), found \(String(difference.found, radix: 16))\n"
        }
        if let damage = replay.damage { text += "DAMAGED: \(damage)\n" }
        return text
    }

    private func json(_ replay: LogReplay) -> JSONValue {
        [
            "same": .bool(replay.isSame), "commands": .integer(Int64(replay.commands)),
            "outcomes": ["same": .integer(Int64(replay.sameOutcomes)), "unnoted": .integer(Int64(replay.unnoted))],
            "snapshots": [
                "same": .integer(Int64(replay.sameSnapshots)), "met": .integer(Int64(replay.snapshots)),
            ],
            "difference": .optional(replay.difference) { difference in
                [
                    "seq": .integer(difference.position.seq), "sub": .integer(difference.position.sub),
                    "command": .string(difference.command),
                    "noted": .string(String(difference.noted, radix: 16)),
                    "found": .string(String(difference.found, radix: 16)),
                ]
            },
            "damage": .optional(replay.damage) { .string($0) },
            "builds": .array(replay.builds.map { .string($0) }),
            "state": .string(String(replay.finalDigest, radix: 16)), "seconds": .number(replay.seconds),
        ]
    }
}
