internal import Foundation
internal import MeshInstances
internal import MeshTypes
internal import Scenarios

/// The folder of a sweep: what was finished, whoever did it.
///
///     sweep.json         what sweep this is, and the margin of its verdicts
///     scenario.yaml      the scenario file (only prepared)
///     base.json          the base, where it must not change under the sweep (a live service, prepared units)
///     base.plan.json     the base's plan
///     units/000012.unit.json, units/000012.jsonl    a unit of work (only prepared), and its results
///     results.jsonl, results.csv, summary.json, report.html    written when all units are done
struct SweepFolder {
    let path: String

    init(_ path: String) { self.path = path.hasSuffix("/") && path.count > 1 ? String(path.dropLast()) : path }

    var manifestPath: String { "\(path)/sweep.json" }
    var basePath: String { "\(path)/base.json" }
    var planPath: String { "\(path)/base.plan.json" }
    /// The scenario file, where units are prepared.
    var scenarioPath: String { "\(path)/scenario.yaml" }
    var unitFolder: String { "\(path)/units" }
    func resultPath(_ unit: Int) -> String { "\(unitFolder)/\(Folder.number(unit)).jsonl" }
    func unitPath(_ unit: Int) -> String { "\(unitFolder)/\(Folder.number(unit)).unit.json" }

    /// What sweep a folder holds.
    struct Manifest: Codable, Equatable {
        var version = 1
        /// The scenario file, as it was given.
        var scenario: String
        /// A checksum of the scenario file, the base and how plans are made.
        var digest: String
        /// A checksum of the scenario file alone.
        var scenarioDigest: String
        var scenarios: Int
        var unitSize: Int
        var cold: Bool
        var verifies: Bool
        var margin: VerdictMargin

        enum CodingKeys: String, CodingKey {
            case version, scenario, digest
            case scenarioDigest = "scenario-digest"
            case scenarios
            case unitSize = "unit-size"
            case cold, verifies, margin
        }

        /// How many units there are.
        var units: Int { (scenarios + unitSize - 1) / unitSize }
        /// The scenarios of a unit.
        func range(_ unit: Int) -> Range<Int> { unit * unitSize..<min(scenarios, (unit + 1) * unitSize) }
    }

    /// What the folder holds, if anything.
    func manifest() throws -> Manifest? {
        guard Folder.exists(manifestPath) else { return nil }
        let file = try InputFile.read(manifestPath)
        do {
            return try JSONDecoder().decode(Manifest.self, from: Data(file.bytes))
        } catch {
            throw CommandFailure(
                .badInput,
                "\(manifestPath):1: does not describe a sweep; expected the file that rmc whatif wrote, or --restart")
        }
    }

    func write(_ manifest: Manifest) throws {
        try Folder.make(unitFolder)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        try OutputFile.write(Array(try encoder.encode(manifest)) + [UInt8(ascii: "\n")], to: manifestPath)
    }

    /// Forgets a sweep.
    func clear() throws {
        for file in [manifestPath, basePath, planPath, scenarioPath, unitFolder] { try Folder.remove(file) }
    }

    /// The rows of a finished unit; `nil` when it is not finished, or its file is not what it should be.
    func rows(_ unit: Int, of manifest: Manifest) throws -> [(line: String, result: ScenarioResult)]? {
        let path = resultPath(unit)
        guard Folder.exists(path) else { return nil }
        let lines = String(decoding: try InputFile.read(path).bytes, as: UTF8.self).split(separator: "\n").map(
            String.init)
        guard lines.count == manifest.range(unit).count + 1, lines.last == Self.seal(manifest) else { return nil }
        var rows: [(String, ScenarioResult)] = []
        for (line, index) in zip(lines, manifest.range(unit)) {
            guard let result = try? JSONDecoder().decode(ScenarioResult.self, from: Data(line.utf8)),
                result.index == index
            else { return nil }
            rows.append((line, result))
        }
        return rows
    }

    /// Whether a unit is finished: cheaper than to read its rows.
    func isFinished(_ unit: Int, of manifest: Manifest) -> Bool {
        guard let data = FileManager.default.contents(atPath: resultPath(unit)) else { return false }
        return data.suffix(Self.seal(manifest).utf8.count + 1) == Data((Self.seal(manifest) + "\n").utf8)
    }

    func write(_ lines: [String], unit: Int, of manifest: Manifest) throws {
        let text = lines.map { $0 + "\n" }.joined() + Self.seal(manifest) + "\n"
        try OutputFile.write(Array(text.utf8), to: resultPath(unit))
    }

    /// The last line of a finished unit: which sweep it belongs to.
    private static func seal(_ manifest: Manifest) -> String { "{\"sweep\":\"\(manifest.digest)\"}" }
}

/// FNV-1a over bytes: tells files apart, and nothing more.
struct Checksum {
    private var state: UInt64 = 0xCBF2_9CE4_8422_2325

    mutating func add(_ bytes: [UInt8]) {
        for byte in bytes { state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        state = (state ^ UInt64(bytes.count)) &* 0x0000_0100_0000_01B3
    }

    var text: String {
        let digits = String(state, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
