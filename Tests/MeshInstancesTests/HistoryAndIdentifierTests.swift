import MeshInstances
import MeshTypes
import Optimization
import TestSupport
import Testing

@Suite("Prometheus histories and large identifiers")
struct HistoryAndIdentifierTests {
    @Test("instances of one region are added up, gaps and NaN take the value before, 1,500 of them")
    func history() throws {
        for seed in 0..<1_500 {
            var random = SplitMix64(seed: UInt64(seed))
            let step = random.element(of: [15, 60, 300])
            let start = 1_767_225_600 + 60 * random.integer(0...1_000)
            let length = random.integer(2...14)
            let all: [(String?, String?)] = [("eu", nil), ("us", nil), (nil, "call"), ("eu", "call")]
            let keys = all.prefix(random.integer(1...4))
            var result: [String] = []
            var wanted: [[Double]] = []
            for (region, type) in keys {
                var sum = Array(repeating: 0.0, count: length)
                var times: Set<Int> = []
                for instance in 0..<random.integer(1...3) {
                    // From its first value to its last sample, on the query's steps.
                    let first = instance == 0 ? 0 : random.integer(0...length - 1)
                    let last = instance == 0 ? length - 1 : random.integer(first...length - 1)
                    var samples: [String] = []
                    var held: Double?
                    for place in first...last {
                        let isEnd = place == first || place == last
                        let value: Double? = place > first && random.chance(0.2) ? nil : Double(random.integer(0...500))
                        let isThere = isEnd || random.chance(0.8)
                        if isThere { held = value ?? held }
                        sum[place] += held ?? 0
                        guard isThere else { continue }
                        times.insert(place)
                        let time = start + place * step
                        samples.append(
                            "[\(time)\(random.chance(0.3) ? ".0" : ""),\(value.map { "\"\($0)\"" } ?? "\"NaN\"")]")
                    }
                    var labels = ["\"instance\":\"h\(instance)\""]
                    if let region { labels.append("\"region\":\"\(region)\"") }
                    if let type { labels.append("\"type\":\"\(type)\"") }
                    result.append(
                        "{\"metric\":{\(labels.joined(separator: ","))},\"values\":[\(samples.joined(separator: ","))]}"
                    )
                }
                // The longest step that all samples are on.
                let stride = times.reduce(0) { Self.divisor($0, $1) }
                wanted.append(Swift.stride(from: 0, to: length, by: max(1, stride)).map { sum[$0] })
            }
            let text =
                "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[\(result.joined(separator: ","))]}}"
            let series = try PrometheusReader.read(input(text))
            try #require(series.count == keys.count, "seed \(seed)")
            for ((found, key), values) in zip(zip(series, keys), wanted) {
                #expect(found.region == key.0 && found.sessionType == key.1 ?? "match", "seed \(seed)")
                #expect(found.values == values, "seed \(seed): \(text)")
            }
        }
    }

    private static func divisor(_ one: Int, _ other: Int) -> Int { other == 0 ? one : divisor(other, one % other) }

    @Test(
        "uneven times and what is no number are refused",
        arguments: [
            "[[0,\"1\"],[60,\"1\"],[97,\"2\"]]", "[[0,\"1\"],[60,\"+Inf\"]]", "[[0,\"1\"],[60,\"-1\"]]",
            "[[60,\"1\"],[0,\"1\"]]",
            "[[0,\"NaN\"],[60,\"NaN\"]]", "[[0,\"1\"]]", "[[0,\"1\",2],[60,\"1\"]]",
        ])
    func refused(values: String) {
        let text = "{\"data\":{\"resultType\":\"matrix\",\"result\":[{\"metric\":{},\"values\":\(values)}]}}"
        expectRefusal(at: 1, "expected") { try PrometheusReader.read(input(text)) }
    }

    @Test("whole numbers as names keep every digit, 2,000 of them")
    func identifiers() throws {
        for seed in 0..<2_000 {
            var random = SplitMix64(seed: UInt64(seed))
            // Neighbours beyond 2^53, where a double has one value for several of them.
            let base = random.element(of: [
                "900719925474099", "18446744073709551", "-900719925474099", "99999999999999999999999",
            ])
            var ids: [String] = []
            for _ in 0..<random.integer(2...6) {
                let id = base + "\(random.integer(0...9))" + "\(random.integer(0...9))"
                if !ids.contains(id) { ids.append(id) }
            }
            guard ids.count > 1 else { continue }
            let known = ids.dropLast()
            let ends = (0..<4).map { _ in random.element(of: known) }
            let links = "[{\"source\":\(ends[0]),\"target\":\(ends[1])}]"
            let text = { (demand: String) in
                "{\"directed\":true,\"nodes\":[\(known.map { "{\"id\":\($0)}" }.joined(separator: ","))],\"links\":\(links),"
                    + "\"demands\":[{\"source\":\(demand),\"target\":\(ends[2]),\"volume\":1}]}"
            }
            let instance = try MulticommodityReader.read(input(text(ends[3])))
            #expect(instance.nodeNames == Array(known))
            #expect(instance.nodeNames[Int(instance.problem.links[0].tail)] == ends[0])
            #expect(instance.nodeNames[Int(instance.problem.commodities[0].source)] == ends[3])
            // A neighbour of a node is no node.
            expectRefusal(at: 1, "which is no node's id") {
                try MulticommodityReader.read(input(text(ids[ids.count - 1])))
            }
        }
    }

    @Test("TEAVAR's nodes count from 1, or from 0 where there is a node 0")
    func teavar() throws {
        for base in [0, 1] {
            let text = "to_node from_node capacity prob\n\(base) \(base + 1) 5 0\n\(base + 1) \(base + 2) 6 0\n"
            var options = MulticommodityReadingOptions()
            options.matrices = try input("0 0 7 0 0 0 0 0 0\n")
            let instance = try MulticommodityReader.read(input(text), options: options)
            #expect(instance.nodeNames == (base...base + 2).map(String.init))
            #expect(instance.problem.links.map(\.tail) == [1, 2] && instance.problem.links.map(\.head) == [0, 1])
            #expect(instance.problem.commodities.map(\.target) == [2])
        }
    }
}
