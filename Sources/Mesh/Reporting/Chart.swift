internal import Foundation
internal import MeshRendering

/// A chart of lines or points over two axes, as SVG that scales with its column.
struct Chart {
    /// A line, or points where `isScatter`.
    struct Series {
        var name: String
        var points: [(x: Double, y: Double)]
        /// The number of its colour.
        var colour: Int
        var isScatter = false
        var isDashed = false
        /// A name for each point, shown when one points at it.
        var titles: [String] = []
    }

    var series: [Series]
    var horizontal: String
    var vertical: String
    /// Whether the vertical axis starts at 0.
    var startsAtZero = false
    /// Whether it takes the page's whole width.
    var isWide = false
    /// Words in place of the horizontal axis's numbers.
    var words: ((Double) -> String)?

    private var width: Double { isWide ? 1180 : 620 }
    private static let height = 320.0
    private static let (right, top, bottom) = (26.0, 12.0, 46.0)

    /// The chart; nothing when there is nothing to show.
    func svg() -> String {
        let points = series.flatMap(\.points)
        guard let first = points.first else { return "" }
        let across = Scale(points.reduce(first.x...first.x) { min($0.lowerBound, $1.x)...max($0.upperBound, $1.x) })
        var range = points.reduce(first.y...first.y) { min($0.lowerBound, $1.y)...max($0.upperBound, $1.y) }
        if startsAtZero { range = min(0, range.lowerBound)...max(0, range.upperBound) }
        let up = Scale(range)
        // Left of the ticks' numbers there is room for the axis's name, however long they are.
        let left = 30 + (up.ticks.map { Markup.width(of: up.label($0), size: 12) }.max() ?? 0)
        func x(_ value: Double) -> Double {
            left + across.part(value) * (width - left - Self.right)
        }
        func y(_ value: Double) -> Double {
            Self.height - Self.bottom - up.part(value) * (Self.height - Self.top - Self.bottom)
        }
        var parts: [String] = []
        for tick in up.ticks {
            parts.append(
                "<path class=\"grid\" d=\"M\(Self.text(left)) \(Self.text(y(tick)))H\(Self.text(width - Self.right))\"/>"
            )
            parts.append(Self.label(left - 8, y(tick) + 4, up.label(tick), anchor: "end"))
        }
        for tick in across.ticks {
            parts.append(
                Self.label(
                    x(tick), Self.height - Self.bottom + 18, words?(tick) ?? across.label(tick), anchor: "middle"))
        }
        parts.append(
            Self.label((left + width - Self.right) / 2, Self.height - 8, horizontal, anchor: "middle"))
        parts.append(
            "<text class=\"axis\" text-anchor=\"middle\" transform=\"translate(14 \(Self.text((Self.top + Self.height - Self.bottom) / 2)))"
                + "rotate(-90)\">\(Markup.escaped(vertical))</text>")
        for line in series { parts.append(Self.drawn(line, x: x, y: y)) }
        return
            "<figure\(isWide ? " class=\"broad\"" : "")><svg class=\"chart\" viewBox=\"0 0 \(Self.text(width)) \(Self.text(Self.height))\" role=\"img\" "
            + "aria-label=\"\(Markup.escaped("\(vertical) over \(horizontal)"))\">\n" + parts.joined(separator: "\n")
            + "\n</svg>\(legend)</figure>\n"
    }

    private var legend: String {
        guard series.count > 1 || series.first?.name.isEmpty == false else { return "" }
        return "<figcaption>"
            + series.map { "<span><i class=\"key k\($0.colour % 10)\"></i>\(Markup.escaped($0.name))</span>" }.joined()
            + "</figcaption>"
    }

    private static func drawn(_ series: Series, x: (Double) -> Double, y: (Double) -> Double) -> String {
        let colour = series.colour % 10
        if series.isScatter {
            return series.points.enumerated().map { number, point in
                let title =
                    series.titles.indices.contains(number)
                    ? "<title>\(Markup.escaped(series.titles[number]))</title>" : ""
                return
                    "<circle class=\"dot k\(colour)\" cx=\"\(text(x(point.x)))\" cy=\"\(text(y(point.y)))\" r=\"3.2\">\(title)</circle>"
            }.joined(separator: "\n")
        }
        var data = ""
        for point in series.points { data += (data.isEmpty ? "M" : "L") + "\(text(x(point.x))) \(text(y(point.y)))" }
        var drawn = "<path class=\"line k\(colour)\(series.isDashed ? " dashed" : "")\" d=\"\(data)\"/>"
        if series.points.count <= 24 {
            for (number, point) in series.points.enumerated() {
                let title =
                    series.titles.indices.contains(number)
                    ? "<title>\(Markup.escaped(series.titles[number]))</title>" : ""
                drawn +=
                    "<circle class=\"dot k\(colour)\" cx=\"\(text(x(point.x)))\" cy=\"\(text(y(point.y)))\" r=\"3\">\(title)</circle>"
            }
        }
        return drawn
    }

    private static func label(_ x: Double, _ y: Double, _ words: String, anchor: String) -> String {
        "<text class=\"axis\" text-anchor=\"\(anchor)\" x=\"\(text(x))\" y=\"\(text(y))\">\(Markup.escaped(words))</text>"
    }

    private static func text(_ value: Double) -> String { Markup.number(value) }
}

/// A range of values with round ticks.
struct Scale {
    let low: Double
    let high: Double
    let ticks: [Double]
    private let step: Double

    init(_ range: ClosedRange<Double>, count: Int = 5) {
        let span = range.upperBound - range.lowerBound
        let width = span > 0 && span.isFinite ? span : max(1, abs(range.lowerBound)) * 0.2
        let raw = width / Double(count)
        let power = pow(10, log10(raw).rounded(.down))
        let step = [1.0, 2, 2.5, 5, 10].map { $0 * power }.first { $0 >= raw * 0.999 } ?? raw
        let start = ((span > 0 ? range.lowerBound : range.lowerBound - width / 2) / step).rounded(.down)
        let end = ((span > 0 ? range.upperBound : range.upperBound + width / 2) / step - 1e-9).rounded(.up)
        self.step = step
        low = start * step
        high = max(end, start + 1) * step
        ticks = (0...Int(min(50, max(end, start + 1) - start))).map { (start + Double($0)) * step }
    }

    /// Where a value lies between the ends.
    func part(_ value: Double) -> Double { (value - low) / (high - low) }

    func label(_ value: Double) -> String {
        if abs(value) >= 100_000 {
            return Numerals.fixed(value / 1000, decimals: step >= 1000 ? 0 : 1) + " k"
        }
        let decimals = step >= 1 && step == step.rounded() ? 0 : step >= 0.1 ? 1 : step >= 0.01 ? 2 : 3
        return Numerals.fixed(value, decimals: decimals)
    }
}
