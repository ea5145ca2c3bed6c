import MeshInstances
import MeshTypes
import TestSupport
import Testing

/// A matrix of latencies gives the same data to the same pairs, whatever order and dress its rows and columns come in.
@Suite("Latency matrices in every style")
struct LatencyMatrixTests {
    private static func shuffled(_ count: Int, _ random: inout SplitMix64) -> [Int] {
        var order = Array(0..<count)
        for index in order.indices.dropFirst() { order.swapAt(index, random.integer(0...index)) }
        return order
    }

    @Test("square: shuffled, named, quoted, with pandas' and R's headings, 3,000 of them")
    func square() throws {
        for seed in 0..<3_000 {
            var random = SplitMix64(seed: UInt64(seed))
            let count = random.integer(3...8)
            let layout = random.integer(0...5)
            let names = MatrixSample.names(count, &random, onlyWords: layout == 3 || layout == 4)
            let sample = MatrixSample(&random, nodes: count, names: names)
            let areNumbers = names.allSatisfy { Int($0) != nil }
            let (columns, rows) =
                layout <= 2
                ? (Self.shuffled(count, &random), Self.shuffled(count, &random)) : (Array(0..<count), Array(0..<count))
            // Numbers without a word in the corner are told by the diagonal.
            let diagonal = layout == 0 && areNumbers ? ["0"] : ["0", "", "0.05"]
            let body = rows.map { row in
                columns.map {
                    row == $0 ? random.element(of: diagonal) : MatrixSample.cell(sample.values[row][$0], &random)
                }
            }
            let heading = columns.map { names[$0] }
            let table: [[String]] =
                switch layout {
                case 0: [[random.element(of: ["", "from\\to"])] + heading] + zip(rows, body).map { [names[$0]] + $1 }
                case 1: [["node"] + heading] + zip(rows, body).map { [names[$0]] + $1 }
                case 2: [heading] + zip(rows, body).map { [names[$0]] + $1 }
                case 3: [heading] + body
                case 4: zip(rows, body).map { [names[$0]] + $1 }
                default: body
                }
            var style = TableStyle(&random)
            // Without names the last column may be one that nobody measured.
            if layout > 2 { style.hasTrailingSeparators = false }
            let text = style.bytes(table, &random)
            let frame = try LatencyFrameReader.read(InputFile(name: "m", contents: text))
            try #require(frame.nodeCount == count, "seed \(seed), layout \(layout)")
            let order = layout <= 2 ? columns : Array(0..<count)
            #expect(frame.names == (layout == 5 ? [] : order.map { names[$0] }), "seed \(seed), layout \(layout)")
            for row in 0..<count {
                for column in 0..<count {
                    let expected = Float(sample.values[order[row]][order[column]] ?? 0)
                    #expect(
                        frame.values[row * count + column] == expected,
                        "seed \(seed), layout \(layout): \(String(decoding: text, as: UTF8.self))")
                }
            }
        }
    }

    @Test("between sites and from places of demand: by names, what is not used is told, 1,500 of them")
    func imported() throws {
        for seed in 0..<1_500 {
            var random = SplitMix64(seed: UInt64(10_000 + seed))
            let (siteCount, placeCount) = (random.integer(2...6), random.integer(1...7))
            let labels = MatrixSample.names(siteCount + 2, &random, onlyWords: true)
            let byName = random.chance(0.5)
            let sites = (0..<siteCount).map { number in
                Site(
                    id: SiteID(byName ? "s\(number)" : labels[number]), name: byName ? labels[number] : "Same",
                    coordinate: GeoCoordinate(latitude: 0, longitude: Double(number)), freeServers: 1, totalServers: 1,
                    loadPerServer: 1, price: 1)
            }
            let places = (0..<placeCount).map { "p\($0)" }
            let (extraColumns, extraRows) = (random.integer(0...2), random.integer(0...2))
            let columns = Self.shuffled(siteCount + extraColumns, &random)
            let rows = Self.shuffled(placeCount + extraRows, &random).filter { $0 > 0 || placeCount == 1 }
            var expected = LatencyTable(rowCount: placeCount, columnCount: siteCount)
            var table: [[String]] = [[""] + columns.map { labels[$0] }]
            for row in rows {
                table.append(
                    ["p\(row)"]
                        + columns.map { column in
                            let value: Double? = random.chance(0.2) ? nil : Double(random.integer(1...300_000)) / 1000
                            if row < placeCount, column < siteCount {
                                expected[row, column] = value.map { Latency(milliseconds: $0) }
                            }
                            return MatrixSample.cell(value, &random)
                        })
            }
            var style = TableStyle(&random)
            style.hasTrailingSeparators = false
            let file = try InputFile(name: "m", contents: style.bytes(table, &random))
            let found = try LatencyTables.access(from: places, to: sites, in: file)
            #expect(found.table.microseconds == expected.microseconds, "seed \(seed)")
            #expect(
                found.notes.contains { $0.contains("is no site") || $0.contains("are no site") } == (extraColumns > 0))
            #expect(
                found.notes.contains { $0.contains("no place of demand") } == rows.contains { $0 >= placeCount },
                "\(seed)")
            #expect(found.notes.contains { $0.contains("has no row for 'p0'") } == (placeCount > 1), "\(found.notes)")

            let sample = MatrixSample(&random, nodes: labels.count, names: labels)
            let order = Self.shuffled(siteCount + extraColumns, &random)
            let square: [[String]] =
                [["x"] + order.map { labels[$0] }]
                + Self.shuffled(siteCount + extraColumns, &random).map { row in
                    [labels[row]] + order.map { MatrixSample.cell(sample.values[row][$0], &random) }
                }
            let between = try LatencyTables.between(
                sites, in: InputFile(name: "m", contents: style.bytes(square, &random)))
            for from in 0..<siteCount {
                for to in 0..<siteCount {
                    let value =
                        from == to
                        ? Latency.zero : sample.values[from][to].map { Latency(milliseconds: Double(Float($0))) }
                    #expect(between.table[from, to] == value, "seed \(seed)")
                }
            }
            #expect(between.notes.contains { $0.contains("no site") } == (extraColumns > 0))
        }
    }

    @Test(
        "what cannot be told, or belongs to nobody, is refused",
        arguments: [
            (",5,7\n5,,3\n7,3,\n", 1, "names or with latencies"),
            (",0,1,2\n10,0,5,6\n11,5,0,7\n12,6,7,0\n", 1, "heading of numbers"),
            (",a,b\na,0,1\nc,1,0\n", 1, "'c' and no such column"), (",a,a\na,0,1\nb,1,0\n", 1, "'a' twice"),
            (",a,b\na,0,1\na,1,0\n", 3, "'a' twice"), (",a,\na,0,1\nb,1,0\n", 1, "without a name"),
            ("0;1,5\n1,5;0\n", 1, "'1,5'"), ("0,\"1\n1,0\n", 1, "not closed"), ("0,NA\nx,0\n", 2, "'x'"),
        ])
    func refused(text: String, line: Int, part: String) {
        expectRefusal(at: line, part) { try LatencyFrameReader.read(input(text)) }
    }

    @Test("a token that is missing in one row is missing in all, the first too")
    func firstRow() throws {
        for token in MatrixSample.missing {
            for table in [
                "0,\(token),3\n4,0,5\n6,7,0\n", "0,2,3\n4,0,\(token)\n6,7,0\n", "0,2,3\n4,0,5\n6,\(token),0\n",
            ] {
                let frame = try LatencyFrameReader.read(input(table))
                #expect(frame.nodeCount == 3 && frame.knownPairs == 5 && frame.names.isEmpty, "\(table)")
            }
        }
    }

    @Test("an earlier frame is put in the order of this one by names")
    func ordered() throws {
        let frame = try LatencyFrameReader.read(input(",a,b,c\na,0,1,2\nb,3,0,4\nc,5,6,0\n"))
        let other = try #require(frame.ordered(as: ["c", "a", "b"]))
        #expect(other.values == [0, 5, 6, 2, 0, 1, 4, 3, 0])
        #expect(frame.ordered(as: ["a", "b"]) == nil && frame.ordered(as: ["a", "b", "b"]) == nil)
    }
}
