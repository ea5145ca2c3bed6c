internal import ArgumentParser
internal import MeshAPI

@main
struct MeshEdgeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mesh-edge", abstract: "An edge server of the mesh: relays media and answers probes.",
        version: MeshRelease.version,
        subcommands: [RunCommand.self, BenchCommand.self])
}
