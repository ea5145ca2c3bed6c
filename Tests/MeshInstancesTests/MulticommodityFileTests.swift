import MeshInstances
import Optimization
import TestSupport
import Testing

@Suite("Reading routing problems")
struct MulticommodityFileTests {
    private static let directed = """
        {"directed": true, "multigraph": false, "graph": {"name": "pair"},
         "nodes": [{"id": "a", "pos": [1, 2]}, {"id": "b"}],
         "links": [{"source": "a", "target": "b", "capacity": 10, "cost": 2,
                    "congestion": [{"start": 5, "slope": 1}]},
                   {"source": "b", "target": "a", "dist": 4}],
         "demands": [{"source": "a", "target": "b", "volume": 7, "drop-penalty": 100},
                     {"source": "b", "target": "a", "volume": 1}]}
        """

    @Test("node-link JSON, all of it")
    func nodeLink() throws {
        let instance = try MulticommodityReader.read(try input(Self.directed), options: .init(capacity: 3, scale: 2))
        #expect(instance.nodeNames == ["a", "b"])
        #expect(
            instance.problem.links == [
                .init(tail: 0, head: 1, capacity: 10, cost: 2, congestion: [.init(start: 5, slope: 1)]),
                .init(tail: 1, head: 0, capacity: 3, cost: 4),
            ])
        #expect(
            instance.problem.commodities == [
                .init(source: 0, target: 1, volume: 14, dropPenalty: 100), .init(source: 1, target: 0, volume: 2),
            ])
    }

    @Test("undirected edges stand for both directions, demands may lie in the graph's own object")
    func undirected() throws {
        let text = """
            {"graph": {"demands": {"7": {"9": 3, "7": 0}}},
             "edges": [{"source": 7, "target": 9, "dist": 2.5}],
             "nodes": [{"id": 7}, {"id": 9}]}
            """
        let instance = try MulticommodityReader.read(try input(text), options: .init(dropPenalty: 5))
        #expect(
            instance.problem.links == [
                .init(tail: 0, head: 1, capacity: .infinity, cost: 2.5),
                .init(tail: 1, head: 0, capacity: .infinity, cost: 2.5),
            ])
        #expect(instance.problem.commodities == [.init(source: 0, target: 1, volume: 3, dropPenalty: 5)])
    }

    @Test("TEAVAR's tables, with a line of a file of matrices")
    func tables() throws {
        let topology = "to_node from_node capacity prob_failure\n1 2 5.5 .001\n2 1 6 .001\n"
        let matrices = try input("0 1 2 0\n0 0 4 0\n", name: "demand")
        let instance = try MulticommodityReader.read(
            try input(topology), options: .init(scale: 0.5, matrices: matrices, matrix: 2))
        #expect(
            instance.problem.links == [
                .init(tail: 1, head: 0, capacity: 5.5, cost: 1), .init(tail: 0, head: 1, capacity: 6, cost: 1),
            ])
        #expect(instance.problem.commodities == [.init(source: 1, target: 0, volume: 2)])
        expectRefusal(at: 2, "ends after 2 matrices") {
            try MulticommodityReader.read(try input(topology), options: .init(matrices: matrices, matrix: 3))
        }
        expectRefusal(at: 1, "after 3 volumes") {
            try MulticommodityReader.read(try input(topology), options: .init(matrices: try input("1 2 3\n")))
        }
        expectRefusal(at: 1, "comes after 4 volumes") {
            try MulticommodityReader.read(try input(topology), options: .init(matrices: try input("1 2 3 4 5\n")))
        }
        expectRefusal(at: 1, "volume is -4") {
            try MulticommodityReader.read(try input(topology), options: .init(matrices: try input("0 1 -4 0")))
        }
        expectRefusal(at: 2, "node is -1") { try MulticommodityReader.read(try input("to_node\n-1 1 2\n")) }
        expectRefusal(at: 1, "neither with '{' nor with 'to_node'") { try MulticommodityReader.read(try input("x")) }
    }

    @Test(
        "what is wrong with a file is named, with its line",
        arguments: [
            ("\"b\", \"capacity\": 10", "\"c\", \"capacity\": 10", 3, "no node's id"),
            ("\"capacity\": 10", "\"capacity\": -1", 3, "expected a number from 0"),
            ("\"id\": \"b\"", "\"id\": \"a\"", 2, "second node of id a"),
            ("\"id\": \"b\"", "\"name\": \"b\"", 2, "has no key 'id'"),
            ("\"start\": 5", "\"start\": 50", 3, "congestion"),
            ("\"volume\": 7,", "", 6, "has no key 'volume'"),
            ("\"links\"", "\"wires\"", 1, "has no key 'links'"),
            ("\"demands\"", "\"edges\"", 6, "stands beside 'links'"),
            ("true", "1", 1, "expected true or false"),
            ("\"volume\": 7", "\"volume\": 1e200", 6, "expected a number from 0"),
        ])
    func refusals(old: String, new: String, line: Int, message: String) throws {
        let text = Self.directed.split(separator: old, maxSplits: 1, omittingEmptySubsequences: false)
            .joined(separator: new)
        #expect(text != Self.directed)
        expectRefusal(at: line, message) { try MulticommodityReader.read(try input(text)) }
    }
}
