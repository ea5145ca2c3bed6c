internal import ArgumentParser

/// Names of commands on the command line: one that is not there is refused with the one that was meant.
enum CommandNames {
    /// Follows the words of a command line down the tree of commands.
    ///
    /// - Throws: a refusal at the first word that stands for a command and is none.
    static func check(_ words: [String], of root: any ParsableCommand.Type) throws {
        var command: any ParsableCommand.Type = root
        var path = "rmc"
        for word in words {
            let below = command.configuration.subcommands
            guard !below.isEmpty, !word.hasPrefix("-"), word != "help" else { return }
            guard let next = below.first(where: { name($0) == word }) else {
                let names = below.map { name($0) }
                let meant = names.min { (distance($0, word), $0) < (distance($1, word), $1) }
                let near = meant.flatMap { distance($0, word) <= max(1, word.count / 3) ? $0 : nil }
                throw CommandFailure(
                    .usage,
                    "'\(word)' is no command of \(path)"
                        + (near.map { "; did you mean '\($0)'?" } ?? "; expected " + names.joined(separator: ", ")))
            }
            command = next
            path += " " + word
        }
    }

    private static func name(_ command: any ParsableCommand.Type) -> String { command.configuration.commandName ?? "" }

    /// How many letters are to be added, taken away, changed or swapped with their neighbour (optimal string alignment).
    private static func distance(_ one: String, _ other: String) -> Int {
        let (left, right) = (Array(one), Array(other))
        var rows = [Array(0...right.count)]
        for (place, letter) in left.enumerated() {
            var row = [place + 1]
            for (column, against) in right.enumerated() {
                var least = min(
                    rows[place][column] + (letter == against ? 0 : 1), rows[place][column + 1] + 1, row[column] + 1)
                if place > 0, column > 0, letter == right[column - 1], left[place - 1] == against {
                    least = min(least, rows[place - 1][column - 1] + 1)
                }
                row.append(least)
            }
            rows.append(row)
        }
        return rows[left.count][right.count]
    }
}
