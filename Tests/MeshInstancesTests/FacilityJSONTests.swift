import Foundation
import MeshInstances
import Optimization
import TestSupport
import Testing

@Suite("Facility problems in JSON")
struct FacilityJSONTests {
    private let full = """
        {"version": 1, "assignment-rule": "single-source", "minimum-open": 1, "maximum-open": 2, "latency-cap": 50,
         "constant": 3,
         "facilities": [
          {"opening": 10, "capacity": 5, "servers": {"limit": 3, "cost": 2}, "open": true, "closing": 4, "discount": 1},
          {"opening": 20, "congestion": [{"load": 2, "cost": 1}, {"load": 4, "cost": 3}], "rule": "required"},
          {"opening": 5, "capacity": null, "rule": "forbidden"}],
         "customers": [
          {"demand": 2.5, "costs": [1, 2, 3], "latencies": [60, 10, 10], "facility": 1, "stay-discount": 0.5},
          {"costs": [4, null, 6], "latencies": [60, 10, 10], "latency-cap": 70}]}
        """

    @Test("Every term is read, folded where it folds")
    func everyTerm() throws {
        let problem = try FacilityReader.read(input(full))
        #expect(problem.openingCosts == [5, 20, 5])
        #expect(problem.constant == 7)
        #expect(problem.capacities == [5, .infinity, .infinity])
        #expect(problem.serverLimits == [3, 1, 1] && problem.serverCosts == [2, 0, 0])
        #expect(problem.congestion[1] == [.init(load: 2, unitCost: 1), .init(load: 4, unitCost: 3)])
        #expect(problem.siteRules == [.free, .required, .forbidden])
        #expect(problem.minimumOpen == 1 && problem.maximumOpen == 2)
        #expect(problem.assignmentRule == .singleSource)
        #expect(problem.demands == [2.5, 1])
        #expect(problem.assignmentCosts == [.infinity, 1.5, .infinity, 4, .infinity, .infinity])
    }

    @Test("What is written reads back, agrees with the schema, and is recognised")
    func roundTrip() throws {
        let validator = try SchemaValidator(folder: SchemaTests.folder)
        #expect(try validator.faults(of: Array(full.utf8), by: "facility.schema.json") == [])
        for (index, terms) in [FacilityTerm.allCases, [], [.servers, .congestion], [.siteRules]].enumerated() {
            let base = EuclideanFacilityParameters(facilities: 12, customers: 20, demands: 1...9, slack: 3)
            let problem = try FacilityVariantParameters(base: base, terms: Set(terms)).generate(seed: UInt64(index))
            let text = try FacilityWriter.text(problem, format: .json)
            #expect(try validator.faults(of: text, by: "facility.schema.json") == [])
            let file = try InputFile(name: "a.json", contents: text)
            #expect(try FacilityReader.recognize(file) == .json)
            #expect(try FacilityReader.read(file) == problem)
        }
    }

    @Test("A file that cannot say it refuses a variant")
    func otherFormats() throws {
        let base = EuclideanFacilityParameters(facilities: 12, customers: 20, demands: 1...9, slack: 3)
        let problem = try FacilityVariantParameters(base: base, terms: [.congestion]).generate(seed: 1)
        #expect(throws: ProblemError.self) { try FacilityWriter.text(problem, format: .orlib) }
    }

    @Test(
        "Refusals name line and path",
        arguments: [
            (#"{"version": 1, "facilities": []}"#, "has no key 'customers'"),
            (#"{"version": 1, "facilities": [{"opening": 1}], "customers": [{"costs": [1, 2]}]}"#, "assignment costs"),
            (#"{"version": 1, "facilities": [{"opening": 1}], "customers": [{"demand": -1, "costs": [1]}]}"#, "demand"),
            (#"{"version": 1, "facilities": [{"opening": 1, "rule": "open"}], "customers": []}"#, "rule"),
            (#"{"version": 1, "facilities": [{"opening": 1, "servers": {"limit": 0}}], "customers": []}"#, "limit"),
            (
                #"{"version": 1, "facilities": [{"opening": 1, "congestion": [{"load": 3, "cost": 2}, {"load": 3, "cost": 3}]}], "customers": []}"#,
                "facility 0: congestion step 1"
            ),
            (
                #"{"version": 1, "minimum-open": 2, "facilities": [{"opening": 1}], "customers": []}"#,
                "minimum-open is 2"
            ),
            (#"{"version": 1, "facilities": [{"opening": NaN}], "customers": []}"#, "opening"),
        ])
    func refusals(text: String, expected: String) throws {
        expectRefusal(at: 1, expected) { try FacilityReader.read(input(text)) }
    }

    @Test("What an earlier solve printed is read back")
    func history() throws {
        let text = #"{"problem": "facility-location", "open": [0, 2], "assignment": [2, 0], "seconds": {"read": 1}}"#
        let history = try FacilityHistoryReader.read(input(text))
        #expect(history.open == [0, 2] && history.assignment == [2, 0])
        expectRefusal(at: 1, "has no key 'open'") { try FacilityHistoryReader.read(input(#"{"open": null}"#)) }
    }
}
