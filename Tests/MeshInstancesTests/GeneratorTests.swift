import MeshInstances
import Optimization
import TestSupport
import Testing

@Suite("Generators")
struct GeneratorTests {
    /// A 64-bit FNV-1a hash: what a seed gives is kept by its hash.
    static func hash(_ bytes: [UInt8]) -> UInt64 {
        bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
    }

    static let small: [any FlowGenerator] =
        FlowFamily.allCases.map { $0.generator(nodes: 60) } + [
            NETGENParameters(
                nodes: 40, sources: 6, sinks: 7, arcs: 300, costs: -5...90, supply: 900, transshipmentSources: 3,
                transshipmentSinks: 4, highCostPercent: 30, capacitatedPercent: 60, capacities: 5...50),
            NETGENParameters(nodes: 20, sources: 10, sinks: 10, arcs: 100, costs: 1...9, supply: 10, capacities: 1...1),
            NETGENParameters(nodes: 20, sources: 8, sinks: 12, arcs: 60, costs: 1...9, supply: 500, capacities: 1...1),
            NETGENParameters(nodes: 2, sources: 1, sinks: 1, arcs: 1, costs: 0...0, supply: 1, capacities: 1...1),
            GRIDGENParameters(
                width: 7, height: 5, sources: 5, sinks: 3, averageDegree: 6, supply: 999, costs: 0...7,
                capacities: 1...9),
            GOTOParameters(columns: 9, rows: 4, arcs: 200, maximumCapacity: 3, maximumCost: 5),
            AssignmentFlowParameters(clusters: 40, sites: 6, degree: 3),
        ]

    @Test("Flow problems are balanced, and a flow exists", arguments: 0..<20)
    func feasible(seed: UInt64) throws {
        for generator in GeneratorTests.small {
            let problem = try generator.generate(seed: seed)
            #expect(problem.supplies.reduce(0, +) == 0)
            #expect(hasFlow(problem), "\(generator)")
        }
    }

    @Test("The same seed gives the same problem, another seed another")
    func seeds() throws {
        for generator in GeneratorTests.small.filter({ !(($0 as? NETGENParameters)?.nodes == 2) }) {
            let problem = try generator.generate(seed: 1)
            #expect(try generator.generate(seed: 1) == problem)
            #expect(try generator.generate(seed: 2) != problem)
        }
    }

    @Test("NETGEN-like networks have the asked size, no two arcs with the same ends, and pure sources and sinks")
    func netgen() throws {
        var made = 0
        for seed in 0..<40 as Range<UInt64> {
            var random = SplitMix64(seed: seed)
            let (sources, sinks) = (random.integer(1...9), random.integer(1...9))
            let nodes = sources + sinks + random.integer(0...30)
            let arcs = random.integer((nodes + sources * sinks)...(nodes * 4 + sources * sinks))
            let parameters = NETGENParameters(
                nodes: nodes, sources: sources, sinks: sinks, arcs: arcs, costs: 1...100,
                supply: random.integer(10...500), capacities: 1...20)
            // Where the ends allow fewer arcs than asked for, that is said.
            guard let problem = try? parameters.generate(seed: seed) else {
                #expect(throws: ParameterError.self) { try parameters.generate(seed: seed) }
                continue
            }
            made += 1
            #expect(problem.nodeCount == nodes && problem.arcCount == arcs)
            #expect(Set(problem.arcs.map { [$0.tail, $0.head] }).count == arcs)
            #expect(problem.arcs.allSatisfy { $0.head >= sources && $0.tail < nodes - sinks && $0.head != $0.tail })
            #expect(problem.supplies.prefix(sources).allSatisfy { $0 > 0 })
            #expect(problem.supplies.suffix(sinks).allSatisfy { $0 < 0 })
        }
        #expect(made >= 20)
    }

    @Test("Presets have the sizes that they are named after")
    func presets() throws {
        let sparse = try NETGENParameters.sparse(nodes: 1_024).generate(seed: 1)
        #expect(sparse.nodeCount == 1_024 && sparse.arcCount == 8_192)
        #expect(sparse.supplies.filter { $0 > 0 }.reduce(0, +) == 32_000)
        #expect(try NETGENParameters.dense(nodes: 256).generate(seed: 1).arcCount == 4_096)
        let grid = try GRIDGENParameters.sparse(nodes: 1_024).generate(seed: 1)
        #expect(grid.nodeCount == 1_025 && grid.arcCount == 8_200)
        let torus = try GOTOParameters.sparse(nodes: 1_000).generate(seed: 1)
        #expect(torus.nodeCount <= 1_000 && torus.arcCount == 8 * torus.nodeCount)
        let assignment = try AssignmentFlowParameters(clusters: 2_000, sites: 200, degree: 12).generate(seed: 1)
        #expect(assignment.nodeCount == 2_201 && assignment.arcCount == 26_200)
    }

    @Test("What a seed gives is the same bytes on every machine")
    func bytes() throws {
        let flows = try GeneratorTests.small.map {
            GeneratorTests.hash(DIMACSFlowWriter.text(try $0.generate(seed: 42)))
        }
        #expect(flows == GeneratorTests.flowHashes)
        let facilities = try GeneratorTests.facilities.map {
            GeneratorTests.hash(try FacilityWriter.text(try $0.generate(seed: 42), format: .orlib))
        }
        #expect(facilities == GeneratorTests.facilityHashes)
    }

