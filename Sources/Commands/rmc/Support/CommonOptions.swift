internal import ArgumentParser
internal import Foundation
internal import Optimization

/// How the answer is printed.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case text
    case json
}

/// The option that every command has.
struct OutputOptions: ParsableArguments {
    @Option(help: "Print text for people, or one JSON document.")
    var format: OutputFormat = .text

    /// Prints the answer in the form that was asked for; the other is not even built.
    func print(text: @autoclosure () -> String, json: @autoclosure () -> JSONValue) throws {
        try StandardOutput.write(format == .json ? json().document : text())
    }
}

/// A number of seconds on the command line.
struct Seconds: ExpressibleByArgument {
    let duration: Duration

    /// 0 or more, and no more than a thousand years.
    init?(argument: String) {
        guard let value = Double(argument), value >= 0, value <= 3e10 else { return nil }
        duration = .seconds(value)
    }
}

/// Measures the wall clock of the parts of a command.
struct Stopwatch {
    /// Runs `body` and says how many seconds it took.
    static func measure<Value>(_ body: () throws -> Value) rethrows -> (value: Value, seconds: Double) {
        let start = ContinuousClock.now
        let value = try body()
        return (value, (ContinuousClock.now - start) / .seconds(1))
    }
}
