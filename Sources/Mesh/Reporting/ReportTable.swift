internal import MeshRendering

/// A table whose columns sort on a click; numbers sort by value.
struct ReportTable {
    /// A cell: what is shown, and what it sorts by.
    struct Cell {
        var text: String
        var key: Double?
        /// Whether the text is markup already.
        var isMarkup = false

        static func words(_ text: String) -> Cell { Cell(text: text, key: nil) }
        static func number(_ value: Double, decimals: Int = 1) -> Cell {
            Cell(text: Numerals.fixed(value, decimals: decimals), key: value)
        }
        static func count(_ value: Int) -> Cell { Cell(text: Numerals.grouped(value), key: Double(value)) }
        static func change(_ fraction: Double) -> Cell { Cell(text: Numerals.signedPercent(fraction), key: fraction) }
    }

    var headings: [String]
    var rows: [[Cell]] = []
    /// Rows of which a class marks that something fails.
    var marked: Set<Int> = []
    /// Rows that go to paper; `nil` for all.
    var printed: Set<Int>?
    /// A name for the filter's field; without one there is no filter.
    var filter: String?

    func html() -> String {
        guard !rows.isEmpty else { return "" }
        // Words stand to the left, numbers to the right.
        let holdsWords = headings.indices.map { column in rows.allSatisfy { column < $0.count && $0[column].key == nil }
        }
        var text = ""
        if let filter {
            text +=
                "<p class=\"filter\"><label>\(Markup.escaped(filter)) <input type=\"search\" data-filter></label></p>\n"
        }
        text += "<div class=\"scroll\"><table class=\"sortable\">\n<thead><tr>"
        for (number, heading) in headings.enumerated() {
            text +=
                "<th\(holdsWords[number] ? " class=\"w\"" : "") aria-sort=\"none\"><button>\(Markup.escaped(heading))</button></th>"
        }
        text += "</tr></thead>\n<tbody>\n"
        for (number, row) in rows.enumerated() {
            let classes = [
                marked.contains(number) ? "bad" : nil, printed?.contains(number) == false ? "screen" : nil,
            ].compactMap(\.self)
            text += classes.isEmpty ? "<tr>" : "<tr class=\"\(classes.joined(separator: " "))\">"
            for (column, cell) in row.enumerated() {
                let key = cell.key.map { " data-k=\"\($0)\"" } ?? ""
                text += "<td\(column < holdsWords.count && holdsWords[column] ? " class=\"w\"" : "")\(key)>"
                text += (cell.isMarkup ? cell.text : Markup.escaped(cell.text)) + "</td>"
            }
            text += "</tr>\n"
        }
        return text + "</tbody>\n</table></div>\n"
    }
}
