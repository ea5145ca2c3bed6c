internal import Foundation
internal import MeshRendering

/// What is known of the terminal that the answer goes to.
enum Terminal {
    /// On a terminal: colours unless `NO_COLOR` is set (no-color.org) or it is dumb, and the width of `COLUMNS`, of the
    /// terminal, or 100. Elsewhere nothing is cut, and colours come with `CLICOLOR_FORCE` alone. Nothing but ASCII is drawn
    /// where the locale is C.
    static var style: TextStyle {
        let environment = ProcessInfo.processInfo.environment
        let isTerminal = isatty(STDOUT_FILENO) == 1
        let isForced = !["", "0"].contains(environment["CLICOLOR_FORCE"] ?? "")
        let forbidsColour = !(environment["NO_COLOR"] ?? "").isEmpty || environment["TERM"] == "dumb" && !isForced
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].compactMap { environment[$0] }.first { !$0.isEmpty }
        return TextStyle(
            isColoured: (isTerminal || isForced) && !forbidsColour,
            width: isTerminal ? width(environment["COLUMNS"]) : .max, isASCII: ["C", "POSIX"].contains(locale))
    }

    /// Whether lines can be drawn over on the standard error.
    static var showsProgress: Bool {
        isatty(STDERR_FILENO) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb"
    }

    private static func width(_ columns: String?) -> Int {
        if let columns, let width = Int(columns), (20...1000).contains(width) { return width }
        var size = winsize()
        if unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
        return 100
    }
}
