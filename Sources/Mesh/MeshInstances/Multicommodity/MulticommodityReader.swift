internal import Optimization

/// Reads routing problems: node-link JSON, as NetworkX and topohub write it, or the tables of TEAVAR.
///
/// **Node-link JSON.** An object with `nodes`, `links` (or `edges`), and demands; other keys are passed over.
///
///     {"directed": true,
///      "nodes": [{"id": "a"}, {"id": "b"}],
///      "links": [{"source": "a", "target": "b", "capacity": 10, "cost": 2,
///                 "congestion": [{"start": 5, "slope": 1}]}],
///      "demands": [{"source": "a", "target": "b", "volume": 7, "drop-penalty": 100}]}
///
/// Node ids are strings or whole numbers of any size. `directed` is false unless stated: then a link carries its capacity
/// in both directions. A link without `cost` costs its `dist`, or 1; one without `capacity` has that of the options. Instead
/// of `demands`, `graph.demands` may hold volumes by source and target: `{"a": {"b": 7}}`.
///
/// **TEAVAR.** A line of headings, then `TO FROM CAPACITY FAILURE` a line, nodes from 1, or from 0 where there is a
/// node 0; each link costs 1. The volumes come from ``MulticommodityReadingOptions/matrices``.
public struct MulticommodityReader {
    /// The most nodes that traffic matrices are read for: 4,096, so that a matrix has at most 2^24 numbers.
    public static let matrixNodeLimit = 4_096

    /// Reads a problem; a file whose first character is `{` is JSON.
    ///
    /// - Complexity: O(bytes).
    /// - Throws: ``InputError`` with the line for whatever is not as above, and for numbers that the problem refuses.
    public static func read(
        _ file: InputFile, options: MulticommodityReadingOptions = MulticommodityReadingOptions()
    ) throws(InputError) -> MulticommodityInstance {
        guard options.scale >= 0, options.scale < MulticommodityProblem.magnitudeLimit else {
            throw InputError(file: file.name, line: 1, message: "scale is \(options.scale); expected 0 or more")
        }
        var draft = Draft(options: options)
        let start = file.bytes.first { $0 > 0x20 }
        if start == UInt8(ascii: "{") { try draft.readNodeLink(file) } else { try draft.readTable(file) }
        if let matrices = options.matrices { try draft.readMatrix(matrices) }
        return try draft.instance(file)
    }

    /// What was read so far, with the lines it stands on.
    struct Draft {
        let options: MulticommodityReadingOptions
        var nodeNames: [String] = []
        var links: [MulticommodityProblem.Link] = []
        var linkLines: [Int] = []
        var commodities: [MulticommodityProblem.Commodity] = []
        var commodityLines: [Int] = []

        /// Enters a demand. The volume is checked with the problem.
        mutating func add(source: Int, target: Int, volume: Double, dropPenalty: Double?, line: Int) {
            commodities.append(
                .init(
                    source: source, target: target, volume: volume * options.scale,
                    dropPenalty: dropPenalty ?? options.dropPenalty ?? .infinity))
            commodityLines.append(line)
        }

        /// Builds the problem, or says at which line it is wrong.
        func instance(_ file: InputFile) throws(InputError) -> MulticommodityInstance {
            do throws(ProblemError) {
                let problem = try MulticommodityProblem(
                    nodeCount: nodeNames.count, links: links, commodities: commodities)
                return MulticommodityInstance(problem: problem, nodeNames: nodeNames)
            } catch {
                switch error.element {
                case .link(let link):
                    throw InputError(file: file.name, line: linkLines[link], message: error.message)
                case .commodity(let commodity):
                    let name = options.matrices?.name ?? file.name
                    throw InputError(file: name, line: commodityLines[commodity], message: error.message)
                default: throw InputError(file: file.name, line: 1, message: error.message)
                }
            }
        }
    }
}
