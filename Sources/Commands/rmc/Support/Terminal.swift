internal import Foundation
internal import MeshRendering

/// What is known of the terminal that the answer goes to.
enum Terminal {
    /// Colours on a terminal unless `NO_COLOR` is set (no-color.org); the width of `COLUMNS`, of the terminal, or 100.
    static var style: TextStyle {
        let environment = ProcessInfo.processInfo.environment
        let isTerminal = isatty(STDOUT_FILENO) == 1
        let forbidsColour = !(environment["NO_COLOR"] ?? "").isEmpty || environment["TERM"] == "dumb"
        return TextStyle(isColoured: isTerminal && !forbidsColour, width: width(environment["COLUMNS"]))
    }

    private static func width(_ columns: String?) -> Int {
        if let columns, let width = Int(columns), (20...1000).contains(width) { return width }
        var size = winsize()
        if unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
        return 100
    }
}
