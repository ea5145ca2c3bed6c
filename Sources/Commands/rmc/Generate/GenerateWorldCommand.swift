internal import ArgumentParser
internal import MeshInstances
internal import MeshTypes

struct GenerateWorldCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "world", abstract: "Make a snapshot of a world for the planner.",
        discussion: """
            Sites stand at population centres, sessions have a home from which most of their people come, round-trip times
            follow the great circle with an inflation drawn for each pair.

            EXAMPLE
              rmc generate world --sites 60 --sessions 4 --participants 400 --seed 3 --out world.json
            """)

    @Option(help: "Candidate sites.")
    var sites: Int = 40

    @Option(help: "Sessions.")
    var sessions: Int = 1

    @Option(help: "Participants of all sessions together.")
    var participants: Int = 200

    @Option(help: "To how many of the nearest sites each participant has measured; all without it.")
    var measuredSites: Int?

    @Option(help: "How many participants in a hundred live near their session's home.")
    var localPercent: Int = 80

    @Option(help: "Load that all free servers carry, as a multiple of the participants.")
    var slack: Double = 2

    @OptionGroup var options: GenerateOptions

    func run() throws {
        let parameters = WorldParameters(
            sites: sites, sessions: sessions, participants: participants, measuredSites: measuredSites,
            localPercent: localPercent, slack: slack)
        let snapshot = try parameters.generate(seed: options.seed)
        try options.write(
            SnapshotWriter.text(snapshot),
            [
                ("sites", .integer(Int64(snapshot.sites.count))),
                ("sessions", .integer(Int64(snapshot.sessions.count))),
                ("participants", .integer(Int64(snapshot.participants.count))),
            ])
    }
}
