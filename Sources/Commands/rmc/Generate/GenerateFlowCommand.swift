internal import ArgumentParser
internal import MeshInstances
internal import Optimization

struct GenerateFlowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "flow", abstract: "Make a minimum-cost flow problem in DIMACS format.",
        discussion: """
            The shapes netgen-8, netgen-sr, netgen-lo-8, gridgen-8, goto-8 and goto-sr grow with --nodes; the shape assignment
            has clusters, each with an arc to its nearest sites, and sites with capacities. netgen, gridgen and goto are short
            for the sparse members of their families.

            EXAMPLES
              rmc generate flow --shape netgen-8 --nodes 4096 --seed 7 --out netgen.min
              rmc generate flow --shape assignment --clusters 2000 --sites 200 --degree 12 | rmc solve flow -
            """)

    @Option(help: "The shape of the network.")
    var shape: FlowShape = .netgen

    @Option(help: "About how many nodes; all shapes but assignment.")
    var nodes: Int = 1024

    @OptionGroup var assignment: AssignmentOptions
    @OptionGroup var options: GenerateOptions

    func run() throws {
        let generator = shape.family?.generator(nodes: nodes) ?? assignment.parameters
        let problem = try generator.generate(seed: options.seed)
        let comment = "rmc generate flow --shape \(shape.rawValue) --seed \(options.seed)"
        try options.write(
            DIMACSFlowWriter.text(problem, comments: [comment]),
            [
                ("shape", .string(shape.rawValue)), ("nodes", .integer(Int64(problem.nodeCount))),
                ("arcs", .integer(Int64(problem.arcCount))),
            ])
    }
}

/// The shapes of flow problems.
enum FlowShape: String, ExpressibleByArgument, CaseIterable {
    case netgen
    case gridgen
    case goto
    case netgen8 = "netgen-8"
    case netgenSR = "netgen-sr"
    case netgenLow8 = "netgen-lo-8"
    case gridgen8 = "gridgen-8"
    case goto8 = "goto-8"
    case gotoSR = "goto-sr"
    case assignment

    /// The family of the literature; `nil` for the mesh's own shape.
    var family: FlowFamily? {
        switch self {
        case .netgen, .netgen8: .netgen8
        case .netgenSR: .netgenSR
        case .netgenLow8: .netgenLow8
        case .gridgen, .gridgen8: .gridgen8
        case .goto, .goto8: .goto8
        case .gotoSR: .gotoSR
        case .assignment: nil
        }
    }
}

/// The size of an assignment-shaped problem.
struct AssignmentOptions: ParsableArguments {
    @Option(help: "Clusters of the shape assignment.")
    var clusters: Int = 2000

    @Option(help: "Sites of the shape assignment.")
    var sites: Int = 200

    @Option(help: "Nearest sites that a cluster may go to.")
    var degree: Int = 12

    var parameters: AssignmentFlowParameters {
        AssignmentFlowParameters(clusters: clusters, sites: sites, degree: degree)
    }
}
