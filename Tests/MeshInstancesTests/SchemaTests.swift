import Foundation
import MeshInstances
import MeshTypes
import TestSupport
import Testing

@Suite("JSON Schemas")
struct SchemaTests {
    static let folder = SharedData.repositoryRoot.appending(path: "Models/Schemas")

    /// The property names of an object of a schema, found by its path.
    private func properties(_ path: [String], of name: String) throws -> Set<String> {
        var object = try #require(try SchemaValidator(folder: SchemaTests.folder).schemas[name])
        for step in path { object = try #require(object[step] as? SchemaValidator.Object, "\(path)") }
        #expect(object["additionalProperties"] as? Bool == false, "\(path)")
        let properties = try #require(object["properties"] as? SchemaValidator.Object)
        let required = object["required"] as? [String] ?? []
        #expect(Set(required).isSubset(of: properties.keys))
        return Set(properties.keys)
    }

    private func keys<Key: JSONKey>(_: Key.Type) -> Set<String> { Set(Key.allCases.map(\.rawValue)) }

    @Test("The schema of snapshots has the reader's keys")
    func snapshotKeys() throws {
        let name = "snapshot.schema.json"
        let site = ["$defs", "site"]
        #expect(try properties([], of: name) == keys(SnapshotKey.self))
        #expect(try properties(site, of: name) == keys(SiteKey.self))
        #expect(try properties(site + ["properties", "servers"], of: name) == keys(ServersKey.self))
        #expect(try properties(["$defs", "session"], of: name) == keys(SessionKey.self))
        #expect(try properties(["$defs", "policy"], of: name) == keys(PolicyKey.self))
        #expect(try properties(["$defs", "media-stream"], of: name) == keys(MediaStreamKey.self))
        #expect(try properties(["$defs", "participant"], of: name) == keys(ParticipantKey.self))
        #expect(try properties(["$defs", "profile"], of: name) == keys(ProfileKey.self))
        #expect(try properties(["$defs", "link"], of: name) == keys(LinkKey.self))
        #expect(try properties(["$defs", "measurement"], of: name) == keys(MeasurementKey.self))
        #expect(try properties(["$defs", "dense-table"], of: name) == keys(DenseTableKey.self))
        #expect(try properties(["$defs", "demand-series"], of: name) == keys(DemandSeriesKey.self))
    }

    @Test("The schema of facility problems has the reader's keys")
    func facilityKeys() throws {
        let name = "facility.schema.json"
        let facility = ["$defs", "facility"]
        #expect(try properties([], of: name) == keys(FacilityProblemKey.self))
        #expect(try properties(facility, of: name) == keys(FacilityKey.self))
        #expect(try properties(facility + ["properties", "servers"], of: name) == keys(FacilityServersKey.self))
        let step = facility + ["properties", "congestion", "items"]
        #expect(try properties(step, of: name) == keys(CongestionKey.self))
        #expect(try properties(["$defs", "customer"], of: name) == keys(CustomerKey.self))
    }

    @Test("The schema of plans has the reader's keys")
    func planKeys() throws {
        let name = "plan.schema.json"
        #expect(try properties([], of: name) == keys(PlanKey.self))
        #expect(try properties(["$defs", "session"], of: name) == keys(SessionPlanKey.self))
        #expect(try properties(["$defs", "potentials"], of: name) == keys(PotentialsKey.self))
        #expect(try properties(["$defs", "unserved"], of: name) == keys(UnservedKey.self))
        #expect(try properties(["$defs", "cost"], of: name) == keys(CostKey.self))
        #expect(try properties(["$defs", "statistics"], of: name) == keys(StatisticsKey.self))
        #expect(try properties(["$defs", "totals"], of: name) == keys(TotalsKey.self))
    }

    @Test("The schema of plans has the names of strategies, stages and reasons")
    func planNames() throws {
        let schema = try #require(try SchemaValidator(folder: SchemaTests.folder).schemas["plan.schema.json"])
        func names(_ path: String...) -> [String]? {
            path.reduce(schema) { $0[$1] as? SchemaValidator.Object ?? [:] }["enum"] as? [String]
        }
        #expect(names("properties", "strategy") == Strategy.allCases.map(\.rawValue) + ["optimal"])
        #expect(Strategy(rawValue: "optimal") == .best)
        #expect(names("properties", "stage") == PlanStage.allCases.map(\.rawValue))
        let reasons = SessionPlan.Unserved.Reason.allCases.map(\.rawValue)
        #expect(names("$defs", "unserved", "properties", "reason") == reasons)
    }

    @Test("What the reader takes and the writer makes follows the schema")
    func samples() throws {
        let validator = try SchemaValidator(folder: SchemaTests.folder)
        var texts = [Array(SnapshotFileTests.complete.utf8)]
        for name in ["europe-conference", "world-match"] {
            let path = SharedData.repositoryRoot.appending(path: "Models/Sessions/\(name).json").path
            texts.append(try InputFile.read(path).bytes)
        }
        for measured in [nil, 0, 3] {
            var world = try WorldParameters(
                sites: 12, sessions: 3, participants: 40, measuredSites: measured
            ).generate(seed: 5)
            world.previous = PlanFileTests.plan
            texts.append(SnapshotWriter.text(world))
            texts.append(SnapshotWriter.files(world, name: "w", partLimit: 10)[0].bytes)
        }
        for text in texts { #expect(try validator.faults(of: text, by: "snapshot.schema.json") == []) }
        let plan = PlanWriter.text(PlanFileTests.plan)
        #expect(try validator.faults(of: plan, by: "plan.schema.json") == [])
    }

    @Test("What the schema refuses, the reader refuses")
    func refusals() throws {
        let validator = try SchemaValidator(folder: SchemaTests.folder)
        var refused = 0
        for refusal in SnapshotFileTests.refusals {
            let text = SnapshotFileTests.complete.replacingOccurrences(of: refusal.old, with: refusal.new)
            guard let faults = try? validator.faults(of: Array(text.utf8), by: "snapshot.schema.json"), !faults.isEmpty
            else { continue }
            refused += 1
            #expect(throws: InputError.self) { try SnapshotReader.read(input(text)) }
        }
        #expect(refused >= 12)
    }
}
