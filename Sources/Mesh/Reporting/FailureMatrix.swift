internal import MeshRendering
internal import Scenarios

/// Scenarios of two variations, or of two losses at a time, as a coloured square each.
struct FailureMatrix {
    private let rows: [String]
    private let columns: [String]
    private let cells: [String: (value: Double, failed: Bool, name: String)]
    private let metric: Assertion.Metric
    let title: String

    private static let side = 120

    /// Chooses what to show: pairs of losses if there are any, else the first two axes that vary together.
    init?(_ results: [ScenarioResult], metric: Assertion.Metric) {
        self.metric = metric
        var rows: [String] = []
        var columns: [String] = []
        var cells: [String: (Double, Bool, String)] = [:]
        let pairs = results.filter { $0.steps.count == 2 && $0.steps[0].axis == $0.steps[1].axis }
        let grid = results.filter { $0.steps.count == 2 && $0.steps[0].axis != $0.steps[1].axis }
        let chosen = pairs.isEmpty ? grid : pairs
        guard let first = chosen.first else { return nil }
        let axes = (first.steps[0].axis, first.steps[1].axis)
        var seen: (Set<String>, Set<String>) = ([], [])
        for result in chosen.sorted(by: { $0.index < $1.index }) {
            guard result.steps[0].axis == axes.0, result.steps[1].axis == axes.1 else { continue }
            let (row, column) = (result.steps[0].label, result.steps[1].label)
            if seen.0.insert(row).inserted { rows.append(row) }
            if seen.1.insert(column).inserted { columns.append(column) }
            let entry = (result.figures[metric], !result.failed.isEmpty || result.figures.unserved > 0, result.name)
            cells["\(row)\n\(column)"] = entry
            if !pairs.isEmpty { cells["\(column)\n\(row)"] = entry }
        }
        if !pairs.isEmpty {
            for label in columns where !seen.0.contains(label) { rows.append(label) }
            columns = rows
        }
        guard rows.count <= Self.side, columns.count <= Self.side else { return nil }
        self.rows = rows
        self.columns = columns
        self.cells = cells
        title = pairs.isEmpty ? "\(axes.0) by \(axes.1)" : "Two of \(axes.0) at a time"
    }

    func svg() -> String {
        let cell = max(7.0, min(34, 860 / Double(columns.count)))
        let size = min(12.5, cell * 0.95)
        let head = Double(columns.map(\.count).max() ?? 0) * size * 0.56 + 14
        let left = Double(rows.map(\.count).max() ?? 0) * size * 0.58 + 14
        let (width, height) = (
            left + cell * Double(columns.count) + head * 0.75 + 8, head + cell * Double(rows.count) + 8
        )
        let values = cells.values.map(\.value)
        let (low, high) = (values.min() ?? 0, values.max() ?? 1)
        var parts: [String] = []
        for (number, label) in columns.enumerated() {
            let x = left + cell * (Double(number) + 0.5)
            parts.append(
                "<text class=\"axis\" font-size=\"\(Markup.number(size))\" transform=\"translate(\(Markup.number(x)) "
                    + "\(Markup.number(head - 6)))rotate(-52)\">\(Markup.escaped(label))</text>")
        }
        for (row, label) in rows.enumerated() {
            let y = head + cell * Double(row)
            parts.append(
                "<text class=\"axis\" font-size=\"\(Markup.number(size))\" text-anchor=\"end\" x=\"\(Markup.number(left - 6))\" "
                    + "y=\"\(Markup.number(y + cell * 0.72))\">\(Markup.escaped(label))</text>")
            for (column, other) in columns.enumerated() {
                guard let entry = cells["\(label)\n\(other)"] else { continue }
                let shade = high > low ? (entry.value - low) / (high - low) : 0
                let x = left + cell * Double(column)
                parts.append(
                    "<rect class=\"cell\(entry.failed ? " fail" : "")\" x=\"\(Markup.number(x))\" y=\"\(Markup.number(y))\" "
                        + "width=\"\(Markup.number(cell - 1))\" height=\"\(Markup.number(cell - 1))\" "
                        + "fill-opacity=\"\(Numerals.fixed(0.08 + 0.92 * shade, decimals: 2))\"><title>"
                        + "\(Markup.escaped(entry.name)): \(metric.rawValue) \(Numerals.fixed(entry.value, decimals: 1))"
                        + "\(entry.failed ? ", fails" : "")</title></rect>")
                // Figures where they fit: also on paper, where nothing can be pointed at.
                let figure = Numerals.fixed(entry.value, decimals: 0)
                let most = min(11, (cell - 2) / max(1, Markup.width(of: figure, size: 1)))
                if most >= 6 {
                    parts.append(
                        "<text class=\"figure\" font-size=\"\(Markup.number(most))\" x=\"\(Markup.number(x + cell / 2))\" "
                            + "y=\"\(Markup.number(y + cell / 2 + most * 0.36))\">\(figure)</text>")
                }
            }
        }
        let range =
            "\(metric.rawValue) from \(Numerals.fixed(low, decimals: 1)) (light) to \(Numerals.fixed(high, decimals: 1)) (dark)"
        return
            "<figure class=\"wide\"><svg class=\"matrix\" viewBox=\"0 0 \(Markup.number(width)) \(Markup.number(height))\" "
            + "style=\"max-width:\(Markup.number(width))px\" role=\"img\" aria-label=\"\(Markup.escaped(title))\">\n"
            + parts.joined(separator: "\n") + "\n</svg><figcaption><span><i class=\"key cell\"></i>\(range)</span>"
            + "<span><i class=\"key cell fail\"></i>an assertion fails or somebody is left out</span></figcaption></figure>\n"
    }
}
