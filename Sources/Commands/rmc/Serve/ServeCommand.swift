internal import ArgumentParser
internal import Foundation
internal import MeshAPI
internal import MeshServer
internal import Optimization

struct ServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Run the controller as a service with an HTTP interface.",
        discussion: "rmc serve --help lists the settings.", helpNames: [])

    @Argument(parsing: .captureForPassthrough, help: "Settings; see rmc serve --help.")
    var settings: [String] = []

    private static let usage = """
        USAGE: rmc serve [--config FILE] [--print-config] [settings]

        Serves the interface of openapi.yaml on a loopback address unless told otherwise; prints one line when it is
        ready. SIGTERM and Ctrl-C end it: streams end, requests are answered, the state is kept.

        Each setting is a flag here, a line 'name: value' of the file, or a variable (--tick-interval is
        RMC_TICK_INTERVAL); the first of flag, environment, file and default holds. The operator key is in
        RMC_OPERATOR_KEY, or is made once as operator.key (mode 0600) in the data folder.

        EXAMPLE
          rmc serve --data rmc-data --port 8080
          rmc serve --world wonder --world-participants 300

        SETTINGS
          --config PATH
              A file of settings, one a line (YAML).
          --print-config
              Prints the settings as such a file, with where each comes from, and ends.

        """

    func run() throws {
        if settings == ["--version"] { return try StandardOutput.write(MeshRelease.version + "\n") }
        let environment = ProcessInfo.processInfo.environment
        let configuration: ServerConfiguration
        do {
            configuration = try ServerConfiguration(arguments: settings, environment: environment)
        } catch {
            throw CommandFailure(.usage, error.description)
        }
        if configuration.isHelp { return try StandardOutput.write(Self.usage + ServerConfiguration.help) }
        if configuration.isPrinting { return try StandardOutput.write(configuration.file) }
        do {
            try Waiting.finish(Interrupter()) {
                try await ServiceRun.run(configuration, environment: environment) { line in
                    try? StandardOutput.write(line + "\n")
                }
            }
        } catch let error as ServiceRun.Failure {
            throw CommandFailure(error.isData ? .badInput : .internalError, error.description)
        }
    }
}
