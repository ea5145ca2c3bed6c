internal import Optimization

extension MulticommodityReader.Draft {
    /// The places of the parts of a node-link file; they may come in any order.
    private struct Parts {
        var isDirected = false
        var nodes: JSONReader.Mark?
        var links: (key: String, mark: JSONReader.Mark)?
        var demands: JSONReader.Mark?
        var graph: JSONReader.Mark?
    }

    /// Reads node-link JSON.
    mutating func readNodeLink(_ file: InputFile) throws(InputError) {
        var reader = JSONReader(file)
        let (parts, start) = try findParts(&reader)
        reader.seek(try reader.required(parts.nodes, "nodes", at: start), key: "nodes")
        var indices: [String: Int] = [:]
        try reader.array { (reader, index) throws(InputError) in
            let id = try reader.member("id") { (reader) throws(InputError) in try reader.nodeIdentifier() }
            guard indices.updateValue(index, forKey: id) == nil else {
                throw reader.error("is a second node of id \(id); expected ids that differ")
            }
            nodeNames.append(id)
        }
        guard let links = parts.links else { throw reader.error("has no key 'links'; expected one", at: start) }
        reader.seek(links.mark, key: links.key)
        try reader.array { (reader, _) throws(InputError) in
            try readLink(&reader, indices, isDirected: parts.isDirected)
        }
        guard options.matrices == nil else { return }
        if let demands = parts.demands {
            reader.seek(demands, key: "demands")
            try reader.array { (reader, _) throws(InputError) in try readDemand(&reader, indices) }
        } else if let graph = parts.graph {
            reader.seek(graph, key: "graph")
            try readDemandTable(&reader, indices)
        }
    }

    private func findParts(_ reader: inout JSONReader) throws(InputError) -> (Parts, JSONReader.Mark) {
        let start = reader.mark()
        var parts = Parts()
        try reader.object { (reader, name) throws(InputError) in
            let mark = reader.mark()
            switch name {
            case "directed": parts.isDirected = try reader.boolean()
            case "nodes": parts.nodes = mark
            case "links", "edges":
                guard parts.links == nil else {
                    throw reader.error("stands beside '\(parts.links?.key ?? "")'; expected one of the two")
                }
                parts.links = (name, mark)
            case "demands": parts.demands = mark
            case "graph": parts.graph = mark
            default: break
            }
            if name != "directed" { try reader.skip() }
        }
        try reader.finish()
        return (parts, start)
    }

    private mutating func readLink(
        _ reader: inout JSONReader, _ indices: [String: Int], isDirected: Bool
    ) throws(InputError) {
        let start = reader.mark()
        var (source, target): (Int?, Int?)
        var (capacity, cost, distance): (Double?, Double?, Double?)
        var congestion: [MulticommodityProblem.CongestionStep] = []
        try reader.object { (reader, name) throws(InputError) in
            switch name {
            case "source": source = try reader.node(indices)
            case "target": target = try reader.node(indices)
            case "capacity": capacity = try reader.null() ? nil : try reader.amount()
            case "cost": cost = try reader.amount()
            case "dist": distance = try reader.amount()
            case "congestion":
                try reader.array { (reader, _) throws(InputError) in congestion.append(try reader.congestionStep()) }
            default: try reader.skip()
            }
        }
        let tail = try reader.required(source, "source", at: start)
        let head = try reader.required(target, "target", at: start)
        for (from, to) in isDirected || tail == head ? [(tail, head)] : [(tail, head), (head, tail)] {
            links.append(
                .init(
                    tail: from, head: to, capacity: capacity ?? options.capacity ?? .infinity,
                    cost: cost ?? distance ?? 1, congestion: congestion))
            linkLines.append(reader.line(of: start))
        }
    }

    private mutating func readDemand(_ reader: inout JSONReader, _ indices: [String: Int]) throws(InputError) {
        let start = reader.mark()
        var (source, target): (Int?, Int?)
        var (volume, penalty): (Double?, Double?)
        try reader.object { (reader, name) throws(InputError) in
            switch name {
            case "source": source = try reader.node(indices)
            case "target": target = try reader.node(indices)
            case "volume": volume = try reader.amount()
            case "drop-penalty": penalty = try reader.amount()
            default: try reader.skip()
            }
        }
        add(
            source: try reader.required(source, "source", at: start),
            target: try reader.required(target, "target", at: start),
            volume: try reader.required(volume, "volume", at: start), dropPenalty: penalty,
            line: reader.line(of: start))
    }

    /// `demands` within `graph`: volumes by source and target.
    private mutating func readDemandTable(_ reader: inout JSONReader, _ indices: [String: Int]) throws(InputError) {
        try reader.object { (reader, name) throws(InputError) in
            guard name == "demands" else { return try reader.skip() }
            try reader.object { (reader, from) throws(InputError) in
                let source = try reader.node(from, indices)
                try reader.object { (reader, to) throws(InputError) in
                    let target = try reader.node(to, indices)
                    let volume = try reader.amount()
                    guard volume > 0 else { return }
                    add(source: source, target: target, volume: volume, dropPenalty: nil, line: reader.line)
                }
            }
        }
    }

}

extension JSONReader {
    /// Reads an object and one of its members; the others are passed over.
    fileprivate mutating func member<Value>(
        _ wanted: String, _ body: (inout JSONReader) throws(InputError) -> Value
    ) throws(InputError) -> Value {
        let start = mark()
        var value: Value?
        try object { (reader, name) throws(InputError) in
            if name == wanted { value = try body(&reader) } else { try reader.skip() }
        }
        return try required(value, wanted, at: start)
    }

    /// Reads what names a node: a string, or a whole number of any size, digit by digit.
    fileprivate mutating func nodeIdentifier() throws(InputError) -> String {
        try peek() == UInt8(ascii: "\"") ? string() : wholeNumber()
    }

    fileprivate mutating func node(_ indices: [String: Int]) throws(InputError) -> Int {
        try node(try nodeIdentifier(), indices)
    }

    fileprivate func node(_ id: String, _ indices: [String: Int]) throws(InputError) -> Int {
        guard let index = indices[id] else {
            throw error("is \(InputError.quoted(id.utf8)), which is no node's id; expected one of 'nodes'")
        }
        return index
    }

    /// Reads a number, 0 or more.
    fileprivate mutating func amount() throws(InputError) -> Double {
        try number(in: 0...MulticommodityProblem.magnitudeLimit)
    }

    fileprivate mutating func congestionStep() throws(InputError) -> MulticommodityProblem.CongestionStep {
        let begin = mark()
        var (start, slope): (Double?, Double?)
        try object { (reader, name) throws(InputError) in
            switch name {
            case "start": start = try reader.amount()
            case "slope": slope = try reader.amount()
            default: try reader.skip()
            }
        }
        return .init(start: try required(start, "start", at: begin), slope: try required(slope, "slope", at: begin))
    }
}
