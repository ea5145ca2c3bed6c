import Foundation
import MeshPlanning
import MeshTypes
import TestSupport
import Testing

/// S2's cells against another implementation and against what the hierarchy promises.
@Suite struct GeographicCellTests {
    private struct Vector {
        var place: GeoCoordinate
        var level: Int
        var token: String
        var centre: GeoCoordinate
    }

    private static func vectors() throws -> [Vector] {
        let file = SharedData.repositoryRoot.appending(path: "Models/Data/S2Cells/cells.txt")
        return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").filter { !$0.hasPrefix("#") }
            .map { line in
                let fields = line.split(separator: " ").map(String.init)
                let numbers = try fields.enumerated().filter { $0.offset != 3 }.map { try #require(Double($0.element)) }
                return Vector(
                    place: GeoCoordinate(latitude: numbers[0], longitude: numbers[1]), level: Int(numbers[2]),
                    token: fields[3], centre: GeoCoordinate(latitude: numbers[3], longitude: numbers[4]))
            }
    }

    @Test("tokens, levels and centres are those of another implementation")
    func tokensAreThoseOfS2() throws {
        let vectors = try Self.vectors()
        #expect(vectors.count > 300)
        for vector in vectors {
            let cell = GeographicCell(vector.place, level: vector.level)
            #expect(cell.token == vector.token, "\(vector.place), level \(vector.level)")
            #expect(cell.level == vector.level)
            #expect(cell.centre.distance(to: vector.centre) < 1e-4, "\(vector.token): \(cell.centre)")
            #expect(GeographicCell(token: vector.token) == cell)
        }
        #expect(GeographicCell(GeoCoordinate(latitude: 0, longitude: 0), level: 0).token == "1")
    }

    @Test("a cell holds its centre, lies in its ancestors, and has four children")
    func cellsAreNested() {
        var random = SplitMix64(seed: 7)
        for _ in 0..<500 {
            let place = GeoCoordinate(
                latitude: random.fraction() * 180 - 90, longitude: random.fraction() * 360 - 180)
            let leaf = GeographicCell(place, level: GeographicCell.leafLevel)
            for level in 0...GeographicCell.leafLevel {
                let cell = GeographicCell(place, level: level)
                #expect(leaf.ancestor(level: level) == cell)
                #expect(GeographicCell(cell.centre, level: level) == cell)
                #expect(GeographicCell(token: cell.token) == cell)
            }
        }
    }

    @Test("cells of one level are alike in size, and differ from their neighbours")
    func cellsAreAlikeInSize() {
        var random = SplitMix64(seed: 8)
        for _ in 0..<2000 {
            let place = GeoCoordinate(
                latitude: asin(2 * random.fraction() - 1) * 180 / .pi, longitude: random.fraction() * 360 - 180)
            // Half a diagonal of a cell of level 8 is 33 km at most.
            #expect(GeographicCell(place).centre.distance(to: place) < 33)
        }
        let one = GeographicCell(GeoCoordinate(latitude: 50, longitude: 8))
        let far = GeographicCell(GeoCoordinate(latitude: 50, longitude: 9))
        #expect(one != far && one.ancestor(level: 0) == far.ancestor(level: 0))
        #expect(one == GeographicCell(one.centre))
    }

    @Test("all children of a cell are reached, each by one quarter of its leaves", arguments: 0..<6)
    func childrenDivideTheirParent(face: Int) throws {
        var cells = Set([try #require(GeographicCell(token: ["1", "3", "5", "7", "9", "b"][face]))])
        #expect(cells.first?.level == 0)
        for level in 1...4 {
            var children: Set<GeographicCell> = []
            for cell in cells {
                // The four children are at a quarter of the bits below the mark.
                let mark = UInt64(1) << UInt64(2 * (GeographicCell.leafLevel - level))
                for step in 0..<4 {
                    let id = cell.id - 4 * mark + mark * UInt64(2 * step + 1)
                    let digits = String(id, radix: 16)
                    let token = String(repeating: "0", count: 16 - digits.count) + digits
                    let child = try #require(GeographicCell(token: token))
                    #expect(child.level == level && child.ancestor(level: level - 1) == cell)
                    children.insert(child)
                }
            }
            #expect(children.count == 4 * cells.count)
            cells = children
        }
    }

    @Test(
        "what is no token is refused",
        arguments: ["", "0", "X", "-1", "+1", "g", "2", "d", "f", "1000000000000000f", "0000000000000002"])
    func whatIsNoTokenIsRefused(token: String) {
        #expect(GeographicCell(token: token) == nil)
    }

    @Test("cells are stored by token; the squares of older states become the cells of their middles")
    func cellsAreStoredByToken() throws {
        let cell = GeographicCell(GeoCoordinate(latitude: 49.7, longitude: 11.77))
        let bytes = try JSONEncoder().encode([cell])
        #expect(String(decoding: bytes, as: UTF8.self) == "[\"\(cell.token)\"]")
        #expect(try JSONDecoder().decode([GeographicCell].self, from: bytes) == [cell])
        let old = Data(#"[{"level": 9, "row": 397, "column": 545}]"#.utf8)
        let middle = GeoCoordinate(latitude: 397.5 / 512 * 180 - 90, longitude: 545.5 / 512 * 180 - 180)
        #expect(try JSONDecoder().decode([GeographicCell].self, from: old) == [GeographicCell(middle)])
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([GeographicCell].self, from: Data(#"["zz"]"#.utf8))
        }
    }
}