    static let flowHashes: [UInt64] = [
        18_116_084_638_047_582_208,
        6_612_682_533_989_137_848,
        15_880_998_601_566_380_902,
        13_306_816_208_566_620_165,
        3_292_096_981_252_339_230,
        17_526_431_632_258_248_769,
        7_148_323_206_323_951_155,
        10_984_772_422_155_884_329,
        390_261_812_472_696_533,
        2_106_593_546_706_000_893,
        2_848_227_500_001_317_042,
        13_515_297_838_839_905_608,
        5_225_421_478_867_342_992,
    ]
    static let facilityHashes: [UInt64] = [
        1_069_502_996_713_375_464,
        10_918_862_364_773_020_034,
        1_319_695_042_825_867_239,
        8_801_482_501_811_961_844,
        2_959_497_725_398_028_345,
    ]

    static let facilities: [any FacilityGenerator] = [
        EuclideanFacilityParameters(facilities: 10, customers: 20),
        EuclideanFacilityParameters(
            facilities: 10, customers: 20, openingCosts: 100...900, demands: 1...30, slack: 2.5),
        KoerkelGhoshParameters(size: 20, openingClass: .a), KoerkelGhoshParameters(size: 20, openingClass: .c),
        KoerkelGhoshParameters(size: 20, openingClass: .b, isSymmetric: true),
    ]

    @Test("Facility problems follow their description")
    func facilityFamilies() throws {
        for type in KoerkelGhoshParameters.OpeningClass.allCases {
            let problem = try KoerkelGhoshParameters(size: 30, openingClass: type, isSymmetric: true).generate(seed: 3)
            #expect(problem.openingCosts.allSatisfy { type.openingCosts.contains(Int($0)) })
            #expect(problem.assignmentCosts.allSatisfy { (1_000...2_000).contains($0) })
            for i in 0..<30 {
                for j in 0..<30 {
                    #expect(problem.cost(customer: i, facility: j) == problem.cost(customer: j, facility: i))
                }
            }
        }
        let capacitated = try EuclideanFacilityParameters(
            facilities: 50, customers: 100, demands: 1...9, slack: 2
        ).generate(seed: 3)
        let ratio = (capacitated.capacities ?? []).reduce(0, +) / capacitated.demands.reduce(0, +)
        #expect(abs(ratio - 2) < 0.4)
    }

    @Test("Parameters that make no problem are refused, extreme ones too")
    func refusals() {
        let refused: [any FlowGenerator] = [
            NETGENParameters.sparse(nodes: 1), NETGENParameters.sparse(nodes: .max),
            NETGENParameters.dense(nodes: .min),
            NETGENParameters(nodes: 9, sources: 3, sinks: 7, arcs: 50, costs: 1...2, supply: 9, capacities: 1...2),
            NETGENParameters(nodes: 9, sources: 3, sinks: 3, arcs: 4, costs: 1...2, supply: 9, capacities: 1...2),
            NETGENParameters(nodes: 9, sources: 3, sinks: 3, arcs: 70, costs: 1...2, supply: 9, capacities: 1...2),
            NETGENParameters(nodes: 9, sources: 3, sinks: 3, arcs: 20, costs: 1...2, supply: 2, capacities: 1...2),
            GRIDGENParameters.sparse(nodes: .max), GOTOParameters.dense(nodes: .max),
            GRIDGENParameters(
                width: 9, height: 9, sources: 2, sinks: 2, averageDegree: .nan, supply: 9, costs: 1...2,
                capacities: 1...2),
            GOTOParameters(columns: .max, rows: .max, arcs: 9, maximumCapacity: 1, maximumCost: 1),
            AssignmentFlowParameters(clusters: 5, sites: 3, degree: 4),
            AssignmentFlowParameters(clusters: .max, sites: .max, degree: .max),
        ]
        for generator in refused {
            #expect(throws: ParameterError.self, "\(generator)") { try generator.generate(seed: 1) }
        }
        #expect(throws: ParameterError.self) {
            try EuclideanFacilityParameters(facilities: .max, customers: .max).generate(seed: 1)
        }
        #expect(throws: ParameterError.self) { try KoerkelGhoshParameters(size: 0, openingClass: .a).generate(seed: 1) }
    }

    /// Whether a flow within the bounds meets the supplies: augmenting paths from a source of all to a sink of all.
    private func hasFlow(_ problem: FlowProblem) -> Bool {
        let (source, sink) = (problem.nodeCount, problem.nodeCount + 1)
        var edges: [(head: Int, room: Int64)] = []
        var edgesOf: [[Int]] = Array(repeating: [], count: problem.nodeCount + 2)
        func join(_ tail: Int, _ head: Int, _ room: Int64) {
            edgesOf[tail].append(edges.count)
            edges.append((head, room))
            edgesOf[head].append(edges.count)
            edges.append((tail, 0))
        }
        for arc in problem.arcs { join(Int(arc.tail), Int(arc.head), arc.upper) }
        for (node, supply) in problem.supplies.enumerated() {
            if supply > 0 { join(source, node, supply) } else if supply < 0 { join(node, sink, -supply) }
        }
        var missing = problem.supplies.filter { $0 > 0 }.reduce(0, +)
        while missing > 0 {
            var entered = Array(repeating: -1, count: problem.nodeCount + 2)
            var queue = [source]
            var next = 0
            while next < queue.count, entered[sink] < 0 {
                for edge in edgesOf[queue[next]] where edges[edge].room > 0 {
                    let head = edges[edge].head
                    guard head != source, entered[head] < 0 else { continue }
                    entered[head] = edge
                    queue.append(head)
                }
                next += 1
            }
            guard entered[sink] >= 0 else { return false }
            var path: [Int] = []
            var node = sink
            while node != source {
                path.append(entered[node])
                node = edges[entered[node] ^ 1].head
            }
            let amount = path.map { edges[$0].room }.min() ?? 0
            for edge in path {
                edges[edge].room -= amount
                edges[edge ^ 1].room += amount
            }
            missing -= amount
        }
        return true
    }
}
