internal import ArgumentParser

struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate", abstract: "Score estimates against measured data that they did not see.",
        subcommands: [EvaluateLatencyCommand.self, EvaluateForecastCommand.self])
}
