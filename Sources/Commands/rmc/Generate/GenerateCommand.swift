internal import ArgumentParser

struct GenerateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate", abstract: "Make problems and worlds from a seed.",
        discussion: "The same options and seed give the same bytes on every machine.",
        subcommands: [GenerateFlowCommand.self, GenerateFacilityCommand.self, GenerateWorldCommand.self])
}

/// What all generators are told.
struct GenerateOptions: ParsableArguments {
    @Option(help: "The seed; another seed makes another problem of the same kind.")
    var seed: UInt64 = 1

    @Option(help: "The file to write; - for the standard output.", completion: .file())
    var out: String = "-"

    @OptionGroup var output: OutputOptions

    func validate() throws {
        if out == "-", output.format == .json {
            throw ValidationError("--format json describes what was written: it needs --out FILE")
        }
    }

    /// Writes the file, and says what it holds unless it went to the standard output itself.
    func write(_ bytes: [UInt8], _ facts: [(String, JSONValue)]) throws {
        try OutputFile.write(bytes, to: out)
        guard out != "-" else { return }
        let facts = facts + [("seed", .string(String(seed))), ("bytes", .integer(Int64(bytes.count)))]
        try output.print(
            text: "\(out): " + facts.map { "\($0.0) \($0.1.words)" }.joined(separator: ", ") + "\n",
            json: .object([("file", .string(out))] + facts))
    }
}
