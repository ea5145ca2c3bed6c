/// A table for a terminal: columns side by side, two blanks between them, a light rule below the headings.
///
/// A line never exceeds the style's width as long as the columns other than the first fit: the first column, which holds
/// names, gives way. Without a width nothing is cut.
public struct TextTable: Sendable {
    /// Where a cell's text stands.
    public enum Alignment: Sendable {
        /// Words.
        case left
        /// Figures.
        case right
    }

    /// A column's heading and alignment.
    public struct Column: Sendable {
        let heading: String
        let alignment: Alignment

        /// A column.
        public init(_ heading: String, _ alignment: Alignment = .right) {
            self.heading = heading
            self.alignment = alignment
        }
    }

    private let columns: [Column]
    private var rows: [(cells: [String], isAccented: Bool)] = []

    /// An empty table.
    public init(_ columns: [Column]) { self.columns = columns }

    /// Adds a row; missing cells are empty, superfluous ones are dropped.
    public mutating func add(_ cells: [String], isAccented: Bool = false) {
        let padding = Array(repeating: "", count: max(0, columns.count - cells.count))
        rows.append((Array(cells.prefix(columns.count)) + padding, isAccented))
    }

    /// The table's lines, each ended by a newline.
    public func text(_ style: TextStyle) -> String {
        let widths = widths(within: style.width)
        var text = style.strong(line(columns.map(\.heading), widths, style)) + "\n"
        text += style.faint(widths.map { String(repeating: style.rule, count: $0) }.joined(separator: "  ")) + "\n"
        for row in rows {
            let line = line(row.cells, widths, style)
            text += (row.isAccented ? style.accent(line) : line) + "\n"
        }
        return text
    }

    private func widths(within limit: Int) -> [Int] {
        var widths = columns.indices.map { index in
            rows.reduce(TextStyle.columns(of: columns[index].heading)) {
                max($0, TextStyle.columns(of: $1.cells[index]))
            }
        }
        guard limit < Int.max else { return widths }
        let excess = widths.reduce(0, +) + 2 * (widths.count - 1) - limit
        if excess > 0, let first = widths.first {
            // Names stay readable at eight characters.
            widths[0] = max(min(first, 8), first - excess)
        }
        return widths
    }

    /// The beginning of a text that fits into so many columns, the last of them the ellipsis where it was cut.
    private static func cut(_ text: String, to width: Int, _ style: TextStyle) -> String {
        guard TextStyle.columns(of: text) > width else { return text }
        var (shown, columns) = ("", 0)
        for character in text {
            let next = TextStyle.columns(of: character)
            if columns + next > width - 1 { break }
            shown.append(character)
            columns += next
        }
        return shown + String(style.ellipsis)
    }

    private func line(_ cells: [String], _ widths: [Int], _ style: TextStyle) -> String {
        var line = ""
        for (index, cell) in cells.enumerated() {
            let shown = Self.cut(cell, to: widths[index], style)
            let blanks = String(repeating: " ", count: max(0, widths[index] - TextStyle.columns(of: shown)))
            let isLast = index + 1 == cells.count
            switch columns[index].alignment {
            case .left: line += shown + (isLast ? "" : blanks)
            case .right: line += blanks + shown
            }
            if !isLast { line += "  " }
        }
        return line
    }
}
