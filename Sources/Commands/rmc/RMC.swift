import ArgumentParser

@main
struct RMC: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "rmc", abstract: "Regional Mesh Controller")
}
