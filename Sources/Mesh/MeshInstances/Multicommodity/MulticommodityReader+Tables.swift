internal import Optimization

extension MulticommodityReader.Draft {
    /// `TO FROM CAPACITY FAILURE` a line, under a line of headings.
    mutating func readTable(_ file: InputFile) throws(InputError) {
        var scanner = TextScanner(file)
        guard let heading = scanner.tokenInLine(), scanner.matches(heading, "to_node") else {
            throw scanner.error("starts neither with '{' nor with 'to_node'; expected node-link JSON or a TEAVAR table")
        }
        var (lowest, highest) = (Int64.max, Int64(0))
        var ends: [(tail: Int64, head: Int64, capacity: Double)] = []
        while scanner.nextLine() {
            guard let first = scanner.tokenInLine() else { continue }
            let head = try scanner.integer(first, "to_node")
            let tail = try scanner.integerInLine("from_node")
            for node in [head, tail] where node < 0 || node > Int64(MulticommodityReader.matrixNodeLimit) {
                throw scanner.error("node is \(node); expected 0 to \(MulticommodityReader.matrixNodeLimit)")
            }
            guard let token = scanner.tokenInLine() else {
                throw scanner.error("the line ends before the capacity; expected a number")
            }
            (lowest, highest) = (min(lowest, head, tail), max(highest, head, tail))
            ends.append((tail, head, try scanner.number(token, "capacity")))
            linkLines.append(scanner.line)
        }
        // Nodes count from 1, or from 0 where there is a node 0.
        let base = min(1, lowest)
        links = ends.map { .init(tail: Int($0.tail - base), head: Int($0.head - base), capacity: $0.capacity, cost: 1) }
        nodeNames = ends.isEmpty ? [] : (base...highest).map(String.init)
    }

    /// The options' line of a file of traffic matrices.
    mutating func readMatrix(_ file: InputFile) throws(InputError) {
        let nodes = nodeNames.count
        var scanner = TextScanner(file)
        guard nodes <= MulticommodityReader.matrixNodeLimit else {
            throw scanner.error(
                "is for \(nodes) nodes; expected at most \(MulticommodityReader.matrixNodeLimit) with traffic matrices")
        }
        guard options.matrix >= 1 else {
            throw scanner.error("matrix is given as \(options.matrix); expected 1 or more")
        }
        while scanner.line < options.matrix {
            guard scanner.nextLine() else {
                throw scanner.error("the file ends after \(scanner.line) matrices; expected \(options.matrix)")
            }
        }
        commodities = []
        commodityLines = []
        for cell in 0..<(nodes * nodes) {
            guard let token = scanner.tokenInLine() else {
                throw scanner.error("the line ends after \(cell) volumes; expected \(nodes * nodes)")
            }
            let volume = try scanner.number(token, "volume")
            guard volume != 0 else { continue }
            add(
                source: cell / nodes, target: cell % nodes, volume: volume, dropPenalty: nil, line: scanner.line)
        }
        if let extra = scanner.tokenInLine() {
            throw scanner.error("\(scanner.quoted(extra)) comes after \(nodes * nodes) volumes", at: extra)
        }
    }
}
