import Scenarios
import Testing

/// Assertions in words.
@Suite("assertions")
struct AssertionTests {
    @Test("words become figure, comparison, limit and scope")
    func words() throws {
        let one = try Assertion("p95 pair latency <= 120 ms under any single region loss", line: 3, axes: [])
        #expect((one.metric, one.comparison, one.limit) == (.p95, .atMost, 120))
        #expect(one.scope == .losses(1, .region))
        let two = try Assertion("cost<=1,500", line: 1, axes: [])
        #expect((two.metric, two.limit, two.scope) == (.cost, 1500, .all))
        #expect(try Assertion("gap < 20%", line: 1, axes: []).limit == 0.2)
        #expect(try Assertion("unserved = 0 under the base", line: 1, axes: []).scope == .base)
        #expect(try Assertion("mean >= 3 under any demand", line: 1, axes: ["demand"]).scope == .axis("demand"))
        #expect(try Assertion("mean > 3 under a=1,*", line: 1, axes: []).scope == .named("a=1,*"))
        #expect(try Assertion("max <= 9 under any double loss", line: 1, axes: []).scope == .losses(2, nil))
    }

    @Test(
        "what is no assertion is refused with what was meant",
        arguments: [
            ("", "is empty"), ("p59 <= 3", "did you mean 'p50'"), ("p95 120", "no comparison"),
            ("p95 <= much", "no number"),
            ("cost <= 3 ms ms", "too many"), ("cost <= 3 %", "expected ms"),
            ("mean <= 3 under any single regoin loss", "'region'"),
            ("mean <= 3 under demnd", "did you mean 'demand'"),
        ])
    func refused(text: String, why: String) throws {
        let error = try #require(throws: StudyError.self) { try Assertion(text, line: 8, axes: ["demand"]) }
        #expect(error.line == 8)
        #expect(error.message.contains(why), "\(error.message)")
    }

    @Test("limits that no figure meets are refused, others are not")
    func contradictions() throws {
        func check(_ texts: String...) throws {
            var study = Study(name: "x", base: .file("y"))
            study.assertions = try texts.enumerated().map { try Assertion($1, line: $0 + 1, axes: []) }
            try study.checkContradictions()
        }
        try check("p95 <= 100", "p95 >= 100", "mean >= 200")
        try check("p95 <= 100 under the base", "p95 >= 200 under any single site loss")
        #expect(throws: StudyError.self) { try check("p95 <= 100", "p95 >= 200 under any single site loss") }
        #expect(throws: StudyError.self) { try check("unserved = 0", "unserved > 0") }
    }

    @Test("the nearest word is the one that was meant, or none")
    func nearest() {
        #expect(NearestWord.nearest(to: "varations", among: ["base", "variations", "seed"]) == "variations")
        #expect(NearestWord.nearest(to: "zzzzzz", among: ["base", "seed"]) == nil)
    }
}
