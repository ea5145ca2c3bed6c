public import Optimization

/// Writes minimum-cost flow problems in the DIMACS format that ``DIMACSFlowReader`` reads.
public enum DIMACSFlowWriter {
    /// The problem as text: comments first, then the `p` line, the nodes with a supply, and the arcs in their order.
    ///
    /// The format knows supplies that bind with equality only; a problem with ``FlowProblem/SupplyRule/atMost`` is
    /// written with its supplies, and reading it back makes them bind.
    ///
    /// - Complexity: O(n + m).
    public static func text(_ problem: FlowProblem, comments: [String] = []) -> [UInt8] {
        var output = TextBuilder(capacity: 64 + 24 * (problem.nodeCount + problem.arcCount))
        for comment in comments {
            for line in comment.split(whereSeparator: \.isNewline) { output.append("c \(line)\n") }
        }
        output.append("p min \(problem.nodeCount) \(problem.arcCount)\n")
        for (node, supply) in problem.supplies.enumerated() where supply != 0 {
            output.append("n ")
            output.append(node + 1, " ")
            output.append(supply, "\n")
        }
        for arc in problem.arcs {
            output.append("a ")
            output.append(arc.tail + 1, " ")
            output.append(arc.head + 1, " ")
            output.append(arc.lower, " ")
            output.append(arc.upper, " ")
            output.append(arc.cost, "\n")
        }
        return output.bytes
    }
}
