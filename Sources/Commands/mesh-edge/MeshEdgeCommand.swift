internal import ArgumentParser

@main
struct MeshEdgeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mesh-edge", abstract: "An edge server of the mesh: relays media and answers probes.",
        subcommands: [RunCommand.self, BenchCommand.self])
}
