internal import ArgumentParser
internal import MeshInstances
internal import Optimization

struct GenerateFacilityCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "facility", abstract: "Make a facility location problem.",
        discussion: """
            The kind euclidean has facilities and customers at random in a square; koerkel-ghosh has costs without any
            structure, which makes it hard, and as many customers as facilities.

            EXAMPLES
              rmc generate facility --kind euclidean --facilities 100 --customers 200 --slack 3 --out euclidean.txt
              rmc generate facility --kind koerkel-ghosh --facilities 100 --class b | rmc solve facility -
              rmc generate facility --facilities 20 --slack 3 --term servers --term history | rmc solve facility -
            """)

    enum Kind: String, ExpressibleByArgument, CaseIterable {
        case euclidean
        case koerkelGhosh = "koerkel-ghosh"
    }

    @Option(help: "The kind of problem.")
    var kind: Kind = .euclidean

    @Option(help: "Facilities.")
    var facilities: Int = 50

    @Option(help: "Customers; koerkel-ghosh has one for each facility.")
    var customers: Int?

    @Option(help: "Capacity of all facilities together, as a multiple of the demand; none without it. euclidean only.")
    var slack: Double?

    @Option(name: .customLong("class"), help: "What opening costs, from little (a) to much (c). koerkel-ghosh only.")
    var openingClass: KoerkelGhoshParameters.OpeningClass = .a

    @Flag(help: "Serving j from i costs what serving i from j does. koerkel-ghosh only.")
    var symmetric = false

    @Option(help: "A further term; may be given several times. The output is then JSON.")
    var term: [FacilityTerm] = []

    @Option(help: "The format to write: orlib, ufllib, holmberg or json.")
    var outputFormat: FacilityFormat?

    @OptionGroup var options: GenerateOptions

    func validate() throws {
        if kind == .koerkelGhosh, let customers, customers != facilities {
            throw ValidationError("--customers is \(customers); koerkel-ghosh has as many as facilities, \(facilities)")
        }
        if kind == .koerkelGhosh, slack != nil {
            throw ValidationError("--slack gives capacities; koerkel-ghosh has none")
        }
        if outputFormat == .pmed {
            throw ValidationError("--output-format is pmed; expected orlib, ufllib, holmberg or json")
        }
        if let outputFormat, outputFormat != .json, !term.isEmpty {
            throw ValidationError(
                "--output-format is \(outputFormat.rawValue), which cannot state terms; expected json")
        }
        if slack == nil, term.contains(.servers) {
            throw ValidationError("--term servers shares capacity among servers; expected --slack, too")
        }
        if outputFormat == .ufllib, slack != nil {
            throw ValidationError("--output-format is ufllib, which knows no capacities; expected orlib or holmberg")
        }
    }

    private var generator: any FacilityGenerator {
        switch kind {
        case .euclidean:
            EuclideanFacilityParameters(
                facilities: facilities, customers: customers ?? 2 * facilities,
                demands: slack == nil ? 1...1 : 1...20, slack: slack)
        case .koerkelGhosh:
            KoerkelGhoshParameters(size: facilities, openingClass: openingClass, isSymmetric: symmetric)
        }
    }

    func run() throws {
        let problem = try FacilityVariantParameters(base: generator, terms: Set(term)).generate(seed: options.seed)
        // Capacities that are not there are not invented where the format can leave them out.
        let format = outputFormat ?? (!term.isEmpty ? .json : slack == nil ? .ufllib : .orlib)
        try options.write(
            try FacilityWriter.text(problem, format: format, name: "\(kind.rawValue)-\(options.seed)"),
            [
                ("kind", .string(kind.rawValue)), ("facilities", .integer(Int64(problem.facilityCount))),
                ("customers", .integer(Int64(problem.customerCount))), ("format", .string(format.rawValue)),
            ])
    }
}
